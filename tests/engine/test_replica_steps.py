import numpy as np
import pytest

from engine.experiment import Experiment
from engine.layers import Dense
from engine.optimizers import optimizers
from engine.replica_steps import Examples, Joint, column
from engine.replicas import Replicas
from engine.training import Training

EXPERIMENT = Experiment(layers=(Dense(units=2),), optimizer=optimizers["adam"]())


def test_the_state_of_a_replica_is_part_of_the_common_memory():
    training = Training(EXPERIMENT)
    joint = Joint(training.network, training.experiment.optimizer, replicas=3, examples=5)
    state = joint.state(1, {})
    state.theta[...], state.slots[...], state.order[...] = 1, 2, 4
    assert np.array_equal(joint.parameters.theta.any(axis=1), [False, True, False])
    assert np.array_equal(joint.slots.any(axis=(0, 2)), [False, True, False])
    assert np.array_equal(joint.order, [range(5), [4] * 5, range(5)])


def test_examples_that_several_share_are_there_once():
    first, second = (Training(EXPERIMENT), Training(Experiment(seed=9)))
    parts = [training.evaluation.training_part for training in (first, second, first)]
    examples = Examples(parts)
    count = parts[0].examples
    assert examples.matrix.shape == (len(parts[0].matrix()), 2 * count)
    assert examples.starts.ravel().tolist() == [0, count, 0]
    assert np.array_equal(examples.matrix[:, count:], parts[1].matrix())


@pytest.mark.parametrize(("values", "expected"), [([0.1, 0.1], 0.1), ([0.1, 0.2], [[0.1], [0.2]])])
def test_rates_that_differ_are_a_column(values, expected):
    assert np.array_equal(column(values), expected)


def test_steps_count_epochs_and_what_is_left_of_them():
    steps = Replicas(EXPERIMENT, seeds=[1, 2])._steps
    whole = steps.left
    steps.run(whole - 1)
    assert (steps.left, steps.epoch) == (1, 0)
    steps.run(1)
    assert (steps.left, steps.epoch, steps.position) == (whole, 1, 0)


def test_a_state_is_marked_with_the_present_place():
    training = Training(EXPERIMENT)
    replicas = Replicas(EXPERIMENT, seeds=[EXPERIMENT.seed])
    replicas._steps.run(3)
    training.advance(3)
    replicas._steps.mark(state := replicas._replicas[0].state)
    assert (state.step, state.epoch, state.position) == (3, 0, training.state.position)
