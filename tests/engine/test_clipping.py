from dataclasses import replace

import numpy as np
import pytest

from engine.calls import Workspace, run
from engine.clipping import NoClipping, NormClipping, ValueClipping
from engine.experiment import Experiment
from engine.optimizers import optimizers
from engine.regularizers import regularizers
from engine.training import Training

STEEP = np.array([3.0, -4.0, 12.0])
"""Of length 13."""


def clipped(clipping, gradient: np.ndarray) -> np.ndarray:
    gradient = gradient.copy()
    run(clipping.calls(gradient, Workspace(gradient.dtype)))
    return gradient


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_long_gradient_is_shortened_to_the_limit_and_keeps_its_direction(dtype):
    np.testing.assert_allclose(clipped(NormClipping(limit=2.6), STEEP.astype(dtype)), STEEP / 5, rtol=1e-6)


def test_a_short_gradient_stays_bit_for_bit():
    np.testing.assert_array_equal(clipped(NormClipping(limit=13.0), STEEP), STEEP)
    np.testing.assert_array_equal(clipped(NormClipping(limit=100.0), STEEP), STEEP)
    np.testing.assert_array_equal(clipped(NormClipping(), np.zeros(3)), np.zeros(3))


def test_by_value_every_slope_is_cut_off_by_itself():
    np.testing.assert_array_equal(clipped(ValueClipping(limit=3.5), STEEP), [3, -3.5, 3.5])


@pytest.mark.parametrize("clipping", [NoClipping(), NormClipping(), ValueClipping()])
def test_what_is_no_number_is_not_hidden(clipping):
    assert np.isnan(clipped(clipping, np.array([1.0, np.nan]))).any()


def test_without_a_limit_nothing_is_done():
    assert NoClipping().calls(STEEP.copy(), Workspace()) == []


def step_of(clipping) -> np.ndarray:
    """How far one step of gradient descent moves the parameters, divided by the learning rate."""
    experiment = Experiment(
        clipping=clipping,
        regularizer=regularizers["l2"](rate=10.0),
        optimizer=optimizers["gradient_descent"](learning_rate=0.01),
        batch_size=1000,
    )
    training = Training(experiment)
    before = training.network.parameters.theta.copy()
    training.advance(1)
    return (before - training.network.parameters.theta) / 0.01


def test_the_penalty_is_part_of_what_is_clipped():
    free = step_of(NoClipping())
    length = np.linalg.norm(free)
    assert length > 1
    np.testing.assert_allclose(step_of(NormClipping(limit=0.5)), free * 0.5 / length, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(step_of(ValueClipping(limit=0.5)), free.clip(-0.5, 0.5), rtol=1e-9, atol=1e-12)


def test_it_can_be_changed_while_training_goes_on():
    training = Training(Experiment())
    training.advance(10)
    adoption = training.adopt(replace(training.experiment, clipping=NormClipping(limit=1e-6)))
    assert not adoption.restarted
    before = training.network.parameters.theta.copy()
    training.advance(1)
    assert np.abs(training.network.parameters.theta - before).max() < 1e-6
