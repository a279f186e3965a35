"""The parameters themselves."""

from typing import TYPE_CHECKING

import numpy as np

from engine.probes.probe import Measurement, Probe, probes

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("weights")
class Weights(Probe):
    """Every weight and bias as it is now: the lines of the network drawing."""

    title = "Weights"
    formula = r"W^{[l]}, b^{[l]}"
    try_this = "Start from zeros: the weights of all units of a layer stay equal, however long it trains."
    source = "The parameters, single precision"

    def measure(self, training: "Training") -> Measurement:
        """Return ``<layer>.kernel`` (inputs, units), ``<layer>.bias`` (units,) and the like for other layers."""
        views = training.network.parameters.views
        arrays = {
            f"{layer}.{name}": view.astype(np.float32) for layer, parts in views.items() for name, view in parts.items()
        }
        return Measurement(arrays, {})
