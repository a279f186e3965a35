import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import Linear, Sigmoid, Step, Tanh
from engine.calls import Workspace

sums = st.floats(-50, 50)


def test_linear_costs_nothing():
    z, workspace = np.ones((2, 3)), Workspace()
    assert Linear().forward(z, z, workspace) == []
    assert Linear().backward(z, z, z, workspace) == []


def test_step_is_off_at_zero_and_has_no_gradient_anywhere():
    np.testing.assert_array_equal(Step()([-1, 0, 1e-9]), [0, 0, 1])
    np.testing.assert_array_equal(Step().derivative([-1, 0, 1]), [0, 0, 0])
    assert not Step.trains


def test_sigmoid_by_hand():
    np.testing.assert_allclose(Sigmoid()([0, np.log(3)]), [0.5, 0.75], rtol=1e-15)
    np.testing.assert_allclose(Sigmoid().derivative([0, np.log(3)]), [0.25, 0.1875], rtol=1e-15)


@given(sums)
def test_tanh_is_a_stretched_sigmoid(z):
    np.testing.assert_allclose(Tanh()(z), 2 * Sigmoid()(2 * z) - 1, atol=1e-15)


@given(sums)
def test_sigmoid_is_symmetric(z):
    np.testing.assert_allclose(Sigmoid()(z) + Sigmoid()(-z), 1, rtol=1e-15)


def test_tanh_by_hand():
    np.testing.assert_allclose(Tanh()(np.log(2)), 0.6, rtol=1e-15)
    np.testing.assert_allclose(Tanh().derivative(np.log(2)), 0.64, rtol=1e-15)
