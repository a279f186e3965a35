import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import Gelu, Relu, Sigmoid, Silu, Softplus

sums = st.floats(-30, 30)


@given(sums)
def test_the_slope_of_softplus_is_the_sigmoid(z):
    np.testing.assert_allclose(Softplus().derivative(z), Sigmoid()(z), rtol=1e-9, atol=1e-15)


@given(sums)
def test_two_softplus_differ_by_their_sum(z):
    np.testing.assert_allclose(Softplus()(z) - Softplus()(-z), z, atol=1e-13)


@given(sums)
def test_silu_is_gated_by_its_own_sigmoid(z):
    np.testing.assert_allclose(Silu()(z), z * Sigmoid()(z), atol=1e-14)


@given(sums)
def test_gelu_minus_its_mirror_image_is_the_sum(z):
    for gelu in (Gelu(), Gelu(approximate=True)):
        np.testing.assert_allclose(gelu(z) - gelu(-z), z, atol=1e-13)


def test_the_form_with_tanh_is_close_but_not_equal():
    z = np.linspace(-5, 5, 1001)
    distance = np.abs(Gelu()(z) - Gelu(approximate=True)(z)).max()
    assert 1e-4 < distance < 5e-4


def test_far_from_zero_all_are_relu():
    z = np.array([-40.0, 40.0])
    for smooth in (Gelu(), Silu(), Softplus()):
        np.testing.assert_allclose(smooth(z), Relu()(z), atol=1e-12)
