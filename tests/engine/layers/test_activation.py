import numpy as np
import pytest

from engine.activations import activations
from engine.calls import run
from engine.layers import ActivationLayer
from engine.parameters import Layout, Parameters
from engine.plan import Builder


@pytest.mark.parametrize("activation", [made for made in activations if made.elementwise], ids=lambda made: made.kind)
def test_it_bends_the_values_and_turns_the_gradient_in_place(activation):
    empty = Parameters(Layout({"one": {}}), np.float64)
    builder = Builder(6, empty, empty)
    builder.layer = "one"
    x = builder.signal((3,))
    x.values[...] = np.random.default_rng(0).normal(size=(3, 6))
    out = ActivationLayer(activation=activation()).compile(builder, x)
    run(builder.forward)
    np.testing.assert_allclose(out.values, activation()(x.values), rtol=1e-14)
    assert out.gradient is x.gradient
    out.gradient[...] = 2.0
    run(builder.backward)
    np.testing.assert_allclose(x.gradient, 2 * activation().derivative(x.values), rtol=1e-13, atol=1e-15)
