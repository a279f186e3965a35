"""What every neuron answers at every point of the plane: the small maps in the network drawing."""

from typing import TYPE_CHECKING

import numpy as np

from engine.network import Network
from engine.probes.boundary import value_range
from engine.probes.grid import grid_of
from engine.probes.maps import domain_of, layer_maps
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
        side, in_bytes = self.resolution, self.encoding == "byte"
        grid = grid_of(training.data, side)
        pictures: Arrays = {"inputs": grid.maps if in_bytes else grid.features}
        scales = {"inputs": grid.scales}
        bounds = scales_by_bounds(training.network)
        if training.data.target_scale is not None:
            bounds.pop("output", None)
        for name, values in layer_maps(training, side, exact=not in_bytes).items():
            scale = bounds.get(name)
            if scale is None and name == "output":
                scale = max(value_range(training))
                values = np.clip(values, -scale, scale) if in_bytes else values
            scale = scale or reach(values)
            pictures[name] = to_bytes(values, -scale, scale) if in_bytes else values.copy()
            scales[name] = [scale] * len(values)
        arrays = {name: picture.reshape(-1, side, side) for name, picture in pictures.items()}
        return Measurement(arrays, {"domain": domain_of(training.data), "scale": scales})


def scales_by_bounds(network: Network) -> dict[str, float]:
    """Return the scale of each layer with a bounded activation: the larger of its bounds."""
    scales = {}
    for layer in network.layers:
        low, high = layer.activation.bounds if layer.activation else (None, None)
        if low is not None and high is not None:
            scales[layer.name] = max(-low, high)
    return scales
