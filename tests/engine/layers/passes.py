"""A layer alone, forward and backward, on examples as users have them."""

from typing import Any, NamedTuple

import numpy as np

from engine.calls import run
from engine.layers import Layer
from engine.network import NamedLayer, Network
from engine.parameters import Parameters


class Passed(NamedTuple):
    """What a layer made of its examples, and the gradients; the examples come first."""

    y: np.ndarray
    x_gradient: np.ndarray
    gradients: dict[str, np.ndarray]


def passed(layer: Layer, x: Any, upstream: Any = None, **parameters: Any) -> Passed:
    """Run ``layer`` in training mode on ``x`` (examples, …), then back from ``upstream`` (ones, if there is none)."""
    values = np.moveaxis(np.asarray(x, float), 0, -1)
    shape = values.shape[:-1]
    network = Network((NamedLayer("one", layer, shape, layer.output_shape(shape)),))
    network.initialise(0)
    for name, numbers in parameters.items():
        network.views["one"][name][...] = numbers
    gradients = Parameters(network.parameters.layout, np.float64)
    builder = network.builder(values.shape[-1], gradients, generators={})
    builder.layer = "one"
    before = builder.signal(shape)
    after = layer.compile(builder, before)
    before.gradient[...] = np.nan  # whatever was there must not matter
    before.values[...] = values
    run(builder.forward)
    after.gradient[...] = 1.0 if upstream is None else np.moveaxis(np.asarray(upstream, float), 0, -1)
    y = after.values.copy()
    run(builder.backward)
    y, x_gradient = (np.moveaxis(array, -1, 0) for array in (y, before.gradient))
    return Passed(y, x_gradient, gradients.views.get("one", {}))
