"""Confusion: which classes are taken for which, and the measures of each class that follow."""

from typing import NamedTuple

import numpy as np

from engine.types import Array, IntArray


class ClassMeasures(NamedTuple):
    """One number for each class; NaN where there is nothing to divide by."""

    precision: Array
    """Of those that were called so: which share is."""
    recall: Array
    """Of those that are so: which share was called so."""
    f1: Array
    """Their harmonic mean, 2PR/(P + R)."""


def confusion_matrix(truth: IntArray, answers: IntArray, classes: int) -> IntArray:
    """Return how many examples of class i (row) were taken for class j (column)."""
    pairs = np.bincount(truth.ravel() * classes + answers.ravel(), minlength=classes**2)
    return pairs.reshape(classes, classes)


def class_measures(matrix: IntArray) -> ClassMeasures:
    """Return precision, recall and F1 of each class."""
    right = np.diag(matrix)
    called, present = matrix.sum(axis=0), matrix.sum(axis=1)
    return ClassMeasures(_share(right, called), _share(right, present), _share(2 * right, called + present))


def _share(part: IntArray, whole: IntArray) -> Array:
    share: Array = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return share
