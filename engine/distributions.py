"""Distributions: how the numbers of each layer are spread, as small histograms with a mean and a deviation."""

from collections.abc import Callable, Iterable, Mapping
from math import sqrt
from typing import Any

import numpy as np

from engine.evaluation import Evaluation
from engine.parameters import Views
from engine.types import Array, BoolArray

QUANTITIES = ("activations", "weights", "gradients", "biases")
BINS = 40
REACH = 4.0
"""Numbers farther than so many standard deviations from the mean are counted in the outermost bins."""


def quantities(evaluation: Evaluation, wanted: Iterable[str] = QUANTITIES) -> dict[str, dict[str, Array]]:
    """Return layer → quantity → numbers, of those quantities that are ``wanted``; gradients are those of the weights.

    Activations are those of the training examples (at most one block of them), in prediction mode.
    """
    of_layers = {quantity: SOURCES[quantity](evaluation) for quantity in wanted}
    names = [layer.name for layer in evaluation.network.layers]
    return {
        name: {quantity: numbers[name] for quantity, numbers in of_layers.items() if name in numbers} for name in names
    }


def activations(evaluation: Evaluation) -> dict[str, Array]:
    """Return each layer's answers to (at most one block of) the training examples, padded time steps left out."""
    network, part = evaluation.network, evaluation.training_part
    prediction = network.prediction(min(part.examples, network.block))
    prediction.inputs[...] = part.features[..., : network.block]
    prediction.run()
    real = real_steps(evaluation, prediction.inputs.shape[-1])
    if real is None:
        return prediction.values
    return {name: rows_of_units(values, real) for name, values in prediction.values.items()}


def real_steps(evaluation: Evaluation, examples: int) -> BoolArray | None:
    """Return which time steps of the first training examples are none of padding, (time, examples).

    None where the network sees no sequences, or all are of one length.
    """
    mask = evaluation.data.mask("train") if evaluation.network.padded else None
    return None if mask is None else mask[:, :examples] > 0


def rows_of_units(values: Array, real: BoolArray | None = None) -> Array:
    """Return (…, units, examples) with one row for each unit, of images for each channel.

    Of sequences those time steps are left out that are not ``real`` (time, examples). The answers of an output layer
    that has one for every time step, (units, time · examples), are a sequence too.
    """
    rows = np.moveaxis(values, -2, 0).reshape(values.shape[-2], -1)
    return rows if real is None or rows.shape[1] != real.size else rows[:, real.ravel()]


def _part_of(views: Views, part: str) -> dict[str, Array]:
    return {name: parts[part] for name, parts in views.items() if part in parts}


SOURCES: dict[str, Callable[[Evaluation], Mapping[str, Array]]] = {
    "activations": activations,
    "weights": lambda evaluation: _part_of(evaluation.network.parameters.views, "kernel"),
    "gradients": lambda evaluation: _part_of(evaluation.gradients().views, "kernel"),
    "biases": lambda evaluation: _part_of(evaluation.network.parameters.views, "bias"),
}
"""Where the numbers of each quantity come from."""


def histogram(values: Array) -> dict[str, Any]:
    """Return ``counts`` (BINS of them), ``low``, ``high``, ``mean`` and ``std`` of all finite numbers."""
    numbers = values.ravel().astype(np.float64)
    if not np.isfinite(np.add.reduce(numbers)):
        numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        return {"counts": [0] * BINS, "low": 0.0, "high": 0.0, "mean": None, "std": None}
    mean = float(np.add.reduce(numbers)) / numbers.size
    deviations = numbers - mean
    std = sqrt(float(np.add.reduce(np.square(deviations, deviations))) / numbers.size)
    low = max(float(np.minimum.reduce(numbers)), mean - REACH * std)
    high = min(float(np.maximum.reduce(numbers)), mean + REACH * std)
    return {"counts": _count(numbers, low, high), "low": low, "high": high, "mean": mean, "std": std}


def distributions(evaluation: Evaluation) -> dict[str, dict[str, dict[str, Any]]]:
    """Return layer → quantity → histogram."""
    with np.errstate(all="ignore"):
        return {
            layer: {quantity: histogram(values) for quantity, values in parts.items()}
            for layer, parts in quantities(evaluation).items()
        }


def _count(numbers: Array, low: float, high: float) -> list[int]:
    """Count the numbers in BINS equal bins from ``low`` to ``high``, those beyond in the outermost ones.

    If all are equal, they are in the middle one.
    """
    if not 0 < high - low < np.inf:
        return [0] * (BINS // 2) + [numbers.size] + [0] * (BINS - BINS // 2 - 1)
    places = (numbers - low) * (BINS / (high - low))
    np.fmin(np.fmax(places, 0, places), BINS - 1, places)
    counts: list[int] = np.bincount(places.astype(np.intp), minlength=BINS).tolist()
    return counts
