"""Each replica equals its single training to rounding, whatever is trained."""

from dataclasses import replace

import numpy as np
import pytest

from engine.clipping import NormClipping
from engine.data import Data, prepare
from engine.datasets import datasets
from engine.errors import ExperimentError
from engine.experiment import Experiment
from engine.layers import Dense
from engine.optimizers import GradientDescent
from engine.replicas import MAXIMUM_REPLICAS, Replicas
from engine.resampling import resamplings
from engine.stopping import stoppings
from engine.training import Training
from tests.engine.test_checkpoint_contract import BASE, CASES

STEPS = 11
"""Not a whole number of epochs, and more than one."""
CURVE = Experiment(
    data=Data(datasets["sine_curve"](samples=60)),
    layers=(Dense(units=4),),
    optimizer=GradientDescent(learning_rate=0.1),
    batch_size=10,
)
HUGE = 1e6
"""A learning rate with which numbers soon are not finite."""


def assert_near(record, other, near: float):
    """Two records of metrics say the same, to rounding."""
    assert record.keys() == other.keys()
    for name, value in record.items():
        if isinstance(value, dict):
            assert_near(value, other[name], near)
        else:
            assert value == (other[name] if value is None else pytest.approx(other[name], near, near)), name


def assert_equal_to_single(replicas: Replicas, number: int, steps: int):
    """A replica is what its single training is after so many steps."""
    single = Training(replicas.experiments[number])
    single.advance(steps)
    near = 1e-9 if single.experiment.dtype == "float64" else 1e-3
    np.testing.assert_allclose(replicas.theta[number], single.state.theta, near, near)
    assert_near(replicas.metrics()[number], single.metrics(), near)
    assert replicas.stopped[number] == single.stopped
    assert [record["step"] for record in replicas.history[number]] == [record["step"] for record in single.history]
    inputs = single.data.inputs[:3]
    np.testing.assert_allclose(replicas.predict(number, inputs), single.predict(inputs), near, near)


@pytest.mark.parametrize("experiment", CASES)
def test_each_equals_its_single_training(experiment: Experiment):
    rate = experiment.optimizer.learning_rate
    replicas = Replicas(experiment, seeds=[experiment.seed, 5], learning_rates=[rate, rate / 2])
    replicas.advance(STEPS)
    for number in range(2):
        assert_equal_to_single(replicas, number, STEPS)


def test_seeds_and_learning_rates_make_a_difference():
    replicas = Replicas(BASE, seeds=[1, 5, 1], learning_rates=[0.01, 0.01, 0.005])
    replicas.advance(STEPS)
    assert not np.allclose(replicas.theta[0], replicas.theta[1])
    assert not np.allclose(replicas.theta[0], replicas.theta[2])


def test_the_order_of_the_examples_may_stay():
    experiment = replace(CURVE, shuffle=False)
    replicas = Replicas(experiment, seeds=[0, 1])
    replicas.advance(STEPS)
    for number in range(2):
        assert_equal_to_single(replicas, number, STEPS)


def test_pauses_change_nothing():
    whole, parts = (Replicas(BASE, seeds=range(4)) for _ in range(2))
    whole.advance(20)
    for steps in (1, 6, 2, 11):
        parts.advance(steps)
    assert np.array_equal(whole.theta, parts.theta)
    assert whole.history == parts.history
    assert (whole.step, whole.epoch) == (20, 3)


def test_epochs_are_counted_from_the_last_complete_one():
    replicas = Replicas(BASE, seeds=range(2))
    replicas.advance(2)
    replicas.advance_epochs(2)
    assert (replicas.step, replicas.epoch) == (12, 2)


def test_one_that_diverges_leaves_the_others_alone():
    replicas = Replicas(CURVE, learning_rates=[0.1, HUGE, 0.2])
    replicas.advance(300)
    assert replicas.diverged[0] is None
    assert 0 < replicas.diverged[1] < 300
    assert [record["diverged"] for record in replicas.metrics()] == [False, True, False]
    assert np.isnan(replicas.losses()[1])
    assert not np.isfinite(replicas.theta[1]).all()
    for number in (0, 2):
        assert_equal_to_single(replicas, number, 300)


