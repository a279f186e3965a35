import numpy as np
import pytest

from engine.activations import activations
from engine.experiment import Experiment, Output, complete
from engine.losses import losses
from engine.targets import encode, target_values, threshold


def test_two_classes_are_two_values_in_one_row():
    assert np.array_equal(encode(np.array([0.0, 1.0, 1.0]), "binary", 1, (-1.0, 1.0)), [[-1, 1, 1]])


def test_several_classes_are_one_hot_columns():
    encoded = encode(np.array([2.0, 0.0]), "multiclass", 3, (0.0, 1.0))
    assert np.array_equal(encoded, [[0, 1], [0, 0], [1, 0]])


def test_numbers_stay_numbers():
    assert np.array_equal(encode(np.array([2.5, -1.0]), "regression", 1, (0.0, 1.0)), [[2.5, -1]])


@pytest.mark.parametrize(
    ("activation", "loss", "values", "middle"),
    [
        ("sigmoid", "binary_cross_entropy", (0, 1), 0.5),
        ("tanh", "squared_error", (-1, 1), 0),
        ("linear", "hinge", (-1, 1), 0),
    ],
)
def test_the_decision_falls_in_the_middle(activation, loss, values, middle):
    output = Output(activation=activations[activation]())
    experiment = complete(Experiment(output=output, loss=losses[loss]()))
    assert target_values(experiment) == values
    assert threshold(experiment) == middle


def test_every_time_step_can_have_its_target():
    labels = np.array([[0.0, 2.0, 1.0], [1.0, 1.0, 0.0]])
    targets = encode(labels, "multiclass", 3, (0, 1))
    assert targets.shape == (3, 3, 2)
    assert np.array_equal(targets.argmax(axis=1), labels.T)
    assert np.array_equal(encode(labels > 0, "binary", 1, (-1, 1))[:, 0], np.where(labels.T > 0, 1, -1))
    assert np.array_equal(encode(labels, "regression", 1, (0, 1))[:, 0], labels.T)
