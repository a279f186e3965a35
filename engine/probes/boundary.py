"""What the network answers at every point of the plane."""

from typing import TYPE_CHECKING

import numpy as np

from engine.probes.grid import domain_of, grid_of
from engine.probes.maps import output_map
from engine.probes.painting import painting_of
from engine.probes.probe import Arrays, Encoding, Measurement, Probe, Resolution, probes, to_bytes
from engine.targets import target_values
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("boundary")
class Boundary(Probe):
    """The network's answer at every point of the plane: where one class ends and the next begins."""

    title = "Decision boundary"
    formula = r"\hat{y}(x_1, x_2)"
    try_this = "Train slowly and watch the border turn from a straight line into the shape of the data."
    source = "Prediction at the centre of every pixel"

    resolution: Resolution = 50
    encoding: Encoding = "float"

    def measure(self, training: "Training") -> Measurement:
        """Return ``values`` (rows, columns), row 0 at the top; of several classes ``classes`` and ``certainty``.

        One byte b stands for low + b/255 · (high − low), the certainty for b/255.
        """
        outputs = self._nearly(training) if self.encoding == "byte" else output_map(training, self.resolution)
        low, high = value_range(training)
        meta = {"domain": domain_of(training.data), "low": low, "high": high}
        return Measurement(self._several(outputs) if len(outputs) > 1 else self._single(outputs[0], low, high), meta)

    def _nearly(self, training: "Training") -> Array:
        """Return the outputs in single precision, enough for bytes; the neurons' maps come from the same pass."""
        with np.errstate(all="ignore"):  # what is not finite has no colour of its own
            outputs = painting_of(training.network, grid_of(training.data, self.resolution)).values("output")
        return training.data.in_units(outputs).reshape(-1, self.resolution, self.resolution)

    def _single(self, values: Array, low: float, high: float) -> Arrays:
        return {"values": to_bytes(np.clip(values, low, high), low, high) if self.encoding == "byte" else values}

    def _several(self, outputs: Array) -> Arrays:
        """The class with the largest output, and that output (of softmax: its probability)."""
        certainty = np.clip(outputs.max(axis=0), 0, 1)
        shown = to_bytes(certainty, 0, 1) if self.encoding == "byte" else certainty
        return {"classes": outputs.argmax(axis=0).astype(np.uint8), "certainty": shown}


def value_range(training: "Training") -> tuple[float, float]:
    """Return the values between which a picture of the output runs.

    Binary: the two that stand for the classes; several classes: 0 and 1; regression: ± the largest target.
    """
    data = training.data
    if data.task == "regression":
        reach = float(np.abs(data.targets).max()) or 1.0
        return -reach, reach
    if data.task == "multiclass":
        return 0.0, 1.0
    return target_values(training.experiment)
