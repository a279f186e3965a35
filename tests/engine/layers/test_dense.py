import numpy as np
import pytest

from engine.activations import activations
from engine.calls import run
from engine.layers import Dense
from engine.parameters import Layout, Parameters
from engine.plan import Builder


@pytest.mark.parametrize("activation", activations, ids=lambda made: made.kind)
@pytest.mark.parametrize("keep_sums", [False, True])
def test_it_is_the_formula(activation, keep_sums):
    rng, layer = np.random.default_rng(3), Dense(units=4, activation=activation())
    parameters = Parameters(Layout({"one": layer.parameter_shapes((2,))}), np.float64)
    parameters.theta[...] = rng.normal(size=parameters.theta.shape)
    builder = Builder(6, parameters, keep_sums=keep_sums)
    builder.layer = "one"
    x = builder.signal((2,))
    x.values[...] = rng.normal(size=(2, 6))
    out = layer.compile(builder, x)
    run(builder.forward)
    kernel, bias = parameters.views["one"]["kernel"], parameters.views["one"]["bias"]
    z = kernel.T @ x.values + bias[:, None]
    np.testing.assert_allclose(out.values, activation()(z), rtol=1e-12, atol=1e-12)
    if keep_sums:
        np.testing.assert_allclose(builder.sums["one"], z, rtol=1e-12, atol=1e-12)


def test_biases_start_at_zero_and_kernels_are_drawn():
    drawn = Dense(units=50).initial_parameters((40,), np.random.default_rng(0))
    assert drawn["kernel"].shape == (40, 50)
    assert np.abs(drawn["kernel"]).max() <= np.sqrt(6 / 90)
    assert len(np.unique(drawn["kernel"])) == 2000
    assert not drawn["bias"].any()


def test_only_a_flat_row_fits():
    with pytest.raises(ValueError, match="flat row"):
        Dense().output_shape((8, 8, 1))


def test_a_layer_costs_one_product_forward_and_two_back():
    layout = Layout({"one": Dense().parameter_shapes((2,))})
    builder = Builder(3, Parameters(layout, np.float64), Parameters(layout, np.float64))
    builder.layer = "one"
    Dense(activation=activations["linear"]()).compile(builder, builder.signal((2,)))
    assert (len(builder.forward), len(builder.backward)) == (1, 2)
