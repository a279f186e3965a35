import numpy as np
import pytest

from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import BatchNormalization, Dense
from engine.optimizers import optimizers
from engine.splits import SplitFractions
from engine.stopper import Stopper
from engine.stopping import stoppings
from engine.training import Training
from tests.engine.test_divergence import exploding

OVERFITTING = Experiment(
    data=Data(datasets["spiral"](samples=120, noise=0.4), split=SplitFractions(0.4, 0.3, 0.3)),
    layers=(Dense(units=16), BatchNormalization(), Dense(units=16)),
    optimizer=optimizers["adam"](learning_rate=0.02),
)


def follow(training: Training, stopper: Stopper, epochs: int = 400) -> list[tuple[int, float, np.ndarray]]:
    """Step, validation loss and parameters after each epoch until the stopper says stop."""
    seen = []
    for _ in range(epochs):
        training.advance_epochs(1)
        place = training.state.step, training.metrics()["validation"]["loss"], training.state.theta.copy()
        seen.append(place)
        if stopper.look(training):
            break
    return seen


def test_early_stopping_brings_the_best_back():
    training, stopper = Training(OVERFITTING), Stopper(stoppings["early_stopping"](patience=8))
    seen = follow(training, stopper)
    step, loss, theta = min(seen, key=lambda place: place[1])
    assert len(seen) < 400
    assert (stopper.progress.best_step, stopper.progress.best) == (step, loss)
    assert training.metrics()["validation"]["loss"] == loss < seen[-1][1]
    np.testing.assert_array_equal(training.state.theta, theta)


def test_without_restoring_the_last_stay():
    training = Training(OVERFITTING)
    seen = follow(training, Stopper(stoppings["early_stopping"](patience=8, restore_best=False)))
    np.testing.assert_array_equal(training.state.theta, seen[-1][2])


@pytest.mark.parametrize("kind", ["none", "epochs", "target_loss", "plateau"])
def test_looking_changes_no_number(kind: str):
    watched, alone = Training(OVERFITTING), Training(OVERFITTING)
    epochs = len(follow(watched, Stopper(stoppings[kind]()), epochs=15))
    alone.advance_epochs(epochs)
    np.testing.assert_array_equal(watched.state.theta, alone.state.theta)
    assert watched.history == alone.history


def test_a_training_that_diverged_has_stopped():
    training = Training(exploding())
    training.advance_epochs(200)
    assert training.divergence
    assert Stopper(stoppings["none"]()).look(training)
