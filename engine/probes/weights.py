"""The parameters themselves."""

from typing import TYPE_CHECKING

from engine.probes.probe import Measurement, Probe, probes

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("weights")
class Weights(Probe):
    """Every weight and bias as it is now: the lines of the network drawing."""

    title = "Weights"
    formula = r"W^{[l]}, b^{[l]}"
    try_this = "Start from zeros: the weights of all units of a layer stay equal, however long it trains."
    source = "The parameters, every digit"

    def measure(self, training: "Training") -> Measurement:
        """Return ``<layer>.kernel`` (inputs, units), ``<layer>.bias`` (units,) and the like for other layers.

        In full precision: whoever changes one weight by hand sends the others of its kernel back unchanged.
        """
        views = training.network.parameters.views
        arrays = {f"{layer}.{name}": view.copy() for layer, parts in views.items() for name, view in parts.items()}
        return Measurement(arrays, {})
