import numpy as np
import pytest

from engine.layers import LSTM
from tests.engine.layers.unrolling import network_of, passed


def sigmoid(z: float) -> float:
    return 1 / (1 + np.exp(-z))


def test_two_steps_by_hand_in_keras_s_order_i_f_c_o():
    weights = {
        "kernel": [[0.1, 0.2, 0.3, 0.4]],
        "recurrent_kernel": [[0.5, 0.6, 0.7, 0.8]],
        "bias": [0.01, 0.02, 0.03, 0.04],
    }
    found = passed(LSTM(units=1), np.array([[[1.0]], [[-2.0]]]), weights)
    c1 = sigmoid(0.11) * np.tanh(0.33)
    h1 = sigmoid(0.44) * np.tanh(c1)
    i2, f2 = sigmoid(-0.2 + 0.5 * h1 + 0.01), sigmoid(-0.4 + 0.6 * h1 + 0.02)
    c2 = f2 * c1 + i2 * np.tanh(-0.6 + 0.7 * h1 + 0.03)
    h2 = sigmoid(-0.8 + 0.8 * h1 + 0.04) * np.tanh(c2)
    assert found.traces["cells"].ravel() == pytest.approx([c1, c2], rel=1e-14)
    assert found.traces["states"].ravel() == pytest.approx([h1, h2], rel=1e-14)
    assert found.traces["input_gate"].ravel() == pytest.approx([sigmoid(0.11), i2], rel=1e-14)
    assert found.traces["forget_gate"].ravel() == pytest.approx([sigmoid(0.22), f2], rel=1e-14)
    assert found.traces["candidate"][0].item() == pytest.approx(np.tanh(0.33), rel=1e-14)
    assert found.traces["output_gate"][0].item() == pytest.approx(sigmoid(0.44), rel=1e-14)


def test_an_open_forget_gate_and_closed_others_keep_the_cell():
    biases = np.repeat([-40.0, 40.0, 0.0, 40.0], 3)
    weights = {"kernel": np.zeros((2, 12)), "recurrent_kernel": np.zeros((3, 12)), "bias": biases}
    found = passed(LSTM(units=3), np.random.default_rng(0).standard_normal((30, 2, 4)), weights)
    np.testing.assert_allclose(found.traces["cells"], 0, atol=1e-15)
    np.testing.assert_allclose(found.traces["forget_gate"], 1, rtol=1e-15)


@pytest.mark.parametrize("wanted", [False, True])
def test_forget_gates_start_open_if_wanted(wanted):
    bias = network_of(LSTM(units=2, unit_forget_bias=wanted), (5, 3)).parameters.views["one"]["bias"]
    assert bias.tolist() == [0, 0, wanted, wanted, 0, 0, 0, 0]


def test_huge_sums_do_not_overflow():
    weights = {"kernel": np.full((1, 4), 1e4), "recurrent_kernel": np.zeros((1, 4)), "bias": np.zeros(4)}
    with np.errstate(all="raise"):
        found = passed(LSTM(units=1), np.array([[[1.0]], [[-1.0]]]), weights)
    assert found.traces["states"].ravel() == pytest.approx([np.tanh(1.0), 0.0])
