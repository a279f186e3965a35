"""Datasets: where examples come from. Importing this package registers every kind."""

# isort: off (the order in which menus show them)
from engine.datasets import inline, points, regression
from engine.datasets.dataset import Dataset, Samples, datasets

# isort: on

__all__ = ["Dataset", "Samples", "datasets", "inline", "points", "regression"]
