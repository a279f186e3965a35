"""Datasets: where examples come from. Importing this registers every kind, in the order of menus."""

# isort: off
from engine.datasets.dataset import Dataset, Samples, datasets
from engine.datasets import points, regression, curves, tables, houses, sequences, series, grammar, language, inline
# isort: on

__all__ = [
    "Dataset",
    "Samples",
    "curves",
    "datasets",
    "grammar",
    "houses",
    "inline",
    "language",
    "points",
    "regression",
    "sequences",
    "series",
    "tables",
]
