"""Metrics: how good the outputs are in a learner's terms, beside the loss.

``outputs`` and ``targets`` are encoded as in training and have the shape (units, examples).
"""

from math import nan

import numpy as np

from engine.types import Array, BoolArray, IntArray, Task


def measures(task: Task) -> tuple[str, ...]:
    """Return the names of what is measured for ``task``."""
    return ("r2",) if task == "regression" else ("accuracy",)


def measure(task: Task, outputs: Array, targets: Array, threshold: float = 0.5) -> dict[str, float]:
    """Return the measures of ``task`` by name; ``threshold`` divides two classes."""
    if task == "regression":
        return {"r2": r2(outputs, targets)}
    return {"accuracy": accuracy(outputs, targets, threshold)}


def decisions(outputs: Array, threshold: float = 0.5) -> IntArray:
    """Return the class of each example: the largest output, or with one output whether it is above ``threshold``."""
    return _chosen(outputs, threshold).astype(np.intp, copy=False)


def accuracy(outputs: Array, targets: Array, threshold: float = 0.5) -> float:
    """Return the share of examples whose class is right."""
    right = _chosen(outputs, threshold) == _chosen(targets, threshold)
    return int(np.count_nonzero(right)) / right.size if right.size else nan


def r2(outputs: Array, targets: Array) -> float:
    """Return the share of the targets' variance that the outputs explain, averaged over the targets.

    1 is perfect, 0 is as good as always answering the mean, negative is worse. A target that never varies counts 1 when
    hit exactly and 0 otherwise (as in scikit-learn).
    """
    missed = np.square(targets - outputs).sum(axis=1)
    spread = np.square(targets - targets.mean(axis=1, keepdims=True)).sum(axis=1)
    explained = 1 - missed / np.where(spread == 0, 1, spread)
    return float(np.mean(np.where(spread == 0, missed == 0, explained)))


def _chosen(outputs: Array, threshold: float) -> IntArray | BoolArray:
    """Return the class of each example, of two as whether it is the second."""
    chosen: IntArray | BoolArray = np.argmax(outputs, axis=0) if len(outputs) > 1 else outputs[0] > threshold
    return chosen
