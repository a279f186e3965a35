import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.optimizers import Adam, AdamW
from tests.engine.optimizers.walk import walk


@given(st.floats(1e-3, 1e3), st.sampled_from([-1, 1]), st.floats(0, 0.99), st.floats(0.9, 0.999))
def test_bias_correction_makes_the_first_step_as_long_as_the_learning_rate(size, sign, beta_1, beta_2):
    adam = Adam(learning_rate=0.1, beta_1=beta_1, beta_2=beta_2, epsilon=1e-12)
    path, _ = walk(adam, [0.0], [[sign * size]])
    assert path.item() == pytest.approx(-0.1 * sign, rel=1e-6)


def test_without_correction_the_first_step_is_too_long():
    path, _ = walk(Adam(learning_rate=0.1, bias_correction=False, epsilon=1e-12), [0.0], [[5.0]])
    assert path.item() == pytest.approx(-0.1 * 0.1 / np.sqrt(0.001), rel=1e-6)


def test_the_state_holds_the_uncorrected_averages():
    gradients = np.array([[1.0], [3.0]])
    _, state = walk(Adam(beta_1=0.5, beta_2=0.75), [0.0], gradients)
    np.testing.assert_allclose(state, [[0.5 * 0.5 + 0.5 * 3], [0.75 * 0.25 + 0.25 * 9]])


def test_decay_of_weights_is_apart_from_the_gradient_and_spares_biases():
    adamw = AdamW(learning_rate=0.5, weight_decay=0.2)
    path, _ = walk(adamw, [1.0, 1.0], [[0.0, 0.0]], mask=np.array([1.0, 0.0]))
    np.testing.assert_allclose(path, [[0.9, 1.0]])


def test_without_decay_it_is_adam():
    gradients = np.cos(np.arange(12.0)).reshape(6, 2)
    np.testing.assert_array_equal(
        walk(AdamW(weight_decay=0.0), [1.0, 2.0], gradients)[0], walk(Adam(), [1.0, 2.0], gradients)[0]
    )
