import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import layers
from engine.probes import ProbeUnavailable
from engine.training import Training
from tests.engine.probes.measuring import PADDED, document, measure


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def adding(kind: str) -> Training:
    training = Training(Experiment(data=Data(datasets["adding_problem"](length=6)), layers=(layers[kind](units=3),)))
    training.advance(10)
    return training


def test_gates_and_cells_of_an_lstm_follow_its_formulas():
    training = adding("lstm")
    arrays, meta = measure(training, "gates")
    states = measure(training, "hidden_states").arrays
    parts, h, c = document(training, "parameters")["lstm_1"], np.zeros(3), np.zeros(3)
    for t, step in enumerate(states["inputs"]):
        sums = np.split(step @ parts["kernel"] + h @ parts["recurrent_kernel"] + parts["bias"], 4)
        i, f, o = (sigmoid(sums[place]) for place in (0, 1, 3))
        candidate = np.tanh(sums[2])
        for name, expected in {"input_gate": i, "forget_gate": f, "candidate": candidate, "output_gate": o}.items():
            assert_allclose(arrays[f"lstm_1.{name}"][t], expected, rtol=1e-5, atol=1e-6)
        c = f * c + i * candidate
        h = o * np.tanh(c)
        assert_allclose(states["lstm_1.cells"][t], c, rtol=1e-5, atol=1e-6)
        assert_allclose(states["lstm_1.states"][t], h, rtol=1e-5, atol=1e-6)
    assert "".join(meta["gates"]["lstm_1"].values()) == "ifco"


def test_gates_of_a_gru_follow_its_formulas():
    training = adding("gru")
    arrays, meta = measure(training, "gates", split="test", index=4)
    states = measure(training, "hidden_states", split="test", index=4).arrays
    parts, h = document(training, "parameters")["gru_1"], np.zeros(3)
    for t, step in enumerate(states["inputs"]):
        (xz, xr, xn), (hz, hr, hn) = (
            np.split(values @ parts[kernel] + bias, 3)
            for values, kernel, bias in zip((step, h), ("kernel", "recurrent_kernel"), parts["bias"], strict=True)
        )
        z, r = sigmoid(xz + hz), sigmoid(xr + hr)
        candidate = np.tanh(xn + r * hn)
        for name, expected in {"update_gate": z, "reset_gate": r, "candidate": candidate}.items():
            assert_allclose(arrays[f"gru_1.{name}"][t], expected, rtol=1e-5, atol=1e-6)
        h = z * h + (1 - z) * candidate
        assert_allclose(states["gru_1.states"][t], h, rtol=1e-5, atol=1e-6)
    assert "".join(meta["gates"]["gru_1"].values()) == "zrh"


def test_padded_steps_are_left_out():
    training = Training(PADDED)
    for index in range(4):
        arrays, meta = measure(training, "gates", index=index)
        assert {len(array) for array in arrays.values()} == {meta["steps"]}
    assert {name.split(".")[0] for name in arrays} == {"gru_1", "lstm_1"}


def test_a_simple_rnn_has_no_gates():
    with pytest.raises(ProbeUnavailable, match="no gates"):
        measure(adding("simple_rnn"), "gates")
