import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.data import Data
from engine.datasets import datasets
from engine.datasets.sequences import Sequence, lengths, step_mask
from engine.errors import ExperimentError
from engine.streams import stream


def sample(kind: str, **fields: object):
    dataset = datasets[kind](**fields)
    inputs, targets = dataset.sample(stream(7, "data"))
    return inputs.reshape(len(inputs), *dataset.input_shape), targets


SYMBOLIC = ["delayed_copy", "reber_grammar", "next_letter", "word_order"]


@pytest.mark.parametrize("length", [2, 3, 50])
def test_two_numbers_are_marked_one_in_each_half_and_added(length: int):
    inputs, targets = sample("adding_problem", length=length)
    values, marks = inputs[..., 0], inputs[..., 1]
    for row, marked, target in zip(values, marks, targets, strict=True):
        first, second = np.flatnonzero(marked)
        assert first < length // 2 <= second
        assert target == row[first] + row[second]
    assert np.isin(marks, (0, 1)).all()
    assert 0 <= values.min() < values.max() < 1


def test_guessing_one_has_the_known_error():
    _, targets = sample("adding_problem", samples=20_000)
    assert_allclose(np.square(targets - 1).mean(), 1 / 6, rtol=0.03)


def test_every_place_can_be_marked():
    inputs, _ = sample("adding_problem", length=9)
    assert inputs[..., 1].any(axis=0).all()


@pytest.mark.parametrize("delay", [0, 1, 5, 9])
def test_what_was_seen_is_asked_for_after_the_delay(delay: int):
    inputs, every = sample("delayed_copy", delay=delay, length=10, answer="every", symbols=5)
    _, last = sample("delayed_copy", delay=delay, length=10, symbols=5)
    for row, answers, at_last in zip(inputs.argmax(axis=2).tolist(), every.tolist(), last, strict=True):
        assert answers == [0] * delay + [1 + symbol for symbol in row[: 10 - delay]]
        assert at_last == row[9 - delay]


def test_the_dash_is_a_class_only_where_it_is_an_answer():
    copy = datasets["delayed_copy"]
    assert copy(symbols=3).class_names == ("a", "b", "c")
    assert copy(symbols=3, answer="every").class_names == ("–", "a", "b", "c")


def test_a_delay_beyond_the_sequence_is_refused():
    with pytest.raises(ExperimentError, match="less than the length, 4"):
        datasets["delayed_copy"](length=4, delay=4).check()


def test_parity_is_the_exclusive_or_of_all_bits():
    inputs, targets = sample("parity", length=9)
    _, every = sample("parity", length=9, answer="every")
    for bits, last, running in zip(inputs[..., 0].astype(int), targets, every, strict=True):
        assert last == np.bitwise_xor.reduce(bits)
        assert_array_equal(running, np.bitwise_xor.accumulate(bits))
    assert_allclose(inputs.mean(), 0.5, atol=0.03)


@pytest.mark.parametrize("kind", SYMBOLIC)
def test_tokens_and_one_hot_say_the_same(kind: str):
    (hot, targets), (tokens, same) = (sample(kind, encoding=encoding) for encoding in ("one_hot", "tokens"))
    assert_array_equal(targets, same)
    assert tokens.shape == hot.shape[:2]
    assert_array_equal(np.where(hot.any(axis=2), 1 + hot.argmax(axis=2), 0), tokens)
    assert set(hot.ravel()) == {0, 1}


@pytest.mark.parametrize("kind", SYMBOLIC)
@pytest.mark.parametrize("encoding", ["one_hot", "tokens"])
def test_only_sets_that_say_so_have_padding_and_only_at_the_end(kind: str, encoding: str):
    dataset = datasets[kind](encoding=encoding)
    inputs = dataset.sample(stream(7, "data")).inputs
    steps = inputs.reshape(len(inputs), dataset.time, -1).any(axis=2)
    assert (np.diff(steps.astype(int), axis=1) <= 0).all()
    assert steps.all() != dataset.padded
    assert_array_equal(lengths(inputs, dataset.time), steps.sum(axis=1))


def test_a_step_of_zeros_in_the_middle_is_no_padding():
    rows = np.array([[1.0, 0.0, 2.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    assert lengths(rows, 4).tolist() == [3, 0]
    assert step_mask(rows, 4).T.tolist() == [[1, 1, 1, 0], [0, 0, 0, 0]]
    assert step_mask(rows, 2).T.tolist() == [[1, 1], [0, 0]]


@pytest.mark.parametrize("kind", [kind.kind for kind in datasets if issubclass(kind, Sequence)])
def test_a_sequence_is_complete_without_features(kind: str):
    completed = Data(datasets[kind]()).completed()
    assert completed.features is None
    assert completed.scaling == datasets[kind].default_scaling
