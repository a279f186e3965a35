"""What the filters of convolutions look for."""

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.network import NamedLayer
from engine.probes.examples import LayerName, affordable, find_layers
from engine.probes.probe import Arrays, Measurement, Probe, probes, reach
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training

MAXIMUM_FILTERS = 64


@probes.register("kernels")
class Kernels(Probe):
    """The kernels of each convolution as small images: the patterns that its filters look for."""

    title = "Kernels"
    formula = r"W^{[l]}_{ijcf}"
    try_this = "Digits: compare the first layer's kernels before and after training: noise becomes edges."
    source = "Krizhevsky, Sutskever and Hinton, 2012 (first-layer kernels)"

    layer: LayerName = ""

    def measure(self, training: "Training") -> Measurement:
        """Return for each convolution ``<layer>.kernel`` (filters, channels, height, width) and ``<layer>.bias``.

        At most 64 filters and 65,536 numbers a layer: the first filters and channels. In the meta data of each layer:
        how many ``filters`` and ``channels`` it has, and the ``scale``, the largest size of a weight that is shown.
        """
        arrays: Arrays = {}
        layers: dict[str, Any] = {}
        for layer in find_layers(training, self.layer, is_convolution, "convolution, and so no kernels"):
            parts = training.network.parameters.views[layer.name]
            shown = as_images(parts["kernel"])
            arrays[f"{layer.name}.kernel"] = shown.astype(np.float32)
            arrays[f"{layer.name}.bias"] = parts["bias"][: len(shown)].astype(np.float32)
            channels, filters = parts["kernel"].shape[2:]
            layers[layer.name] = {"filters": filters, "channels": channels, "scale": reach(shown)}
        return Measurement(arrays, {"layers": layers})


def is_convolution(layer: NamedLayer) -> bool:
    """Return whether a layer slides kernels over an image."""
    return len(layer.layer.parameter_shapes(layer.input_shape).get("kernel", ())) == 4


def as_images(kernel: Array) -> Array:
    """Return (height, width, channels, filters) as (filters, channels, height, width), as many as may be shown."""
    height, width, channels, filters = kernel.shape
    filters = affordable(min(filters, MAXIMUM_FILTERS), height * width)
    channels = affordable(channels, filters * height * width)
    return kernel[:, :, :channels, :filters].transpose(3, 2, 0, 1)
