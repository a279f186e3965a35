from dataclasses import replace

import numpy as np
import pytest

from engine.activations import activations
from engine.calls import Workspace, run
from engine.clipping import clippings
from engine.data import Data
from engine.datasets import datasets
from engine.divergence import WORDS, Alarm
from engine.experiment import Experiment
from engine.layers import BatchNormalization, Dense
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
    assert found.quantity in WORDS
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


LINEAR = Dense(units=1, activation=activations["linear"]())
ONE_POINT = datasets["inline"](inputs=((1.0,), (1.0,)), targets=(0.0, 0.0), task="regression")


def forgetful(**changes: object) -> Training:
    """A training that starts with an overflow and leaves no trace of it: slopes are cut off, and weights decay to 0."""
    experiment = Experiment(
        data=Data(ONE_POINT),
        layers=(LINEAR, LINEAR),
        optimizer=optimizers["adamw"](learning_rate=1.0, weight_decay=1.0),
        clipping=clippings["value"](limit=1e-3),
        batch_size=1,
    )
    training = Training(replace(experiment, **changes))
    huge = [{"name": name, "parameters": {"kernel": [[1e200]]}} for name in ("dense_1", "dense_2")]
    training.set_parameters({"layers": huge})
    return training


@pytest.mark.parametrize("steps", [1, 2, 100])
def test_an_overflow_that_leaves_no_trace_is_found_however_it_is_cut(steps: int):
    training = forgetful()
    for _ in range(100 // steps):
        training.advance(steps)
    assert training.divergence.step == 1
    assert (training.divergence.layer, training.divergence.quantity) == ("dense_2", "activations")
    assert np.isfinite(training.state.theta).all()  # nothing of it is left to be seen
    assert np.abs(training.state.theta).max() < 2


def test_an_optimizer_that_remembers_infinity_is_found():
    """Slopes of 1e200 have squares beyond all numbers: Adam would never move these weights again."""
    data = Data(replace(ONE_POINT, inputs=((1e100,), (1e100,))))
    training = Training(Experiment(data=data, layers=(), optimizer=optimizers["adam"]()))
    before = training.state.theta.copy()
    training.advance(50)
    assert (training.divergence.step, training.divergence.quantity) == (1, "memory")
    assert "optimizer remembers" in training.divergence.explanation
    assert np.array_equal(training.state.theta[:1], before[:1])


def test_moving_averages_beyond_all_numbers_are_found():
    """A variance of 1e320, by which every number is divided: only the average shows it."""
    layers = (LINEAR, BatchNormalization(), LINEAR)
    data = Data(replace(ONE_POINT, inputs=((1e160,), (-1e160,))))
    training = Training(Experiment(data=data, layers=layers, batch_size=2))
    training.advance(10)
    assert (training.divergence.step, training.divergence.quantity) == (1, "averages")


@pytest.mark.parametrize("steps", [1, 30])
def test_squares_of_errors_that_overflow_are_found_where_the_loss_is_measured(steps: int):
    """Every number of a step is finite; the loss is not."""
    data = Data(replace(ONE_POINT, targets=(1e160, 1e160)))
    training = Training(
        Experiment(data=data, layers=(), optimizer=optimizers["gradient_descent"](learning_rate=1e-300))
    )
    assert training.metrics()["diverged"] is True
    assert training.history[0]["diverged"] is True
    for _ in range(30 // steps):
        training.advance(steps)
    assert (training.divergence.step, training.divergence.quantity) == (1, "loss")


class Noisy(clippings["none"]):  # type: ignore[misc]
    """Limits nothing, and multiplies numbers of its own that overflow."""

    def calls(self, gradient, workspace):
        large = np.full(3, 1e300)
        return [(np.multiply, (large, large, np.empty(3)))]


def test_an_alarm_without_a_cause_changes_nothing():
    rung, quiet = (Training(Experiment(clipping=each)) for each in (Noisy(), clippings["none"]()))
    for _ in range(40):
        for training in (rung, quiet):
            training.advance(17)
    assert rung.divergence is None
    assert np.array_equal(rung.state.theta, quiet.state.theta)
    assert rung.history == quiet.history


def test_alarms_that_were_false_are_heeded_ever_more_rarely():
    alarm, heeded = Alarm(), []
    with alarm.listening():
        for _ in range(20):
            alarm.rang = False
            np.multiply(1e300, np.array([1e300]))
            heeded.append(alarm.is_heeded())
    assert [number for number, each in enumerate(heeded, 1) if each] == [1, 2, 4, 8, 16]
    quiet = Alarm()
    with quiet.listening():
        np.multiply(1e100, np.array([1e100]))
    assert not quiet.is_heeded()


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("clipping", clippings, ids=lambda each: each.kind)
@pytest.mark.parametrize("optimizer", optimizers, ids=lambda each: each.kind)
def test_a_parameter_that_is_not_finite_stays_so(optimizer, clipping, bad: float):
    """Why it is enough to look at the parameters now and then."""
    workspace, made = Workspace(), optimizer()
    theta, mask, state = np.array([1.0, bad, 2.0]), np.ones(3), np.zeros((len(made.slots), 3))
    gradients = np.empty((made.vectors, 3))
    with np.errstate(all="ignore"):
        for step in range(1, 20):
            gradients[0] = np.sin(step + np.arange(3))
            scalars = tuple(workspace.scalar(value) for value in made.scalars(made.learning_rate, step))
            update = made.update(theta, gradients, state, scalars, mask, workspace)
            run(clipping().calls(gradients[0], workspace) + update)
            assert not np.isfinite(theta[1])
    assert np.isfinite(theta[[0, 2]]).all()
