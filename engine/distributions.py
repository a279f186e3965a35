"""Distributions: how the numbers of each layer are spread, as small histograms with a mean and a deviation."""

from typing import Any

import numpy as np

from engine.evaluation import Evaluation
from engine.types import Array

BINS = 40
REACH = 4.0
"""Numbers farther than so many standard deviations from the mean are counted in the outermost bins."""


def quantities(evaluation: Evaluation) -> dict[str, dict[str, Array]]:
    """Return layer → quantity → numbers: weights, biases, activations and gradients (of the weights).

    Activations are those of the training examples (at most one block of them), in prediction mode.
    """
    network, part = evaluation.network, evaluation.training_part
    prediction = network.prediction(min(part.examples, network.block))
    prediction.inputs[...] = part.features[..., : network.block]
    prediction.run()
    found: dict[str, dict[str, Array]] = {name: {"activations": a} for name, a in prediction.values.items()}
    gradients = evaluation.gradients().views
    for name, parts in network.parameters.views.items():
        if "kernel" in parts:
            found[name] |= {"weights": parts["kernel"], "gradients": gradients[name]["kernel"]}
        if "bias" in parts:
            found[name]["biases"] = parts["bias"]
    return found


def histogram(values: Array) -> dict[str, Any]:
    """Return ``counts`` (BINS of them), ``low``, ``high``, ``mean`` and ``std`` of all finite numbers."""
    numbers = values[np.isfinite(values)].astype(np.float64)
    if not numbers.size:
        return {"counts": [0] * BINS, "low": 0.0, "high": 0.0, "mean": None, "std": None}
    mean, std = float(numbers.mean()), float(numbers.std())
    low = max(float(numbers.min()), mean - REACH * std)
    high = min(float(numbers.max()), mean + REACH * std)
    counts = _count(np.clip(numbers, low, high), low, high)
    return {"counts": counts, "low": low, "high": high, "mean": mean, "std": std}


def distributions(evaluation: Evaluation) -> dict[str, dict[str, dict[str, Any]]]:
    """Return layer → quantity → histogram."""
    with np.errstate(all="ignore"):
        return {
            layer: {quantity: histogram(values) for quantity, values in parts.items()}
            for layer, parts in quantities(evaluation).items()
        }


def _count(numbers: Array, low: float, high: float) -> list[int]:
    """Count the numbers in BINS equal bins from ``low`` to ``high``; if all are equal, in the middle one."""
    if not 0 < high - low < np.inf:
        return [0] * (BINS // 2) + [numbers.size] + [0] * (BINS - BINS // 2 - 1)
    places = ((numbers - low) * (BINS / (high - low))).astype(np.intp)
    counts: list[int] = np.bincount(np.minimum(places, BINS - 1).ravel(), minlength=BINS).tolist()
    return counts
