import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.experiment import Experiment, Output
from engine.initializers import initializers
from engine.layers import Dense
from engine.probes.symmetry import equal_units
from engine.training import Training
from tests.engine.probes.measuring import measure


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
