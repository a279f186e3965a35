import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calls import Workspace, run
from engine.regularizers import L1, L2, ElasticNet, NoRegularizer, regularizers

THETA = np.array([3.0, -4.0, 0.5, 7.0])
MASK = np.array([1.0, 1.0, 1.0, 0.0])


def gradient(regularizer, theta=THETA, mask=MASK):
    total = np.full_like(theta, 10.0)
    run(regularizer.backward(theta, total, mask, Workspace()))
    return total - 10


def test_penalties_worked_by_hand_leave_biases_out():
    assert L1(rate=0.1).penalty(THETA, MASK) == pytest.approx(0.75)
    assert L2(rate=0.1).penalty(THETA, MASK) == pytest.approx(0.05 * 25.25)
    assert ElasticNet(rate=0.1, l1_ratio=0.2).penalty(THETA, MASK) == pytest.approx(0.2 * 0.75 + 0.8 * 0.05 * 25.25)


def test_gradients_worked_by_hand_are_added():
    np.testing.assert_allclose(gradient(L1(rate=0.1)), [0.1, -0.1, 0.1, 0], atol=1e-14)
    np.testing.assert_allclose(gradient(L2(rate=0.1)), [0.3, -0.4, 0.05, 0], atol=1e-14)


def test_none_costs_nothing_and_makes_no_calls():
    assert NoRegularizer().penalty(THETA, MASK) == 0
    assert NoRegularizer().backward(THETA, THETA, MASK, Workspace()) == []


@pytest.mark.parametrize("kind", regularizers.kinds)
def test_the_gradient_is_the_numeric_one(kind):
    regularizer, h = regularizers[kind](), 1e-4
    numeric = [
        (regularizer.penalty(THETA + h * unit, MASK) - regularizer.penalty(THETA - h * unit, MASK)) / (2 * h)
        for unit in np.eye(4)
    ]
    np.testing.assert_allclose(gradient(regularizer), numeric, atol=1e-12)


@given(st.floats(0, 1), st.floats(0, 10))
def test_elastic_net_is_a_mixture(ratio, rate):
    mixture = ratio * L1(rate=rate).penalty(THETA, MASK) + (1 - ratio) * L2(rate=rate).penalty(THETA, MASK)
    assert ElasticNet(rate=rate, l1_ratio=ratio).penalty(THETA, MASK) == pytest.approx(mixture, rel=1e-12)
    expected = ratio * gradient(L1(rate=rate)) + (1 - ratio) * gradient(L2(rate=rate))
    np.testing.assert_allclose(gradient(ElasticNet(rate=rate, l1_ratio=ratio)), expected, atol=1e-13)
