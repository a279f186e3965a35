"""The boundary and the maps of the neurons."""

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.datasets.inline import Inline
from engine.experiment import Experiment, Output
from engine.layers import Dense
from engine.probes import ProbeUnavailable, probes
from engine.probes.grid import grid_points
from engine.probes.maps import BLOCK, block_size
from engine.scaling import Standardize
from engine.training import Training


def trained(dataset: str = "circle", **fields: object) -> Training:
    training = Training(Experiment(**{"data": Data(datasets[dataset]())} | fields))
    training.advance(20)
    return training


def boundary(training: Training, **fields: object):
    return probes["boundary"](**fields).measure(training)


def neurons(training: Training, **fields: object):
    return probes["neurons"](**fields).measure(training)


@pytest.mark.parametrize("dataset", ["circle", "plane"])
@pytest.mark.parametrize("resolution", [2, 7, 50, 100, 111])
def test_the_boundary_is_the_prediction_at_the_centre_of_each_pixel(dataset: str, resolution: int):
    training = trained(dataset)
    values = boundary(training, resolution=resolution).arrays["values"]
    step = 12 / resolution
    for row, column in ((0, 0), (0, resolution - 1), (resolution - 1, 0), (resolution // 2, resolution // 3)):
        centre = [-6 + (column + 0.5) * step, 6 - (row + 0.5) * step]
        assert_allclose(values[row, column], training.predict(np.array([centre]))[0][0], rtol=1e-12)


def test_maps_of_scaled_targets_are_in_their_own_units():
    training = trained("plane", data=Data(datasets["plane"](), target_scaling=Standardize()))
    answer = training.predict(np.array([[-3.0, 3.0]]))[0][0]
    assert_allclose(boundary(training, resolution=2).arrays["values"][0, 0], answer)
    assert_allclose(neurons(training, resolution=2).arrays["output"][0, 0, 0], answer)
    assert_allclose(training.data.labels("train").std(), 1)


def test_the_top_row_has_the_largest_x2():
    points = grid_points(trained().data, 3).reshape(3, 3, 2)
    assert_allclose(points[:, 0, 1], [4, 0, -4])
    assert_allclose(points[0, :, 0], [-4, 0, 4])


def test_features_and_scaling_are_those_of_the_experiment():
    data = Data(features=("x1_squared", "sin_x2"), scaling=Standardize())
    training = Training(Experiment(data=data))
    values = boundary(training, resolution=10).arrays["values"]
    expected = training.predict(grid_points(training.data, 10))
    assert_allclose(values.ravel(), np.ravel(expected), rtol=1e-12)


def test_several_classes_have_a_winner_and_its_certainty():
    training = trained("pinwheel")
    arrays = boundary(training, resolution=20).arrays
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
    meta = boundary(training).meta
    assert (meta["low"], meta["high"]) == (low, high)
    assert meta["domain"] == [[-6, 6], [-6, 6]]


def test_the_picture_of_a_regression_reaches_the_largest_target():
    training = trained("plane")
    meta = boundary(training).meta
    assert meta["high"] == -meta["low"] == np.abs(training.data.targets).max()


@pytest.mark.parametrize("dataset", ["circle", "plane"])
def test_a_byte_of_the_boundary_is_within_1_in_255(dataset: str):
    training = trained(dataset)
    exact, coarse = boundary(training), boundary(training, encoding="byte")
    low, high = exact.meta["low"], exact.meta["high"]
    decoded = low + coarse.arrays["values"] / 255 * (high - low)
    assert coarse.arrays["values"].dtype == np.uint8
    assert_allclose(decoded, np.clip(exact.arrays["values"], low, high), atol=(high - low) / 255)


def test_a_byte_of_certainty_is_within_1_in_255():
    training = trained("pinwheel")
    exact, coarse = boundary(training), boundary(training, encoding="byte")
    assert_allclose(coarse.arrays["certainty"] / 255, exact.arrays["certainty"], atol=1 / 255)
    assert_array_equal(coarse.arrays["classes"], exact.arrays["classes"])


def test_there_is_a_map_for_every_neuron():
    training = Training(Experiment(layers=(Dense(units=3), Dense(units=5))))
    shapes = {name: array.shape for name, array in neurons(training, resolution=10).arrays.items()}
    assert shapes == {
        "inputs": (2, 10, 10),
        "dense_1": (3, 10, 10),
        "dense_2": (5, 10, 10),
        "output": (1, 10, 10),
    }


@pytest.mark.parametrize("resolution", [20, 100])
def test_the_maps_are_the_layers_answers(resolution: int):
    training = trained()
    arrays = neurons(training, resolution=resolution).arrays
    kernel, bias = (np.array(training.parameters()["layers"][0]["parameters"][name]) for name in ("kernel", "bias"))
    hidden = np.tanh(grid_points(training.data, resolution) @ kernel + bias)
    assert_allclose(arrays["dense_1"].reshape(4, -1), hidden.T, atol=1e-12)
    assert_array_equal(arrays["output"][0], boundary(training, resolution=resolution).arrays["values"])
    assert_allclose(arrays["inputs"][1][:, 0], arrays["inputs"][0][0, ::-1], atol=1e-12)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "elu"])
