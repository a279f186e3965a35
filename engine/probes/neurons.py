"""What every neuron answers at every point of the plane: the small maps in the network drawing."""

from typing import TYPE_CHECKING

import numpy as np

from engine.probes.boundary import value_range
from engine.probes.grid import Grid, grid_of
from engine.probes.maps import layer_maps
from engine.probes.painting import output_has_no_bound, painting_of, scales_by_bounds
from engine.probes.probe import Arrays, Encoding, Measurement, Probe, Resolution, probes, reach, to_bytes

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("neurons")
class Neurons(Probe):
    """The answer of every neuron at every point of the plane: what each one has learned to tell apart."""

    title = "Neuron maps"
    formula = r"a_j^{[l]}(x_1, x_2)"
    try_this = "Follow one pattern from layer to layer: straight edges first, then corners, then the shape itself."
    source = "As in TensorFlow Playground (2017)"

    resolution: Resolution = 50
    encoding: Encoding = "float"

    def measure(self, training: "Training") -> Measurement:
        """Return (units, rows, columns) for ``inputs``, each layer and ``output``; row 0 at the top.

        One byte b stands for (b/127.5 − 1) · scale, and ``scale`` in the meta data has one number for each unit: the
        bound of its activation, of an unbounded output what its targets need, else the largest answer of the layer.
        """
        grid, in_bytes = grid_of(training.data, self.resolution), self.encoding == "byte"
        with np.errstate(all="ignore"):  # what is not finite has no colour of its own
            pictures, scales = self._in_bytes(training, grid) if in_bytes else self._exactly(training)
        per_unit = {name: [scales[name]] * len(picture) for name, picture in pictures.items()}
        inputs = grid.maps if in_bytes else grid.features.reshape(grid.maps.shape)
        meta = {"domain": grid.domain, "scale": {"inputs": grid.scales, **per_unit}}
        return Measurement({"inputs": inputs, **pictures}, meta)

    def _exactly(self, training: "Training") -> tuple[Arrays, dict[str, float]]:
        shape = -1, self.resolution, self.resolution
        found = {name: maps.copy().reshape(shape) for name, maps in layer_maps(training, self.resolution).items()}
        scales = {name: reach(values) for name, values in found.items()} | scales_by_bounds(training.network)
        if output_has_no_bound(training.data, scales_by_bounds(training.network)):
            scales["output"] = max(value_range(training))
        return found, scales

    def _in_bytes(self, training: "Training", grid: Grid) -> tuple[Arrays, dict[str, float]]:
        painting = painting_of(training.network, grid)
        scales = painting.scales()
        pictures = painting.to_bytes(scales)
        if output_has_no_bound(training.data, painting.bounds):
            largest = max(value_range(training))
            outputs = np.clip(training.data.in_units(painting.values("output")), -largest, largest)
            pictures["output"] = to_bytes(outputs, -largest, largest).reshape(pictures["output"].shape)
            scales = scales | {"output": largest}
        return pictures, scales
