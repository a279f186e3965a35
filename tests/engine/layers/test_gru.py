import numpy as np
import pytest

from engine.layers import GRU
from tests.engine.layers.unrolling import passed


def sigmoid(z: float) -> float:
    return 1 / (1 + np.exp(-z))


def test_two_steps_by_hand_in_keras_s_order_z_r_h_with_reset_after_the_product():
    weights = {
        "kernel": [[0.1, 0.2, 0.3]],
        "recurrent_kernel": [[0.4, 0.5, 0.6]],
        "bias": [[0.01, 0.02, 0.03], [0.04, 0.05, 0.06]],
    }
    found = passed(GRU(units=1), np.array([[[1.0]], [[-2.0]]]), weights)
    z1, r1 = sigmoid(0.1 + 0.05), sigmoid(0.2 + 0.07)
    n1 = np.tanh(0.33 + r1 * 0.06)
    h1 = (1 - z1) * n1
    z2, r2 = sigmoid(-0.2 + 0.4 * h1 + 0.05), sigmoid(-0.4 + 0.5 * h1 + 0.07)
    n2 = np.tanh(-0.6 + 0.03 + r2 * (0.6 * h1 + 0.06))
    assert found.traces["update_gate"].ravel() == pytest.approx([z1, z2], rel=1e-14)
    assert found.traces["reset_gate"].ravel() == pytest.approx([r1, r2], rel=1e-14)
    assert found.traces["candidate"].ravel() == pytest.approx([n1, n2], rel=1e-14)
    assert found.traces["states"].ravel() == pytest.approx([h1, z2 * h1 + (1 - z2) * n2], rel=1e-13)


def test_an_update_gate_of_one_keeps_the_state_and_the_gradient():
    bias = np.zeros((2, 6))
    bias[0, :2] = 80.0
    weights = {"kernel": np.ones((1, 6)), "recurrent_kernel": np.ones((2, 6)), "bias": bias}
    found = passed(GRU(units=2, return_sequences=False), np.random.default_rng(0).standard_normal((50, 1, 3)), weights)
    np.testing.assert_array_equal(found.traces["states"], 0)
    np.testing.assert_array_equal(found.traces["state_gradients"], 1)


def test_the_two_biases_differ_only_behind_the_reset_gate():
    x = np.random.default_rng(1).standard_normal((4, 2, 5))
    layer = GRU(units=3)
    rng = np.random.default_rng(2)
    weights = {name: rng.standard_normal(size) for name, size in layer.parameter_shapes((4, 2)).items()}
    swapped = {**weights, "bias": np.concatenate((weights["bias"][::-1, :6], weights["bias"][:, 6:]), axis=1)}
    np.testing.assert_allclose(passed(layer, x, swapped).out, passed(layer, x, weights).out, rtol=1e-12)
    turned = {**weights, "bias": weights["bias"][::-1]}
    assert not np.allclose(passed(layer, x, turned).out, passed(layer, x, weights).out)