@pytest.mark.parametrize("resolution", [50, 90])
def test_a_byte_of_a_neuron_is_within_1_in_255_of_its_scale(activation: str, resolution: int):
    training = trained(layers=(Dense(units=4, activation=activations[activation]()),))
    exact = neurons(training, resolution=resolution)
    coarse = neurons(training, resolution=resolution, encoding="byte")
    for name, values in exact.arrays.items():
        scale = np.array(coarse.meta["scale"][name])[:, None, None]
        assert_allclose(scale.ravel(), exact.meta["scale"][name], rtol=1e-6)
        decoded = (coarse.arrays[name] / 127.5 - 1) * scale
        assert coarse.arrays[name].dtype == np.uint8
        assert np.abs(decoded - values).max() <= scale.max() / 255 * (1 + 1e-4)


def test_scales_are_known_where_the_activation_is_bounded():
    bounded = neurons(trained()).meta["scale"]
    assert bounded["dense_1"] == [1, 1, 1, 1]
    assert bounded["output"] == [1]
    unbounded = trained(layers=(Dense(units=4, activation=activations["relu"]()),))
    measured = neurons(unbounded)
    assert measured.meta["scale"]["dense_1"] == [measured.arrays["dense_1"].max()] * 4


def test_looking_changes_nothing():
    watched, alone = trained(), trained()
    boundary(watched)
    neurons(watched, resolution=80)
    watched.advance(10)
    alone.advance(10)
    assert watched.parameters() == alone.parameters()


@pytest.mark.parametrize("kind", ["boundary", "neurons"])
def test_examples_that_are_not_points_of_a_plane_have_no_map(kind: str):
    rows = ((0.0, 1.0, 2.0), (1.0, 2.0, 3.0))
    training = Training(Experiment(data=Data(Inline(rows, (0.0, 1.0)))))
    with pytest.raises(ProbeUnavailable, match="these examples have 3 inputs, not 2"):
        probes[kind]().measure(training)


@pytest.mark.parametrize("points", [1, 100, BLOCK, BLOCK + 1, 10_000, 40_000])
def test_blocks_fit_the_cache_and_waste_little(points: int):
    size = block_size(points)
    assert size <= BLOCK
    assert -(-points // size) * size < points + points // size + 1


def test_meta_data_are_plain_json():
    for dataset in ("circle", "pinwheel", "plane"):
        for measurement in (boundary(trained(dataset)), neurons(trained(dataset))):
            assert json.loads(json.dumps(measurement.meta, allow_nan=False)) == measurement.meta


def test_float32_is_a_picture_too():
    training = Training(replace(Experiment(), dtype="float32"))
    assert boundary(training).arrays["values"].dtype == np.float32
