"""The parameters themselves."""

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from engine.probes.probe import Measurement, Probe, probes
from engine.probes.recipe import digest_of
from engine.registry import Help

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("weights")
class Weights(Probe):
    """Every weight and bias as it is now: the lines of the network drawing."""

    title = "Weights"
    formula = r"W^{[l]}, b^{[l]}"
    try_this = "Start from zeros: the weights of all units of a layer stay equal, however long it trains."
    source = "The parameters, every digit"

    precision: Annotated[
        Literal["full", "single"],
        Help("Precision", "Every digit by layer and name, or all numbers in one array of single precision."),
    ] = "full"

    def measure(self, training: "Training") -> Measurement:
        """Return ``<layer>.kernel`` (inputs, units), ``<layer>.bias`` (units,) and the like for other layers.

        In full precision: whoever changes one weight by hand sends the others of its kernel back unchanged. In single
        precision all are in ``values`` (numbers,), moving averages of normalization after what is learned; the meta
        data name the ``recipe`` (see the probe of that name) by which pictures are computed from them.
        """
        if self.precision == "single":
            return self._in_one(training)
        views = training.network.parameters.views
        arrays = {f"{layer}.{name}": view.copy() for layer, parts in views.items() for name, view in parts.items()}
        return Measurement(arrays, {})

    def _in_one(self, training: "Training") -> Measurement:
        network = training.network
        with np.errstate(over="ignore"):
            values = np.concatenate((network.parameters.theta, network.statistics.theta)).astype(np.float32)
        return Measurement({"values": values}, {"recipe": digest_of(training)})
