"""How far the next update moves each group of parameters for the slope that it has."""

from typing import TYPE_CHECKING

import numpy as np

from engine.probes.gradients import next_update
from engine.probes.probe import Measurement, Probe, probes
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The quantiles by which a distribution is described."""


@probes.register("learning_rates")
class LearningRates(Probe):
    """The learning rate that each group of weights really has: how far it moves for the slope that it has."""

    title = "Effective learning rates"
    formula = r"\frac{\lVert \Delta\theta \rVert}{\lVert g \rVert},\quad \frac{|\Delta\theta_j|}{|g_j|}"
    try_this = "Adam on a deep sigmoid network: the layers with the smallest gradients get the largest rates."
    source = "Duchi, Hazan and Singer, 2011; You, Gitman and Ginsburg, 2017 (rates of layers)"

    def measure(self, training: "Training") -> Measurement:
        """Return ``rate`` and ``ratio`` (groups,) and ``quantiles`` (groups, levels), NaN where there is none.

        A group is one parameter of one layer, "dense_1.kernel". The gradient g is that of the training cost over all
        training examples, Δθ the update that the optimizer would make of it now, clipping included. ``rate`` is
        ‖Δθ‖ / ‖g‖, ``ratio`` ‖Δθ‖ / ‖θ‖; ``quantiles`` describe |Δθ| / |g| of the single numbers, those left out whose
        slope is 0. In the meta data ``groups``, ``levels`` and ``learning_rate``, what the schedule has now.
        """
        theta = training.network.parameters
        gradients = training.evaluation.gradients()
        update = theta.layout.views(next_update(training, gradients.theta))
        groups, rows = [], []
        with np.errstate(all="ignore"):
            for layer, parts in theta.views.items():
                for name, values in parts.items():
                    moved, slope = np.abs(update[layer][name]), np.abs(gradients.views[layer][name])
                    groups.append(f"{layer}.{name}")
                    rows.append((quotient(moved, slope), quotient(moved, values), *quantiles(moved, slope)))
        numbers = np.array(rows, np.float64)
        arrays = {"rate": numbers[:, 0].copy(), "ratio": numbers[:, 1].copy(), "quantiles": numbers[:, 2:].copy()}
        meta = {"groups": groups, "levels": list(LEVELS), "learning_rate": training.learning_rate}
        return Measurement(arrays, meta)


def quotient(above: Array, below: Array) -> float:
    """Return the quotient of two norms; NaN over a norm of 0."""
    size = float(np.linalg.norm(below))
    return float(np.linalg.norm(above)) / size if size else np.nan


def quantiles(moved: Array, slope: Array) -> Array:
    """Return how |Δθ| / |g| of single numbers is spread; NaN where no slope is above 0 and finite."""
    used = (slope > 0) & np.isfinite(slope) & np.isfinite(moved)
    if not used.any():
        return np.full(len(LEVELS), np.nan)
    spread: Array = np.quantile(moved[used].astype(np.float64) / slope[used], LEVELS)
    return spread
