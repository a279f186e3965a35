"""What the network answers along the axis of a single input."""

from typing import TYPE_CHECKING

import numpy as np

from engine.probes.grid import centres
from engine.probes.probe import Measurement, Probe, ProbeUnavailable, Resolution, probes

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("curve")
class Curve(Probe):
    """The network's answer over a line: the curve that it lays through the examples."""

    title = "Fitted curve"
    formula = r"\hat{y}(x_1)"
    try_this = "Train slowly: the curve bends at one neuron after the other, long waves before short ones."
    source = "Prediction at even distances"

    resolution: Resolution = 100

    def measure(self, training: "Training") -> Measurement:
        """Return ``inputs`` and ``values`` (resolution,), in the targets' units."""
        interval = training.data.dataset.interval
        if interval is None:
            raise ProbeUnavailable("A curve needs examples with a single input.")
        inputs = centres(*interval, self.resolution)
        values = training.predict(inputs[:, None])[:, 0]
        return Measurement({"inputs": inputs.astype(np.float32), "values": values.astype(np.float32)}, {})
