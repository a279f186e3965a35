"""Known results, on one seed each, the costly ones shortened; tests/benchmarks/known_results.py has all."""

import pytest

from tests.benchmarks.known_results import CLAIMS, GRU, GUESS, LSTM, SIMPLE, adding, convolutional

COSTLY = {"cnn", "lstm", "gru", "simple_rnn", "orthogonal", "reber_grammar", "delayed_copy", "parity"}
QUICK = CLAIMS.keys() - COSTLY


@pytest.mark.parametrize("name", sorted(QUICK))
def test_a_known_result_comes_out(name: str):
    claim = CLAIMS[name]
    assert claim.holds(claim.measure(1))


def test_a_gru_adds_over_a_hundred_steps_and_a_simple_rnn_stays_at_the_guess():
    assert adding(GRU, 3, seed=1) < 0.01
    assert abs(adding(SIMPLE, 3, seed=1) - GUESS) < 0.01


def test_an_lstm_adds_over_thirty_steps():
    assert adding(LSTM, 5, seed=1, length=30) < 0.01


def test_convolutions_read_the_digits():
    assert CLAIMS["cnn"].holds(convolutional(seed=3, epochs=12))
