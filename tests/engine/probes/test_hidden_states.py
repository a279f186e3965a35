import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import layers
from engine.probes import ProbeUnavailable
from engine.probes.hidden_states import steps_of
from engine.training import Training
from tests.engine.probes.measuring import PADDED, document, measure


def test_the_states_of_a_simple_rnn_follow_its_formula():
    training = Training(Experiment(data=Data(datasets["adding_problem"](length=7)), layers=(layers["simple_rnn"](),)))
    training.advance(5)
    arrays, meta = measure(training, "hidden_states", index=3)
    row = training.data.inputs[training.data.indices["train"][3]].reshape(7, 2)
    assert_allclose(arrays["inputs"], row, rtol=1e-6)
    parts, state = document(training, "parameters")["simple_rnn_1"], np.zeros(8)
    for step, seen in zip(row, arrays["simple_rnn_1.states"], strict=True):
        state = np.tanh(step @ parts["kernel"] + state @ parts["recurrent_kernel"] + parts["bias"])
        assert_allclose(seen, state, rtol=1e-5, atol=1e-6)
    assert meta["steps"] == 7
    assert meta["symbols"] is None
    assert meta["layers"] == {"simple_rnn_1": {"kind": "simple_rnn", "units": 8}}
    output = document(training, "parameters")["output"]
    assert_allclose(meta["answer"], state @ output["kernel"] + output["bias"])


def test_padded_steps_are_left_out_and_the_last_state_is_what_the_next_layer_gets():
    training = Training(PADDED)
    training.advance(5)
    lengths = set()
    for index in range(6):
        arrays, meta = measure(training, "hidden_states", index=index)
        lengths.add(meta["steps"])
        assert len(meta["symbols"]) == meta["steps"] == len(arrays["gru_1.states"]) == len(arrays["lstm_1.cells"])
        last, output = arrays["lstm_1.states"][-1], document(training, "parameters")["output"]
        logit = last @ output["kernel"] + output["bias"]
        assert_allclose(meta["answer"], 1 / (1 + np.exp(-logit)), rtol=1e-5)
    assert len(lengths) > 1


def test_cells_belong_to_lstm_layers():
    training = Training(PADDED)
    names = set(measure(training, "hidden_states").arrays)
    assert names == {"inputs", "gru_1.states", "lstm_1.states", "lstm_1.cells"}
    assert set(measure(training, "hidden_states", layer="gru_1").arrays) == {"inputs", "gru_1.states"}


def test_wide_layers_are_shown_in_part():
    values = np.arange(2000 * 256, dtype=float).reshape(2000, 256)
    assert steps_of(values, 10).shape == (10, 64)
    assert steps_of(values, 2000).shape == (2000, 32)
    assert_allclose(steps_of(values, 2000), values[:, :32])


def test_without_recurrent_layers_there_are_no_states(training: Training):
    with pytest.raises(ProbeUnavailable, match="no recurrent layer"):
        measure(training, "hidden_states")
