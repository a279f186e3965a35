from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from engine.errors import ExperimentError
from engine.splits import SplitFractions, folds


@st.composite
def fractions(draw: st.DrawFn) -> SplitFractions:
    train = draw(st.integers(1, 100))
    validation = draw(st.integers(0, 100 - train))
    return SplitFractions(train / 100, validation / 100, (100 - train - validation) / 100)


@given(fractions(), st.integers(1, 400), st.integers(0, 100))
def test_every_example_is_in_exactly_one_part(split: SplitFractions, examples: int, seed: int):
    parts = split.indices(np.zeros(examples), np.random.default_rng(seed))
    assert sorted(np.concatenate(list(parts.values())).tolist()) == list(range(examples))


@given(fractions(), st.integers(1, 400))
def test_each_part_has_its_share_within_one_example(split: SplitFractions, examples: int):
    parts = split.indices(np.zeros(examples), np.random.default_rng(0))
    for name in ("train", "validation", "test"):
        assert abs(len(parts[name]) - getattr(split, name) * examples) <= 1


@given(fractions(), st.integers(1, 400))
def test_a_share_of_nothing_gets_nothing(split: SplitFractions, examples: int):
    parts = split.indices(np.zeros(examples), np.random.default_rng(0))
    for name in ("validation", "test"):
        assert getattr(split, name) > 0 or len(parts[name]) == 0


@given(fractions(), st.integers(2, 100), st.integers(0, 100))
def test_each_part_keeps_the_order_of_the_dataset(split: SplitFractions, examples: int, seed: int):
    parts = split.indices(np.zeros(examples), np.random.default_rng(seed))
    assert all((np.diff(part) > 0).all() for part in parts.values())


def test_chance_decides_which_examples_are_where():
    split = SplitFractions(0.5, 0.0, 0.5)
    first, second = (split.indices(np.zeros(100), np.random.default_rng(seed))["train"].tolist() for seed in (0, 1))
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


LABELS = np.repeat([0.0, 1.0, 2.0], (140, 50, 10))


def counts(part, labels=LABELS):
    return np.bincount(labels[part].astype(int), minlength=3).tolist()


def test_stratified_parts_have_their_share_of_each_class():
    parts = SplitFractions(0.6, 0.2, 0.2, "stratified").indices(LABELS, np.random.default_rng(0))
    assert [counts(parts[name]) for name in ("train", "validation", "test")] == [[84, 30, 6], [28, 10, 2], [28, 10, 2]]


@given(fractions(), st.lists(st.integers(0, 4), min_size=1, max_size=200), st.integers(0, 100))
def test_stratified_shares_are_right_to_within_rounding(split: SplitFractions, classes: list[int], seed: int):
    labels, split = np.array(classes, np.float64), replace(split, method="stratified")
    parts = split.indices(labels, np.random.default_rng(seed))
    assert sorted(np.concatenate(list(parts.values())).tolist()) == list(range(len(labels)))
    assert [len(part) for part in parts.values()] == [
        len(part) for part in replace(split, method="shuffled").indices(labels, np.random.default_rng(seed)).values()
    ]
    for label in range(5):
        members = np.flatnonzero(labels == label)
        expected = len(members) * len(parts["test"]) / len(labels)
        assert abs(np.isin(parts["test"], members).sum() - expected) < 1


def test_chance_decides_within_the_classes():
    split = SplitFractions(0.5, 0.0, 0.5, "stratified")
    first, second = (split.indices(LABELS, np.random.default_rng(seed))["train"].tolist() for seed in (0, 1))
    assert first != second


def test_by_time_the_first_train_and_the_last_test():
    parts = SplitFractions(0.5, 0.2, 0.3, "by_time").indices(np.zeros(10), np.random.default_rng(0))
    assert {name: part.tolist() for name, part in parts.items()} == {
        "train": [0, 1, 2, 3, 4],
        "validation": [5, 6],
        "test": [7, 8, 9],
    }


@pytest.mark.parametrize("method", ["shuffled", "stratified", "by_time"])
@pytest.mark.parametrize("count", [2, 3, 5, 200])
def test_every_example_is_in_one_fold_and_all_are_equally_large(method, count: int):
    parts = folds(count, LABELS, np.random.default_rng(0), method)
    assert sorted(np.concatenate(parts).tolist()) == list(range(200))
    assert np.ptp([len(part) for part in parts]) <= 1


def test_stratified_folds_are_those_of_scikit_learn_in_number():
    peers = StratifiedKFold(3).split(LABELS, LABELS)
    expected = sorted(counts(held_out) for _, held_out in peers)
    ours = sorted(counts(part) for part in folds(3, LABELS, np.random.default_rng(0), "stratified"))
    assert np.abs(np.array(ours) - np.array(expected)).max() <= 1
    assert np.ptp(ours, axis=0).max() <= 1


def test_folds_by_time_are_stretches():
    assert [part.tolist() for part in folds(3, np.zeros(7), np.random.default_rng(0), "by_time")] == [
        [0, 1, 2],
        [3, 4],
        [5, 6],
    ]


@pytest.mark.parametrize("count", [1, 5])
def test_folds_that_would_be_empty_are_refused(count: int):
    with pytest.raises(ValueError, match="2 to 4 are possible"):
        folds(count, np.zeros(4), np.random.default_rng(0))


@given(fractions(), st.integers(1, 400))
def test_the_sizes_are_those_of_the_parts(split: SplitFractions, examples: int):
    parts = split.indices(np.zeros(examples), np.random.default_rng(0))
    assert split.sizes(examples) == tuple(len(parts[name]) for name in ("train", "validation", "test"))
