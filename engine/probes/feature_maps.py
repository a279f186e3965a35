"""What the layers of a convolutional network make of one image."""

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.network import NamedLayer
from engine.probes.examples import (
    ExampleIndex,
    LayerName,
    PartChoice,
    affordable,
    describe_example,
    find_example,
    find_layers,
    pass_through,
)
from engine.probes.probe import Arrays, Measurement, Probe, probes, reach
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training

MAXIMUM_MAPS = 64


@probes.register("feature_maps")
class FeatureMaps(Probe):
    """What each layer of a convolutional network makes of one image: one new image for each filter."""

    title = "Feature maps"
    formula = r"a^{[l]}_{yxc}(x^{(i)})"
    try_this = "Look at the same digit from layer to layer: strokes first, then parts, at ever fewer pixels."
    source = "Zeiler and Fergus, 2014"

    split: PartChoice = "train"
    index: ExampleIndex = 0
    layer: LayerName = ""

    def measure(self, training: "Training") -> Measurement:
        """Return ``input`` and ``<layer>.maps``, each (channels, height, width), for one example in prediction mode.

        At most 64 channels and 65,536 numbers a layer: the first ones. In the meta data the ``example`` with its
        target and answer, and for each layer its ``kind``, how many ``channels`` it has, and the ``scale``, the
        largest size of a number that is shown.
        """
        chosen = find_layers(training, self.layer, makes_images, "layer that makes images: no convolution or pooling")
        example = find_example(training, self.split, self.index)
        prediction = pass_through(training, example)
        image = prediction.inputs.reshape(training.network.input_shape)
        arrays: Arrays = {"input": as_maps(image)}
        layers: dict[str, Any] = {}
        for layer in chosen:
            shown = as_maps(prediction.values[layer.name][..., 0])
            arrays[f"{layer.name}.maps"] = shown
            layers[layer.name] = {
                "kind": layer.layer.kind, "channels": layer.output_shape[2], "scale": reach(shown),
            }  # fmt: skip
        return Measurement(arrays, {**describe_example(training, example, prediction), "layers": layers})


def makes_images(layer: NamedLayer) -> bool:
    """Return whether what leaves a layer is (height, width, channels)."""
    return len(layer.output_shape) == 3


def as_maps(image: Array) -> Array:
    """Return (height, width, channels) as (channels, height, width) in single precision, as many as may be shown."""
    height, width, channels = image.shape
    shown = affordable(min(channels, MAXIMUM_MAPS), height * width)
    return image[..., :shown].transpose(2, 0, 1).astype(np.float32)
