import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from engine.scaling import NoScaling, Standardize

VALUES = np.random.default_rng(0).normal([[3.0], [-40.0]], [[2.0], [0.5]], (2, 200))


def test_none_is_the_identity():
    assert_array_equal(NoScaling().fit(VALUES)(VALUES), VALUES)


def test_standardize_gives_mean_zero_and_deviation_one():
    scaled = Standardize().fit(VALUES)(VALUES)
    assert_allclose(scaled.mean(axis=1), 0, atol=1e-12)
    assert_allclose(scaled.std(axis=1), 1, rtol=1e-12)


def test_standardize_uses_what_it_was_fitted_to_for_other_values():
    scaled = Standardize().fit(VALUES)(np.array([[5.0], [-39.0]]))
    assert_allclose(scaled[:, 0], (np.array([5.0, -39.0]) - VALUES.mean(axis=1)) / VALUES.std(axis=1))


def test_a_feature_that_never_varies_becomes_zero():
    constant = np.full((1, 10), 4.0)
    assert_array_equal(Standardize().fit(constant)(constant), np.zeros((1, 10)))
