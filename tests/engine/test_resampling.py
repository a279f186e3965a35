import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import Data, prepare, prepare_folds
from engine.datasets import Dataset, datasets
from engine.errors import ExperimentError
from engine.experiment import Experiment, complete
from engine.resampling import resamplings
from engine.training import Training

DOWN = resamplings["down_sampling"]


@given(st.lists(st.integers(0, 2), max_size=60), st.floats(1, 50), st.integers(0, 9))
def test_the_odds_stay_true(labels: list[int], factor: float, seed: int):
    classes = np.array(labels, float)
    chosen, weights = DOWN(factor=factor).choose(classes, np.random.default_rng(seed))
    assert list(chosen) == sorted(set(chosen))
    for each in set(labels):
        assert weights[classes[chosen] == each].sum() == pytest.approx(labels.count(each))


@given(st.integers(2, 90), st.integers(1, 9), st.floats(1, 50))
def test_only_the_largest_class_gets_smaller(many: int, few: int, factor: float):
    labels = np.repeat([0.0, 1.0], [many + few, few])
    chosen, _ = DOWN(factor=factor).choose(labels, np.random.default_rng(0))
    counts = np.bincount(labels[chosen].astype(int))
    assert (counts[0], counts[1]) == (max(1, round((many + few) / factor)), few)


def test_without_weights_all_count_alike():
    assert DOWN(up_weight=False).choose(np.zeros(30), np.random.default_rng(0)).weights is None


def test_only_training_examples_are_chosen_from():
    plain = prepare(Data(datasets["imbalanced"]()), 7)
    sampled = prepare(Data(datasets["imbalanced"](), resampling=DOWN()), 7)
    for split in ("validation", "test"):
        np.testing.assert_array_equal(plain.indices[split], sampled.indices[split])
    assert set(sampled.indices["train"]) < set(plain.indices["train"])
    assert sampled.weights.sum() == pytest.approx(len(plain.indices["train"]))


def test_every_fold_is_resampled_by_itself():
    for fold in prepare_folds(Data(datasets["imbalanced"](), resampling=DOWN()), 7, 4):
        assert len(fold.weights) == len(fold.indices["train"]) < 0.75 * fold.dataset.samples


def test_it_trains_and_a_change_of_it_begins_again():
    training = Training(Experiment(data=Data(datasets["imbalanced"](), resampling=DOWN())))
    training.advance(20)
    assert training.metrics()["train"]["weighted_loss"] > 0
    adoption = training.adopt(Experiment(data=Data(datasets["imbalanced"]())))
    assert adoption.restarted
    assert "the resampling" in adoption.notice


@pytest.mark.parametrize("dataset", [datasets["plane"](), datasets["next_letter"](answer="every")])
def test_it_needs_one_class_for_each_example(dataset: Dataset):
    with pytest.raises(ExperimentError, match=r"data\.resampling"):
        complete(Experiment(data=Data(dataset, resampling=DOWN())))
