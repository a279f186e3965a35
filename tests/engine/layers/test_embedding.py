import numpy as np
import pytest

from engine.layers import Embedding
from tests.engine.layers.unrolling import network_of, passed

TABLE = np.array([[0.0, 1.0], [10.0, 11.0], [20.0, 21.0]])
TOKENS = np.array([[2.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
"""Three time steps of two examples."""


def test_every_symbol_becomes_its_row():
    out = passed(Embedding(input_dim=3, output_dim=2), TOKENS, {"embeddings": TABLE}).out
    assert out[:, :, 0].tolist() == [[20, 21], [10, 11], [20, 21]]
    assert out[:, :, 1].tolist() == [[0, 1], [10, 11], [20, 21]]


def test_what_arrives_for_a_symbol_is_added_up_in_its_row():
    upstream = np.arange(12.0).reshape(3, 2, 2)
    found = passed(Embedding(input_dim=4, output_dim=2), TOKENS, {}, upstream)
    expected = np.zeros((4, 2))
    for step, example in np.ndindex(3, 2):
        expected[int(TOKENS[step, example])] += upstream[step, :, example]
    np.testing.assert_array_equal(found.gradients["embeddings"], expected)
    assert not found.gradient.any()


def test_a_number_beyond_the_table_counts_as_the_largest():
    out = passed(Embedding(input_dim=3, output_dim=2), np.array([[7.0]]), {"embeddings": TABLE}).out
    assert out.ravel().tolist() == [20, 21]


def test_vectors_start_small():
    table = network_of(Embedding(), (5,)).parameters.views["one"]["embeddings"]
    assert table.shape == (32, 8)
    assert 0.03 < np.abs(table).max() <= 0.05


def test_only_rows_of_whole_numbers_fit():
    with pytest.raises(ValueError, match=r"\(5, 2\)"):
        Embedding().output_shape((5, 2))