def test_when_all_have_diverged_it_is_over():
    replicas = Replicas(CURVE, learning_rates=[HUGE, HUGE])
    replicas.advance(1000)
    assert replicas.is_over
    assert replicas.step < 1000


def test_each_stops_by_itself_with_its_best_weights_back():
    rule = stoppings["early_stopping"](patience=2, split="train")
    replicas = Replicas(replace(CURVE, stopping=rule), learning_rates=[0.01, 0.9, 0.1])
    replicas.advance(400)
    ends = [record["step"] for record in replicas.metrics()]
    assert len(set(ends)) > 1
    for number in range(3):
        assert_equal_to_single(replicas, number, 400)


def test_the_norm_of_the_gradient_is_limited_for_each_by_itself():
    limited = replace(CURVE, clipping=NormClipping(limit=1e-3))
    replicas = Replicas(limited, seeds=[1, 2, 3])
    before = replicas.theta.copy()
    replicas.advance(1)
    moved = np.linalg.norm(replicas.theta - before, axis=1)
    assert moved == pytest.approx(1e-3 * 0.1)


def test_given_data_are_the_same_for_all():
    data = prepare(BASE.data, 7)
    replicas = Replicas(BASE, seeds=[1, 2], data=data)
    replicas.advance(STEPS)
    for number, seed in enumerate([1, 2]):
        single = Training(replace(BASE, seed=seed), data)
        single.advance(STEPS)
        np.testing.assert_allclose(replicas.theta[number], single.state.theta, 1e-9, 1e-9)


def test_losses_are_those_that_are_made_small():
    replicas = Replicas(replace(BASE, seed=3), learning_rates=[0.01, 0.1])
    replicas.advance(STEPS)
    for loss, one in zip(replicas.losses(), replicas.experiments, strict=True):
        single = Training(one)
        single.advance(STEPS)
        assert loss == pytest.approx(single.evaluation.loss(), 1e-9)


def test_parameters_are_the_document_of_a_single_training():
    replicas = Replicas(BASE, seeds=[4, 5])
    assert replicas.parameters(1) == Training(replace(BASE, seed=5)).parameters()


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({}, "say in what they differ"),
        ({"seeds": []}, f"0 replicas; there must be 1 to {MAXIMUM_REPLICAS}"),
        ({"seeds": range(MAXIMUM_REPLICAS + 1)}, f"1025 replicas; there must be 1 to {MAXIMUM_REPLICAS}"),
        ({"seeds": [1, 2], "learning_rates": [0.1]}, "2 seeds and 1 learning rates"),
        ({"seeds": [1, -1]}, "seed: -1 is too small"),
        ({"learning_rates": [0.1, float("nan")]}, "optimizer.learning_rate: nan is not a finite number"),
        ({"learning_rates": [0.1, -0.1]}, "optimizer.learning_rate: -0.1 is too small"),
    ],
)
def test_what_makes_no_replicas_is_refused(chosen, message):
    with pytest.raises(ExperimentError, match=message):
        Replicas(BASE, **chosen)


def test_more_than_there_is_memory_for_are_refused():
    large = replace(BASE, layers=(Dense(units=256),) * 4)
    Replicas(large, seeds=range(2))
    with pytest.raises(ExperimentError, match=r"replicas: 100 replicas of this network would keep about .* numbers"):
        Replicas(large, seeds=range(100))


def test_examples_that_differ_in_number_are_refused():
    split = replace(BASE.data.split, method="shuffled")
    odd = replace(BASE, data=replace(BASE.data, split=split, resampling=resamplings["down_sampling"]()))
    with pytest.raises(ExperimentError, match=r"seeds: with the seed .* another shape or number"):
        Replicas(odd, seeds=range(20))
