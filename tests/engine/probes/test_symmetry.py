from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.experiment import Experiment, Output
from engine.initializers import initializers
from engine.layers import Convolution, Dense, Flatten, layers
from engine.probes.symmetry import equal_units
from engine.training import Training
from tests.engine.probes.measuring import IMAGES, PADDED, measure


@pytest.mark.parametrize("kind", ["zeros", "constant"])
@pytest.mark.parametrize("steps", [0, 300])
def test_units_that_start_alike_stay_one(kind: str, steps: int):
    alike = initializers[kind]()
    training = Training(Experiment(layers=(Dense(units=6, initializer=alike),) * 2, output=Output(initializer=alike)))
    training.advance(steps)
    arrays, meta = measure(training, "symmetry")
    assert meta["layers"]["dense_1"] == meta["layers"]["dense_2"] == {"units": 6, "distinct": 1}
    assert_array_equal(arrays["dense_1.group"], np.zeros(6))


def test_units_drawn_by_chance_all_differ(training: Training):
    layers = measure(training, "symmetry").meta["layers"]
    assert set(layers) == {"dense_1", "dense_2", "output"}
    assert all(layer["distinct"] == layer["units"] for layer in layers.values())


def test_groups_are_numbered_as_they_appear():
    kernel, bias = np.array([[1.0, 2, 1, 2, 1], [0, 5, 0, 5, 0]]), np.array([0.0, 0, 0, 0, 1e-3])
    assert_array_equal(equal_units([kernel, bias], 5), [0, 1, 0, 1, 2])


def test_gates_belong_to_their_unit():
    kernel = np.array([[1.0, 1, 2, 2, 3, 4]])
    assert_array_equal(equal_units([kernel], 2), [0, 1])
    assert_array_equal(equal_units([kernel[:, :4]], 2), [0, 0])


@pytest.mark.parametrize("kind", ["zeros", "constant"])
@pytest.mark.parametrize("layer", ["conv2d", "simple_rnn", "lstm", "gru"])
def test_filters_and_recurrent_units_that_start_alike_stay_one(kind: str, layer: str):
    alike = initializers[kind]()
    if layer == "conv2d":
        base, stack = IMAGES, (Convolution(filters=4, initializer=alike), Flatten())
    else:
        base, stack = PADDED, (layers[layer](units=4, initializer=alike, recurrent_initializer=alike),)
    training = Training(replace(base, layers=stack, output=Output(initializer=alike)))
    training.advance(50)
    meta = measure(training, "symmetry").meta
    assert meta["layers"][f"{layer}_1"] == {"units": 4, "distinct": 1}
    if kind == "constant":
        assert training.evaluation.gradients().views[f"{layer}_1"]["kernel"].any()


@pytest.mark.parametrize(
    ("base", "units"), [(IMAGES, {"conv2d_1": 3, "output": 10}), (PADDED, {"gru_1": 3, "lstm_1": 4, "output": 1})]
)
def test_filters_and_recurrent_units_drawn_by_chance_all_differ(base: Experiment, units: dict[str, int]):
    training = Training(base)
    training.advance(10)
    found = measure(training, "symmetry").meta["layers"]
    assert found == {name: {"units": count, "distinct": count} for name, count in units.items()}


@pytest.mark.parametrize("layer", ["lstm", "gru"])
def test_one_gate_is_enough_to_tell_units_apart(layer: str):
    alike = initializers["constant"](value=0.1)
    unit = layers[layer](units=3, initializer=alike, recurrent_initializer=alike)
    training = Training(replace(PADDED, layers=(unit,)))
    bias = training.network.parameters.views[f"{layer}_1"]["bias"]
    bias[..., 1] += 1  # unit 1, first gate
    assert_array_equal(measure(training, "symmetry").arrays[f"{layer}_1.group"], [0, 1, 0])
    bias[..., 3] += 1  # unit 0, second gate
    assert_array_equal(measure(training, "symmetry").arrays[f"{layer}_1.group"], [0, 1, 2])
