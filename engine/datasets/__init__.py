"""Datasets: where examples come from. Importing this package registers every kind."""

from engine.datasets import inline, points, regression
from engine.datasets.dataset import Dataset, Samples, datasets
from engine.datasets.inline import Inline

__all__ = ["Dataset", "Inline", "Samples", "datasets", "inline", "points", "regression"]
