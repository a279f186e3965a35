"""How alive the units of each layer are."""

from typing import TYPE_CHECKING

import numpy as np

from engine.activations import Activation
from engine.distributions import quantities, rows_of_units
from engine.evaluation import finite
from engine.probes.probe import Arrays, Measurement, Probe, probes
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training

NEAR = 0.01
"""An activation is saturated when it is closer to a bound than this share of the whole range."""


@probes.register("activations")
class Activations(Probe):
    """How strongly the units of each layer answer to the training examples: their mean and spread, dead, saturated."""

    title = "Activations"
    formula = r"\mu_j = \tfrac{1}{m}\sum_i a_j^{(i)},\quad \sigma_j"
    try_this = "ReLU with a learning rate that is too large: count the units that never answer again."
    source = "Glorot & Bengio (2010)"

    def measure(self, training: "Training") -> Measurement:
        """Return ``<layer>.mean`` and ``<layer>.std`` (units,); the shares of dead and saturated in the meta data.

        Of images a unit is a channel, of sequences a feature; padded time steps are left out.

        Dead: units whose answer is the same to every training example. Saturated: answers within 1 % of a bound; None
        where there is no bound.
        """
        arrays: Arrays = {}
        layers = {}
        numbers = quantities(training.evaluation, ("activations",))
        for layer in training.network.layers:
            values = rows_of_units(numbers[layer.name]["activations"])
            mean, std = values.mean(axis=1), values.std(axis=1)
            arrays |= {f"{layer.name}.mean": mean, f"{layer.name}.std": std}
            layers[layer.name] = {
                "mean": finite(float(values.mean())),
                "std": finite(float(values.std())),
                "dead": float(np.mean(np.ptp(values, axis=1) == 0)),
                "saturated": saturated(layer.activation, values),
            }
        return Measurement(arrays, {"layers": layers})


def saturated(activation: Activation | None, values: Array) -> float | None:
    """Return the share of ``values`` that lie near a bound; None unless the activation has two."""
    low, high = activation.bounds if activation else (None, None)
    if low is None or high is None:
        return None
    margin = NEAR * (high - low)
    return float(np.mean((values < low + margin) | (values > high - margin)))
