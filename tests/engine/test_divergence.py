from dataclasses import replace

import numpy as np
import pytest

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import Dense
from engine.optimizers import optimizers
from engine.training import Training

RELU = Dense(units=6, activation=activations["relu"]())


def exploding(**changes: object) -> Experiment:
    plane = Data(dataset=datasets["plane"](), features=("x1", "x2", "x1_squared"))
    base = Experiment(data=plane, layers=(RELU, RELU), optimizer=optimizers["gradient_descent"](learning_rate=8.0))
    return replace(base, **changes)


def diverged(steps: int = 5000) -> Training:
    training = Training(exploding())
    while training.divergence is None:
        training.advance(steps)
    return training


def test_it_stops_at_the_first_step_that_is_not_finite_however_it_is_cut():
    whole, cut = diverged(), diverged(steps=1)
    assert whole.divergence == cut.divergence
    assert whole.state.step == cut.state.step == whole.divergence.step
    assert np.array_equal(whole.state.theta, cut.state.theta, equal_nan=True)
    assert whole.history == cut.history


def test_the_step_before_it_was_finite():
    training = diverged()
    healthy = Training(exploding())
    healthy.advance(training.divergence.step - 1)
    assert healthy.divergence is None
    assert np.isfinite(healthy.metrics()["train"]["loss"])
    training.rewind()
    assert training.divergence is None
    assert np.array_equal(training.state.theta, healthy.state.theta)
    assert training.state.step == healthy.state.step


def test_a_divergence_is_said_in_words():
    training = diverged()
    found = training.divergence
    assert found.layer in found.explanation
    assert str(found.step) in found.explanation
    assert found.quantity in ("activations", "loss", "gradients", "weights")
    assert [entry.get("call") for entry in found.advice] == ["rewind", "reset", None]
    assert found.advice[1]["patch"] == {"optimizer": {"learning_rate": 0.8}}
    assert found.advice[2]["patch"] == {"data": {"scaling": {"kind": "standardize"}}}
    assert training.metrics()["diverged"] is True


def test_no_step_is_taken_after_it():
    training = diverged()
    step = training.state.step
    training.advance(10)
    training.advance_epochs(1)
    assert training.state.step == step


def test_numbers_that_are_not_finite_are_left_out_of_the_metrics():
    training = diverged()
    assert training.metrics()["train"]["loss"] is None


def test_a_late_divergence_is_found_exactly():
    training = Training(Experiment())
    training.advance(1000)
    training.adopt(replace(training.experiment, optimizer=optimizers["gradient_descent"](learning_rate=1e307)))
    training.advance(1000)
    first = training.divergence
    other = Training(Experiment())
    other.advance(1000)
    other.adopt(training.experiment)
    while other.divergence is None:
        other.advance(1)
    assert other.divergence == first
    assert first.step > 1000


def test_what_overflows_first_is_named():
    training = Training(Experiment(layers=(Dense(units=2, activation=activations["linear"]()),)))
    training.set_parameters({"layers": [{"name": "dense_1", "parameters": {"kernel": [[1e308, 0], [1e308, 0]]}}]})
    training.advance(1)
    assert (training.divergence.layer, training.divergence.quantity) == ("dense_1", "activations")


def test_smaller_parameters_mend_it():
    training = diverged()
    zeros = [
        {"name": name, "parameters": {part: np.zeros(view.shape).tolist() for part, view in parts.items()}}
        for name, parts in training.network.parameters.views.items()
    ]
    training.set_parameters({"layers": zeros})
    assert training.divergence is None
    step = training.state.step
    training.advance(1)
    assert training.state.step == step + 1


def test_another_learning_rate_goes_on_from_the_last_finite_state():
    training = diverged()
    step = training.divergence.step
    adoption = training.adopt(exploding(optimizer=optimizers["gradient_descent"](learning_rate=1e-12)))
    assert not adoption.restarted
    assert training.state.step == step - 1
    assert np.isfinite(training.state.theta).all()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_snapshot_keeps_the_divergence(dtype):
    training = Training(exploding(dtype=dtype))
    training.advance(5000)
    other = Training(Experiment())
    other.restore(training.snapshot())
    assert other.divergence == training.divergence
    other.rewind()
    training.rewind()
    assert np.array_equal(other.state.theta, training.state.theta)
