import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ExperimentError
from engine.splits import SplitFractions


@st.composite
def fractions(draw: st.DrawFn) -> SplitFractions:
    train = draw(st.integers(1, 100))
    validation = draw(st.integers(0, 100 - train))
    return SplitFractions(train / 100, validation / 100, (100 - train - validation) / 100)


@given(fractions(), st.integers(1, 400), st.integers(0, 100))
def test_every_example_is_in_exactly_one_part(split: SplitFractions, examples: int, seed: int):
    parts = split.indices(examples, np.random.default_rng(seed))
    assert sorted(np.concatenate(list(parts.values())).tolist()) == list(range(examples))


@given(fractions(), st.integers(1, 400))
def test_each_part_has_its_share_within_one_example(split: SplitFractions, examples: int):
    parts = split.indices(examples, np.random.default_rng(0))
    for name in ("train", "validation", "test"):
        assert abs(len(parts[name]) - getattr(split, name) * examples) <= 1


@given(fractions(), st.integers(1, 400))
def test_a_share_of_nothing_gets_nothing(split: SplitFractions, examples: int):
    parts = split.indices(examples, np.random.default_rng(0))
    for name in ("validation", "test"):
        assert getattr(split, name) > 0 or len(parts[name]) == 0


@given(fractions(), st.integers(2, 100), st.integers(0, 100))
def test_each_part_keeps_the_order_of_the_dataset(split: SplitFractions, examples: int, seed: int):
    parts = split.indices(examples, np.random.default_rng(seed))
    assert all((np.diff(part) > 0).all() for part in parts.values())


def test_chance_decides_which_examples_are_where():
    split = SplitFractions(0.5, 0.0, 0.5)
    first, second = (split.indices(100, np.random.default_rng(seed))["train"].tolist() for seed in (0, 1))
    assert first != second


@pytest.mark.parametrize("parts", [(0.5, 0.0, 0.4), (0.7, 0.2, 0.2), (float("nan"), 0.0, 0.5)])
def test_fractions_that_do_not_sum_to_one_are_refused(parts: tuple[float, float, float]):
    with pytest.raises(ExperimentError, match="must sum to 1") as caught:
        SplitFractions(*parts).check(100)
    assert caught.value.field == "data.split"


def test_fractions_may_sum_to_one_in_decimal():
    SplitFractions(0.7, 0.2, 0.1).check(100)


def test_nothing_to_learn_from_is_refused():
    with pytest.raises(ExperimentError, match="leaves none to learn from") as caught:
        SplitFractions(0.1, 0.0, 0.9).check(4)
    assert caught.value.field == "data.split.train"
