from dataclasses import replace

import numpy as np
import pytest

from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import BatchNormalization, Dense
from engine.optimizers import optimizers
from engine.splits import SplitFractions
from engine.stopper import Stopper
from engine.stopping import Stopping, stoppings
from engine.training import Training

OVERFITTING = Experiment(
    data=Data(datasets["spiral"](samples=120, noise=0.4), split=SplitFractions(0.4, 0.3, 0.3)),
    layers=(Dense(units=16), BatchNormalization(), Dense(units=16)),
    optimizer=optimizers["adam"](learning_rate=0.02),
)


def trained(rule: Stopping, epochs: int = 400) -> tuple[Training, list[tuple[int, float, np.ndarray]]]:
    """A training, and step, validation loss and parameters of the same one without a rule after as many epochs."""
    training, alone, seen = Training(replace(OVERFITTING, stopping=rule)), Training(OVERFITTING), []
    training.advance_epochs(epochs)
    for _ in range(training.state.epoch):
        alone.advance_epochs(1)
        seen.append((alone.state.step, alone.metrics()["validation"]["loss"], alone.state.theta.copy()))
    return training, seen


def test_early_stopping_brings_the_best_back():
    training, seen = trained(stoppings["early_stopping"](patience=8))
    step, loss, theta = min(seen, key=lambda place: place[1])
    assert len(seen) < 400
    assert training.stopped.endswith("The weights of that step are back.")
    assert f"was best at step {step}, and 8 epochs" in training.stopped
    assert training.metrics()["validation"]["loss"] == loss < seen[-1][1]
    np.testing.assert_array_equal(training.state.theta, theta)


def test_without_restoring_the_last_stay():
    training, seen = trained(stoppings["early_stopping"](patience=8, restore_best=False))
    assert training.stopped
    np.testing.assert_array_equal(training.state.theta, seen[-1][2])


@pytest.mark.parametrize(
    "rule", [stoppings["epochs"](epochs=15), stoppings["target_loss"](target=0.0), stoppings["plateau"]()]
)
def test_looking_changes_no_number(rule: Stopping):
    training, seen = trained(rule, epochs=15)
    assert len(seen) == 15
    np.testing.assert_array_equal(training.state.theta, seen[-1][2])


def test_a_copy_knows_the_same_and_goes_its_own_way():
    training = Training(OVERFITTING)
    stopper = Stopper(stoppings["early_stopping"]())
    stopper.look(training.state, training.metrics())
    other = stopper.copy()
    training.advance_epochs(1)
    other.look(training.state, training.metrics())
    assert stopper.progress.best_step == 0 < other.progress.best_step
