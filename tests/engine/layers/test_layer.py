"""What holds for every kind of layer."""

from math import prod

import numpy as np
import pytest

from engine.calls import run
from engine.layers import Layer, layers
from engine.network import NamedLayer, Network
from engine.parameters import Parameters

SHAPES = {None: (3,), 1: (3,), 2: (4, 3), 3: (4, 5, 3)}
"""What a layer gets, by the number of axes that it wants."""
BATCH = 5


def network_of(layer: Layer) -> Network:
    """A network of one layer, with its first parameters."""
    shape = SHAPES[layer.input_rank]
    network = Network((NamedLayer("one", layer, shape, layer.output_shape(shape)),))
    network.initialise(0)
    return network


def compiled(kind: str, batch: int = BATCH, training: bool = False):
    """A layer after three inputs: builder, what comes in, what goes out."""
    layer = layers[kind]()
    network = network_of(layer)
    generators = {"one": np.random.default_rng(1)} if training else None
    builder = network.builder(batch, Parameters(network.parameters.layout, np.float64), generators)
    builder.layer = "one"
    x = builder.signal(network.input_shape)
    x.values[...] = np.random.default_rng(2).normal(size=x.values.shape)
    return layer, builder, x, layer.compile(builder, x)


@pytest.mark.parametrize("kind", layers.kinds)
@pytest.mark.parametrize("training", [False, True])
def test_the_shape_is_the_one_that_was_announced(kind, training):
    layer, _, x, out = compiled(kind, training=training)
    assert out.values.shape == (*layer.output_shape(SHAPES[layer.input_rank]), BATCH)
    assert out.augmented.shape == (prod(out.values.shape[:-1]) + 1, BATCH)
    assert out.gradient is not None
    assert x.gradient is not None
    assert out.gradient.shape == out.values.shape


@pytest.mark.parametrize("kind", layers.kinds)
def test_the_ones_below_the_values_stay_ones(kind):
    _, builder, _, out = compiled(kind, training=True)
    run(builder.draws + builder.forward)
    assert np.shares_memory(out.values, out.augmented)
    assert (out.augmented[-1] == 1).all()


@pytest.mark.parametrize("kind", layers.kinds)
def test_what_comes_in_is_not_changed(kind):
    _, builder, x, _ = compiled(kind, training=True)
    before = x.values.copy()
    run(builder.draws + builder.forward)
    assert np.array_equal(x.values, before)


@pytest.mark.parametrize("kind", layers.kinds)
def test_it_may_be_the_first_layer(kind):
    layer = layers[kind]()
    network = network_of(layer)
    gradients = Parameters(network.parameters.layout, np.float64)
    builder = network.builder(BATCH, gradients, {"one": np.random.default_rng(1)})
    builder.layer = "one"
    layer.compile(builder, builder.signal(network.input_shape, trained=False))
    run(builder.draws + builder.forward + builder.backward)
