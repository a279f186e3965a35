from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment, Output
from engine.probes.grid import grid_points
from engine.scaling import Standardize
from engine.training import Training
from tests.engine.probes.measuring import measure, trained


@pytest.mark.parametrize("dataset", ["circle", "plane"])
@pytest.mark.parametrize("resolution", [2, 7, 50, 100, 111])
def test_the_boundary_is_the_prediction_at_the_centre_of_each_pixel(dataset: str, resolution: int):
    training = trained(dataset)
    values = measure(training, "boundary", resolution=resolution).arrays["values"]
    step = 12 / resolution
    for row, column in ((0, 0), (0, resolution - 1), (resolution - 1, 0), (resolution // 2, resolution // 3)):
        centre = [-6 + (column + 0.5) * step, 6 - (row + 0.5) * step]
        assert_allclose(values[row, column], training.predict(np.array([centre]))[0][0], rtol=1e-12)


def test_features_and_scaling_are_those_of_the_experiment():
    data = Data(features=("x1_squared", "sin_x2"), scaling=Standardize())
    training = Training(Experiment(data=data))
    values = measure(training, "boundary", resolution=10).arrays["values"]
    expected = training.predict(grid_points(training.data, 10))
    assert_allclose(values.ravel(), np.ravel(expected), rtol=1e-12)


def test_several_classes_have_a_winner_and_its_certainty():
    training = trained("pinwheel")
    arrays = measure(training, "boundary", resolution=20).arrays
    outputs = np.array(training.predict(grid_points(training.data, 20)))
    assert_array_equal(arrays["classes"].ravel(), outputs.argmax(axis=1))
    assert_allclose(arrays["certainty"].ravel(), outputs.max(axis=1))
    assert arrays["classes"].dtype == np.uint8


@pytest.mark.parametrize(
    ("training", "low", "high"),
    [
        (trained(), 0, 1),
        (trained(output=Output(activations["tanh"]())), -1, 1),
        (trained("pinwheel"), 0, 1),
    ],
    ids=["sigmoid", "tanh", "softmax"],
)
def test_the_picture_runs_between_the_values_of_the_classes(training: Training, low: float, high: float):
    meta = measure(training, "boundary").meta
    assert (meta["low"], meta["high"]) == (low, high)
    assert meta["domain"] == [[-6, 6], [-6, 6]]


def test_the_picture_of_a_regression_reaches_the_largest_target():
    training = trained("plane")
    meta = measure(training, "boundary").meta
    assert meta["high"] == -meta["low"] == np.abs(training.data.targets).max()


@pytest.mark.parametrize("dataset", ["circle", "plane"])
def test_a_byte_of_the_boundary_is_within_1_in_255(dataset: str):
    training = trained(dataset)
    exact, coarse = measure(training, "boundary"), measure(training, "boundary", encoding="byte")
    low, high = exact.meta["low"], exact.meta["high"]
    decoded = low + coarse.arrays["values"] / 255 * (high - low)
    assert coarse.arrays["values"].dtype == np.uint8
    assert_allclose(decoded, np.clip(exact.arrays["values"], low, high), atol=(high - low) / 255)


def test_a_byte_of_certainty_is_within_1_in_255():
    training = trained("pinwheel")
    exact, coarse = measure(training, "boundary"), measure(training, "boundary", encoding="byte")
    assert_allclose(coarse.arrays["certainty"] / 255, exact.arrays["certainty"], atol=1 / 255)
    assert_array_equal(coarse.arrays["classes"], exact.arrays["classes"])


def test_float32_is_a_picture_too():
    training = Training(replace(Experiment(), dtype="float32"))
    assert measure(training, "boundary").arrays["values"].dtype == np.float32


def test_maps_of_scaled_targets_are_in_their_own_units():
    training = Training(Experiment(data=Data(datasets["plane"](), target_scaling=Standardize())))
    training.advance(20)
    answer = training.predict(np.array([[-3.0, 3.0]]))[0][0]
    assert_allclose(measure(training, "boundary", resolution=2).arrays["values"][0, 0], answer)
    assert_allclose(measure(training, "neurons", resolution=2).arrays["output"][0, 0, 0], answer)
    assert_allclose(training.data.labels("train").std(), 1)
