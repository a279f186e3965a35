import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import Elu, LeakyRelu, Linear, Relu, Selu
from engine.activations.rectifiers import SMALL
from engine.calls import Workspace, run

sums = st.floats(-50, 50)


@pytest.mark.parametrize("size", [3, SMALL + 3])
def test_slopes_are_exact_in_both_ways_to_find_the_sign(size):
    z = np.zeros(size)
    z[:3] = -2, 0, 1e-300
    np.testing.assert_array_equal(Relu().derivative(z)[:3], [0, 0, 1])
    np.testing.assert_array_equal(LeakyRelu(slope=0.25).derivative(z)[:3], [0.25, 0.25, 1])
    np.testing.assert_allclose(Elu(alpha=0.5).derivative(z)[:3], [0.5 * np.exp(-2), 0.5, 1], rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [5, SMALL + 5])
def test_relu_hands_back_each_gradient_as_it_is_or_zero(dtype, size):
    workspace = Workspace(dtype)
    z, gradient = np.random.default_rng(1).normal(size=(2, 2, size)).astype(dtype)
    z[:, :2] = 0
    expected = np.where(z > 0, gradient, 0)
    a = Relu()(z)
    run(Relu().backward(z, a, gradient, workspace))
    np.testing.assert_array_equal(gradient, expected)


@given(sums)
def test_leaky_relu_lies_between_relu_and_a_line(z):
    assert LeakyRelu(slope=0)(z) == Relu()(z)
    assert LeakyRelu(slope=1)(z) == Linear()(z)


@given(sums)
def test_selu_is_a_stretched_elu(z):
    np.testing.assert_allclose(Selu()(z), Selu.SCALE * Elu(alpha=Selu.ALPHA)(z), rtol=1e-14)


def test_selu_keeps_mean_zero_and_variance_one():
    a = Selu()(np.random.default_rng(0).standard_normal(1_000_000))
    assert a.mean() == pytest.approx(0, abs=0.005)
    assert a.var() == pytest.approx(1, abs=0.01)
