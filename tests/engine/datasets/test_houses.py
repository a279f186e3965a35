import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.activations import activations
from engine.data import Data
from engine.datasets.houses import HousePrices
from engine.experiment import Experiment, Output
from engine.optimizers import optimizers
from engine.streams import stream
from engine.training import Training


def sample(**fields: float):
    return HousePrices(**fields).sample(stream(7, "data"))


def test_a_price_is_what_the_formula_says():
    inputs, prices = sample(noise=0.0)
    for (size, bedrooms, age, distance), price in zip(inputs, prices, strict=True):
        assert price == pytest.approx(max(0, 2 * size + 15 * bedrooms - 1.5 * age - 6 * distance))


def test_noise_is_in_hundreds_of_thousands():
    calm, noisy = sample(noise=0.0, samples=20_000).targets, sample(noise=0.2, samples=20_000).targets
    dear = calm > 150
    assert_allclose((noisy - calm)[dear].std(), 20, rtol=0.03)
    assert noisy.min() == 0


def test_some_houses_are_worth_nothing_but_most_are():
    assert 0.03 < np.mean(sample(samples=5000).targets == 0) < 0.3


def test_houses_are_plausible():
    size, bedrooms, age, distance = sample(samples=5000).inputs.T
    assert (size.min(), size.max()) == (30, 250)
    assert set(bedrooms) == {1, 2, 3, 4, 5, 6}
    assert np.corrcoef(size, bedrooms)[0, 1] > 0.9
    assert (age.min(), age.max()) == (0, 100)
    assert 0 <= distance.min() < distance.max() <= 30


def test_one_relu_neuron_learns_the_formula():
    data, output = Data(HousePrices(noise=0.0)), Output(activations["relu"]())
    adam = optimizers["adam"](learning_rate=0.01)
    training = Training(Experiment(seed=3, data=data, layers=(), output=output, optimizer=adam))
    training.advance_epochs(100)
    house = np.array([[100.0, 3.0, 20.0, 5.0], [40.0, 1.0, 90.0, 29.0]])
    assert_allclose(training.predict(house)[:, 0], [185, 0], atol=1)
