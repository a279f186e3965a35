"""Targets: classes and numbers, encoded as what the outputs are compared with."""

import numpy as np

from engine.experiment import Experiment
from engine.types import Array, Task


def target_values(experiment: Experiment) -> tuple[float, float]:
    """Return the two numbers that stand for the classes of a complete experiment."""
    assert experiment.loss is not None
    assert experiment.output.activation is not None
    return experiment.loss.target_values(experiment.output.activation)


def threshold(experiment: Experiment) -> float:
    """Return the output above which the answer is the second class."""
    return sum(target_values(experiment)) / 2


def encode(labels: Array, task: Task, units: int, values: tuple[float, float]) -> Array:
    """Return the targets (units, examples): one-hot for several classes, one of ``values`` for two, else the number.

    Where every time step has its own, ``labels`` are (examples, time) and the targets (time, units, examples).
    """
    if labels.ndim == 2:
        return np.stack([encode(step, task, units, values) for step in labels.T])
    if task == "multiclass":
        return np.equal.outer(np.arange(units), labels).astype(np.float64)
    if task == "binary":
        return np.where(labels > 0, values[1], values[0])[None, :]
    return np.asarray(labels, np.float64)[None, :]
