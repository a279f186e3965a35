import numpy as np
import pytest

from engine.optimizers import Adadelta, Adagrad, RMSprop
from tests.engine.optimizers.walk import walk


def test_adagrad_worked_by_hand():
    path, total = walk(Adagrad(learning_rate=1.0, epsilon=1e-12), [0.0], [[3.0], [4.0]])
    np.testing.assert_allclose(path.ravel(), [-1, -1.8])
    np.testing.assert_allclose(total, [[25]])


def test_rmsprop_worked_by_hand():
    path, average = walk(RMSprop(learning_rate=1.0, rho=0.75, epsilon=1e-12), [0.0], [[2.0], [0.0]])
    np.testing.assert_allclose(path.ravel(), [-2, -2])
    np.testing.assert_allclose(average, [[0.75]])


def test_the_first_step_of_adadelta_is_made_of_epsilon_alone():
    path, _ = walk(Adadelta(rho=0.5, epsilon=0.5), [0.0], [[1.0]])
    assert path.item() == pytest.approx(-np.sqrt(0.5 / (0.5 + 0.5)))


@pytest.mark.parametrize("optimizer", [Adagrad(epsilon=1e-12), RMSprop(epsilon=1e-12)])
def test_the_scale_of_a_gradient_does_not_matter(optimizer):
    gradients = np.cos(np.arange(12.0)).reshape(12, 1) + 2
    small, _ = walk(optimizer, [0.0], 1e-3 * gradients)
    large, _ = walk(optimizer, [0.0], 1e3 * gradients)
    np.testing.assert_allclose(small, large, rtol=1e-6)


def test_gradients_of_zero_move_nothing():
    for optimizer in (Adagrad(), RMSprop(), Adadelta()):
        np.testing.assert_array_equal(walk(optimizer, [1.0], np.zeros((3, 1)))[0], np.ones((3, 1)))
