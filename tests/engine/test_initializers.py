from math import sqrt

import numpy as np
import pytest

from engine.initializers import Constant, Orthogonal, RandomNormal, RandomUniform, initializers

FAN_IN, FAN_OUT = 400, 300
SHAPE = (FAN_IN, FAN_OUT)
STDDEV = {
    "zeros": 0,
    "constant": 0,
    "random_normal": 0.01,
    "random_uniform": 0.5 / sqrt(3),
    "lecun_normal": sqrt(1 / FAN_IN),
    "xavier_normal": sqrt(1 / FAN_IN),
    "glorot_normal": sqrt(2 / (FAN_IN + FAN_OUT)),
    "glorot_uniform": sqrt(2 / (FAN_IN + FAN_OUT)),
    "he_normal": sqrt(2 / FAN_IN),
    "he_uniform": sqrt(2 / FAN_IN),
    "orthogonal": sqrt(1 / FAN_IN),
}
LIMITS = {
    "random_uniform": 0.5,
    "glorot_uniform": sqrt(6 / (FAN_IN + FAN_OUT)),
    "he_uniform": sqrt(6 / FAN_IN),
    **{kind: 2 / 0.87962566 * STDDEV[kind] for kind in ("lecun_normal", "glorot_normal", "he_normal")},
}


def draw(initializer, shape=SHAPE, fan_in=FAN_IN, fan_out=FAN_OUT, seed=5):
    return initializer.draw(np.random.default_rng(seed), shape, fan_in, fan_out)


@pytest.mark.parametrize("kind", initializers.kinds)
def test_the_spread_is_that_of_the_formula(kind):
    weights = draw(initializers[kind]())
    assert weights.shape == SHAPE
    assert weights.dtype == np.float64
    assert weights.std() == pytest.approx(STDDEV[kind], rel=0.01, abs=1e-12)


@pytest.mark.parametrize("kind", LIMITS)
def test_no_weight_lies_beyond_the_limit_and_some_come_close(kind):
    largest = np.abs(draw(initializers[kind]())).max()
    assert 0.999 * LIMITS[kind] < largest <= LIMITS[kind] * (1 + 1e-7)


@pytest.mark.parametrize("kind", initializers.kinds)
def test_the_same_generator_draws_the_same_weights(kind):
    np.testing.assert_array_equal(draw(initializers[kind]()), draw(initializers[kind]()))


def test_xavier_is_not_cut_off():
    assert np.abs(draw(initializers["xavier_normal"]())).max() > 3 * sqrt(1 / FAN_IN)


def test_fields_are_used():
    np.testing.assert_array_equal(draw(Constant(value=0.7), (2, 2)), np.full((2, 2), 0.7))
    assert draw(RandomNormal(stddev=3.0)).std() == pytest.approx(3, rel=0.01)
    assert np.abs(draw(RandomUniform(limit=2.0))).max() == pytest.approx(2, rel=0.001)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (2, 3, 4)])
def test_orthogonal_keeps_lengths(shape):
    matrix = draw(Orthogonal(gain=2.0), shape).reshape(-1, shape[-1])
    rows, columns = matrix.shape
    product = matrix.T @ matrix if rows >= columns else matrix @ matrix.T
    np.testing.assert_allclose(product, 4 * np.eye(min(rows, columns)), atol=1e-13)


def test_orthogonal_matrices_are_turned_and_mirrored_evenly():
    corners = [draw(Orthogonal(), (2, 2), seed=seed)[0, 0] for seed in range(400)]
    assert np.mean(corners) == pytest.approx(0, abs=0.12)
