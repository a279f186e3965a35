from itertools import pairwise

import numpy as np
import pytest

from engine.calls import Workspace
from engine.optimizers import optimizers
from tests.engine.optimizers.walk import walk
from tests.engine.parity import assert_same, build, cases, covered


def test_pytorch_has_an_opinion_on_every_optimizer():
    assert covered("optimizers") == set(optimizers.kinds)


@pytest.mark.parametrize("case", cases("optimizers"))
def test_ten_steps_are_those_of_pytorch(case):
    path, _ = walk(build(optimizers, case["component"]), case["start"], case["gradients"])
    assert_same(path, case["path"])


@pytest.mark.parametrize("kind", optimizers.kinds)
def test_every_optimizer_finds_the_bottom_of_a_bowl(kind):
    theta, optimizer = np.array([1.0, -1.0]), optimizers[kind]()
    path, state = theta, np.zeros((len(optimizer.slots), 2))
    for step in range(1, 3001):
        steps, state = walk(optimizer, path, [path * [1.0, 0.3]], state=state, first=step)
        path = steps[-1]
    assert np.abs(path).max() < 0.1


@pytest.mark.parametrize("kind", optimizers.kinds)
def test_the_scheduled_learning_rate_counts_not_the_field(kind):
    start, gradients = np.array([1.0, 2.0]), np.array([[0.5, -0.25]])
    fast = optimizers[kind](learning_rate=0.4)
    halved, _ = walk(fast, start, gradients, factor=0.5)
    expected, _ = walk(optimizers[kind](learning_rate=0.2), start, gradients)
    np.testing.assert_allclose(halved, expected, rtol=1e-14)


@pytest.mark.parametrize(("kind", "calls"), [("gradient_descent", 2), ("momentum", 4), ("adagrad", 7), ("adam", 9)])
def test_a_step_has_few_calls_whatever_the_size(kind, calls):
    optimizer, workspace = optimizers[kind](), Workspace()
    theta, gradients, state = np.zeros(5), np.zeros((optimizer.vectors, 5)), np.zeros((len(optimizer.slots), 5))
    scalars = tuple(workspace.scalar(one) for one in optimizer.scalars(0.1, 1))
    assert len(optimizer.update(theta, gradients, state, scalars, np.ones(5), workspace)) == calls


@pytest.mark.parametrize("kind", optimizers.kinds)
def test_scalars_that_agree_agree_at_all_steps_between(kind):
    optimizer = optimizers[kind]()
    seen = [optimizer.scalars(0.1, step) for step in range(1, 50_000, 7)]
    changes = sum(one != other for one, other in pairwise(seen))
    assert len(set(seen)) == changes + 1


def test_bias_corrections_come_to_an_end():
    optimizer = optimizers["adam"]()
    assert optimizer.scalars(0.1, 1) != optimizer.scalars(0.1, 2)
    assert optimizer.scalars(0.1, 50_000) == optimizer.scalars(0.1, 50_001) == (0.1, optimizer.epsilon)
