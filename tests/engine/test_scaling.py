import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.preprocessing import MinMaxScaler, Normalizer, StandardScaler

from engine.scaling import MinMax, NoScaling, Standardize, fit_alike, fit_targets, scalings

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


@pytest.mark.parametrize(
    ("kind", "peer"), [("standardize", StandardScaler), ("min_max", MinMaxScaler), ("row_normalize", Normalizer)]
)
def test_each_is_its_namesake_of_scikit_learn(kind: str, peer: type):
    other = np.random.default_rng(1).normal(size=(2, 50))
    scale, fitted = scalings[kind]().fit(VALUES), peer().fit(VALUES.T)
    for values in (VALUES, other):
        assert_allclose(scale(values), fitted.transform(values.T).T, rtol=1e-12, atol=1e-12)


def test_min_max_stretches_to_zero_and_one():
    scaled = MinMax().fit(VALUES)(VALUES)
    assert_allclose(scaled.min(axis=1), 0)
    assert_allclose(scaled.max(axis=1), 1)


@pytest.mark.parametrize("kind", scalings.kinds)
def test_what_never_varies_or_is_zero_stays_finite(kind: str):
    zeros = np.zeros((2, 5))
    assert_array_equal(scalings[kind]().fit(zeros)(zeros), zeros)


@pytest.mark.parametrize("kind", [kind.kind for kind in scalings if kind.for_targets])
def test_targets_find_their_way_back(kind: str):
    targets = VALUES[1].reshape(20, 10)
    scale = fit_targets(scalings[kind](), targets)
    assert scale(targets).shape == targets.shape
    assert_allclose(scale.inverse(scale(targets)), targets, rtol=1e-12)


def test_all_positions_share_their_statistics():
    steps, examples = 3, 200
    values = np.concatenate([VALUES + shift for shift in range(steps)])
    scaled = fit_alike(Standardize(), values, steps)(values).reshape(steps, 2, examples)
    assert_allclose(scaled.mean(axis=(0, 2)), 0, atol=1e-12)
    assert_allclose(scaled.std(axis=(0, 2)), 1)
    assert_allclose(np.diff(scaled[:, 0].mean(axis=1)), 1 / values.reshape(steps, 2, examples)[:, 0].std())
