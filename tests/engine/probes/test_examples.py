import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import layers
from engine.probes import ProbeUnavailable
from engine.probes.examples import (
    MAXIMUM_NUMBERS,
    affordable,
    describe_example,
    find_example,
    find_layers,
    pass_through,
    real_steps,
    symbols_of,
)
from engine.training import Training
from tests.engine.probes.measuring import IMAGES, PADDED


def words(encoding: str) -> Training:
    recurrent = (layers["embedding"](), layers["gru"]()) if encoding == "tokens" else (layers["gru"](),)
    return Training(Experiment(data=Data(datasets["word_order"](encoding=encoding)), layers=recurrent))


@pytest.mark.parametrize("split", ["train", "test"])
def test_an_example_is_what_the_data_say(split: str):
    training = Training(IMAGES)
    example = find_example(training, split, 5)
    data = training.data
    assert example.number == data.indices[split][5]
    assert_allclose(example.features, data.transform(data.inputs[example.number][None]))
    meta = describe_example(training, example, pass_through(training, example))
    assert meta["target"] == data.targets[example.number]
    assert_allclose(meta["answer"], training.predict(data.inputs[example.number][None])[0])


def test_an_answer_at_every_step_and_in_the_targets_units():
    every = Training(
        Experiment(
            data=Data(datasets["delayed_copy"](answer="every", length=6)),
            layers=(layers["gru"](return_sequences=True),),
        )
    )
    example = find_example(every, "train", 0)
    answer = describe_example(every, example, pass_through(every, example))["answer"]
    assert np.shape(answer) == (6, 5)
    houses = Training(Experiment(data=Data(datasets["house_prices"]())))
    example = find_example(houses, "train", 0)
    answer = describe_example(houses, example, pass_through(houses, example))["answer"]
    assert_allclose(answer, houses.predict(houses.data.inputs[[example.number]])[0])


def test_an_answer_that_is_no_number_is_null():
    training = Training(Experiment())
    training.network.parameters.theta[...] = np.nan
    example = find_example(training, "train", 0)
    assert describe_example(training, example, pass_through(training, example))["answer"] == [None]


def test_where_there_is_no_such_example_it_is_said():
    training = Training(Experiment())
    with pytest.raises(ProbeUnavailable, match="no validation"):
        find_example(training, "validation", 0)
    with pytest.raises(ProbeUnavailable, match=r"250 train.*250\."):
        find_example(training, "train", 250)


def test_layers_are_found_by_what_they_are_and_by_their_name():
    training = Training(IMAGES)

    def two_dimensional(layer):
        return layer.layer.kind.endswith("2d")

    names = [layer.name for layer in find_layers(training, "", two_dimensional, "image")]
    assert names == ["conv2d_1", "max_pooling2d_1"]
    assert find_layers(training, "conv2d_1", two_dimensional, "image")[0].layer.kind == "conv2d"
    with pytest.raises(ProbeUnavailable, match=r"'flatten_1'.*conv2d_1, max_pooling2d_1"):
        find_layers(training, "flatten_1", two_dimensional, "image")
    with pytest.raises(ProbeUnavailable, match="has no gates"):
        find_layers(training, "conv2d_1", lambda layer: False, "gates")


@given(count=st.integers(1, 10_000), numbers=st.integers(0, 10**6))
def test_what_is_shown_is_bounded(count: int, numbers: int):
    shown = affordable(count, numbers)
    assert 1 <= shown <= count
    assert shown == 1 or shown * numbers <= MAXIMUM_NUMBERS


@pytest.mark.parametrize("encoding", ["one_hot", "tokens"])
def test_symbols_and_steps_leave_padding_out(encoding: str):
    training = words(encoding)
    data = training.data
    seen = set()
    for place in range(20):
        example = find_example(training, "train", place)
        symbols = symbols_of(data, example)
        assert len(symbols) == real_steps(data, example)
        assert set(symbols) <= set(data.dataset.alphabet)
        seen.add(len(symbols))
    assert len(seen) > 1


def test_amounts_have_no_symbols_and_all_their_steps():
    training = Training(Experiment(data=Data(datasets["adding_problem"](length=9)), layers=(layers["gru"](),)))
    example = find_example(training, "train", 0)
    assert symbols_of(training.data, example) is None
    assert real_steps(training.data, example) == 9


def test_a_grammatical_string_can_be_read_in_its_symbols():
    training = Training(PADDED)
    for place in range(10):
        example = find_example(training, "train", place)
        grammatical = training.data.dataset.is_grammatical("".join(symbols_of(training.data, example)))
        assert grammatical == (training.data.targets[example.number] == 1)
