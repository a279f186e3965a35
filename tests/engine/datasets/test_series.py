import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.data import Data, prepare
from engine.datasets import datasets
from engine.streams import stream

SERIES = ["sine_series", "noisy_series"]


def sample(kind: str, **fields: float):
    return datasets[kind](**fields).sample(stream(7, "data"))


@pytest.mark.parametrize("kind", SERIES)
def test_each_window_goes_on_where_the_one_before_it_did(kind: str):
    inputs, targets = sample(kind, window=5, samples=50)
    assert_array_equal(inputs[1:, :-1], inputs[:-1, 1:])
    assert_array_equal(inputs[1:, -1], targets[:-1])


@pytest.mark.parametrize("kind", SERIES)
def test_the_future_is_for_testing(kind: str):
    indices = prepare(Data(datasets[kind]()), 7).indices
    assert indices["train"].max() < indices["test"].min()


@pytest.mark.parametrize("period", [3.0, 25.0])
def test_two_values_of_a_sine_determine_the_next(period: float):
    inputs, targets = sample("sine_series", window=2, noise=0.0, period=period)
    assert_allclose(targets, inputs @ [-1, 2 * np.cos(2 * np.pi / period)], atol=1e-9)
    assert 0.8 < np.abs(targets).max() <= 1


def test_the_noise_of_the_sine_is_its_deviation():
    calm, noisy = (sample("sine_series", noise=noise, samples=20_000).targets for noise in (0.0, 0.3))
    assert_allclose((noisy - calm).std(), 0.3, rtol=0.02)


def test_the_rest_of_the_noisy_series_lingers():
    calm, noisy = (sample("noisy_series", noise=noise, samples=20_000).targets for noise in (0.0, 0.3))
    rest = noisy - calm
    assert_allclose(rest.std(), 0.3 / np.sqrt(1 - 0.7**2), rtol=0.03)
    assert_allclose(np.corrcoef(rest[1:], rest[:-1])[0, 1], 0.7, atol=0.02)


def test_without_noise_the_noisy_series_is_trend_and_seasons():
    values = sample("noisy_series", noise=0.0, samples=7 * 52 * 10, window=1).targets
    year = 7 * 52
    assert_allclose(values[year:] - values[:-year], year / 1000, atol=1e-9)
    spectrum = np.abs(np.fft.rfft(values - np.arange(len(values)) / 1000)) * 2 / len(values)
    assert_allclose(spectrum[[len(values) // 7, len(values) // 52]], [0.5, 1], atol=0.01)
