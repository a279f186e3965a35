import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.optimizers import GradientDescent, Momentum
from tests.engine.optimizers.walk import walk


def test_gradient_descent_goes_against_the_gradient():
    path, _ = walk(GradientDescent(learning_rate=0.1), [1.0, 2.0], [[10.0, -10.0]])
    np.testing.assert_allclose(path, [[0, 3]], atol=1e-15)


def test_momentum_worked_by_hand():
    path, velocity = walk(Momentum(learning_rate=0.1, momentum=0.5), [0.0], [[1.0], [1.0], [1.0]])
    np.testing.assert_allclose(path.ravel(), [-0.1, -0.25, -0.425])
    np.testing.assert_allclose(velocity, [[1.75]])


@given(st.floats(0, 0.99), st.booleans())
def test_the_conventions_differ_by_one_over_one_minus_beta(beta, nesterov):
    gradients = np.sin(np.arange(20.0)).reshape(10, 2)
    paths = {
        name: walk(Momentum(momentum=beta, nesterov=nesterov, convention=name), [0.0, 0.0], gradients)[0]
        for name in ("accumulate", "average")
    }
    np.testing.assert_allclose(paths["average"], (1 - beta) * paths["accumulate"], rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize(("convention", "length"), [("accumulate", 10), ("average", 1)])
def test_steady_steps(convention, length):
    path, _ = walk(Momentum(learning_rate=1.0, momentum=0.9, convention=convention), [0.0], np.ones((400, 1)))
    assert path[-2, 0] - path[-1, 0] == pytest.approx(length)


def test_without_momentum_all_are_gradient_descent():
    gradients = np.cos(np.arange(12.0)).reshape(6, 2)
    expected, _ = walk(GradientDescent(learning_rate=0.1), [0.0, 0.0], gradients)
    for nesterov in (False, True):
        for convention in ("accumulate", "average"):
            optimizer = Momentum(learning_rate=0.1, momentum=0.0, nesterov=nesterov, convention=convention)
            np.testing.assert_allclose(walk(optimizer, [0.0, 0.0], gradients)[0], expected, rtol=1e-14)
