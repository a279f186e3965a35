"""How the signal fares on its way through the layers: forwards as activations, backwards as gradients."""

from typing import TYPE_CHECKING

import numpy as np

from engine.distributions import rows_of_units
from engine.probes.activations import saturated
from engine.probes.passes import both_ways
from engine.probes.probe import Measurement, Probe, probes

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("signal")
class SignalThroughDepth(Probe):
    """What becomes of the signal from layer to layer: activations on the way forward, gradients on the way back."""

    title = "Signal through the layers"
    formula = r"\sigma(a^{[l]}),\quad \sigma\!\left(\frac{\partial \ell}{\partial a^{[l]}}\right)"
    try_this = "Eight sigmoid layers: on the way back each layer gets only a fraction of what the one above it got."
    source = "Glorot and Bengio, 2010; He, Zhang, Ren and Sun, 2015"

    def measure(self, training: "Training") -> Measurement:
        """Return one number for each layer in the order of meta ``layers``; NaN where there is none.

        ``activation_mean``, ``activation_std``; ``gradient_mean``, ``gradient_std`` of ∂ℓ/∂a, ℓ an example's own loss
        (of the output layer: ∂ℓ/∂z); ``dead``, the share of units with the same answer to every example;
        ``saturated``, the share of answers near a bound. Of images a unit is a channel, of sequences a feature, and
        padded time steps are left out. Of the training examples (at most one block), in prediction mode.
        """
        found = both_ways(training)
        layers = training.network.layers
        rows = []
        with np.errstate(all="ignore"):
            for layer in layers:
                answers, slope = rows_of_units(found.values[layer.name], found.real), found.gradients.get(layer.name)
                slopes = np.array([np.nan]) if slope is None else rows_of_units(slope, found.real)
                near = saturated(layer.activation, answers)
                rows.append(
                    (
                        answers.mean(),
                        answers.std(),
                        slopes.mean(),
                        slopes.std(),
                        np.mean(np.ptp(answers, axis=1) == 0),
                        np.nan if near is None else near,
                    )
                )
        names = ("activation_mean", "activation_std", "gradient_mean", "gradient_std", "dead", "saturated")
        arrays = dict(zip(names, np.array(rows, np.float64).T.copy(), strict=True))
        return Measurement(arrays, {"layers": [layer.name for layer in layers]})
