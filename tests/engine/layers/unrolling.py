"""A single layer that reads sequences, run forward and backward."""

from typing import NamedTuple

import numpy as np

from engine.calls import run
from engine.layers import Layer
from engine.network import NamedLayer, Network
from engine.parameters import Parameters, Views


class Pass(NamedTuple):
    """What went through a layer."""

    out: np.ndarray
    gradient: np.ndarray
    """∂L/∂x."""
    gradients: dict[str, np.ndarray]
    """∂L/∂parameter."""
    traces: dict[str, np.ndarray]


def network_of(layer: Layer, shape: tuple[int, ...]) -> Network:
    """A network of this layer alone, with the parameters it starts with."""
    network = Network((NamedLayer("one", layer, shape, layer.output_shape(shape)),))
    network.initialise(5)
    return network


def parameters_of(layer: Layer, shape: tuple[int, ...], seed: int = 1) -> dict[str, np.ndarray]:
    """Random parameters, biases included."""
    rng = np.random.default_rng(seed)
    return {name: rng.standard_normal(size) for name, size in layer.parameter_shapes(shape).items()}


def passed(
    layer: Layer, x: np.ndarray, parameters: Views | dict, upstream: np.ndarray | None = None, padding=None
) -> Pass:
    """Run ``layer`` twice on ``x`` (…, examples), with ∂L/∂out = ``upstream`` (ones if left out)."""
    shape = x.shape[:-1]
    network = network_of(layer, shape)
    for name, values in parameters.items():
        network.parameters.views["one"][name][...] = values
    gradients = Parameters(network.parameters.layout, np.float64)
    builder = network.builder(x.shape[-1], gradients)
    builder.layer = "one"
    signal = builder.signal(shape)._replace(padding=padding)
    signal.values[...] = x
    out = layer.compile(builder, signal)
    for _ in range(2):  # nothing may be left over from the first time
        run(builder.forward)
        out.gradient[...] = 1.0 if upstream is None else upstream
        run(builder.backward)
    return Pass(out.values, signal.gradient, gradients.views["one"], builder.traces.get("one", {}))
