import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import Gaussian, Sine

sums = st.floats(-20, 20)


@given(sums)
def test_sine_and_its_slope_lie_on_a_circle(z):
    np.testing.assert_allclose(Sine()(z) ** 2 + Sine().derivative(z) ** 2, 1, rtol=1e-14)


@given(sums)
def test_the_bump_is_symmetric_and_its_slope_is_not(z):
    assert Gaussian()(z) == Gaussian()(-z)
    assert Gaussian().derivative(z) == -Gaussian().derivative(-z)


def test_the_bump_by_hand():
    np.testing.assert_allclose(Gaussian()([0, 1]), [1, 1 / np.e], rtol=1e-15)
    np.testing.assert_allclose(Gaussian().derivative([0, 1]), [0, -2 / np.e], rtol=1e-15)
