import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.datasets import datasets
from engine.datasets.curves import Curve
from engine.streams import stream

CURVES = [kind.kind for kind in datasets if issubclass(kind, Curve)]


def sample(kind: str, **fields: float):
    inputs, targets = datasets[kind](**fields).sample(stream(7, "data"))
    return inputs[:, 0], targets


@pytest.mark.parametrize("waves", [1, 3])
def test_the_sine_has_as_many_waves_as_asked_for(waves: int):
    x, y = sample("sine_curve", waves=waves, noise=0.0, samples=5000)
    order = np.argsort(x)
    crossings = np.flatnonzero(np.diff(np.sign(y[order])))
    assert len(crossings) == 2 * waves - 1
    assert_allclose(y, np.imag(np.exp(2j * np.pi * waves * x / 12)), atol=1e-12)


@pytest.mark.parametrize(
    ("degree", "powers"),
    [(0, [1]), (1, [1, 0]), (2, [2, 0, -1]), (3, [4, 0, -3, 0]), (5, [16, 0, -20, 0, 5, 0])],
)
def test_the_polynomial_is_that_of_the_tables(degree: int, powers: list[float]):
    x, y = sample("polynomial_curve", degree=degree, noise=0.0)
    assert_allclose(y, np.polyval(powers, x / 6), atol=1e-12)


def test_the_step_stands_at_zero():
    x, y = sample("step_curve")
    assert (y[x < 0] == -1).all()
    assert (y[x > 0] == 1).all()


def test_the_waves_of_the_chirp_get_shorter():
    x, y = sample("chirp_curve", samples=5000)
    crossings = np.sort(x)[:-1][np.diff(np.sign(y[np.argsort(x)])) != 0]
    assert_allclose(crossings, np.sqrt(24 * np.arange(1, 6)) - 6, atol=0.01)


@pytest.mark.parametrize("kind", CURVES)
def test_noise_is_the_deviation_of_the_error(kind: str):
    (x, calm), (again, noisy) = (sample(kind, noise=noise, samples=20_000) for noise in (0.0, 0.5))
    assert np.array_equal(x, again)
    assert_allclose(((noisy - calm).mean(), (noisy - calm).std()), (0, 0.5), atol=0.01)


@pytest.mark.parametrize("kind", [*CURVES, "outliers"])
def test_the_examples_fill_the_interval_of_the_picture(kind: str):
    x, _ = sample(kind, samples=5000)
    assert datasets[kind]().interval == (-6, 6)
    assert_allclose((x.min(), x.max()), (-6, 6), atol=0.01)
    assert datasets[kind]().domain is None


def test_outliers_are_as_frequent_as_asked_for_and_stay_when_there_are_more():
    x, y = sample("outliers", noise=0.0, share=0.2, samples=20_000)
    assert set(np.round(y - x / 6, 9)) == {0.0, 3.0}
    wild = y - x / 6 > 1
    assert_allclose(wild.mean(), 0.2, atol=0.01)
    _, more = sample("outliers", noise=0.0, share=0.4, samples=20_000)
    assert ((more - x / 6 > 1) >= wild).all()
