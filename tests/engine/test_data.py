from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.data import SPLITS, Data, prepare, prepare_folds
from engine.datasets.grammar import ReberGrammar
from engine.datasets.inline import Inline
from engine.datasets.points import Circle, Spiral
from engine.datasets.sequences import AddingProblem, Parity
from engine.datasets.tables import Diabetes, Digits, Iris
from engine.errors import ExperimentError
from engine.scaling import NoScaling, RowNormalize, Standardize
from engine.splits import SplitFractions

NAMES = ("x1", "x1_x2", "sin_x2")


def test_every_part_is_the_transformation_of_its_raw_inputs():
    data = prepare(Data(features=NAMES, split=SplitFractions(0.6, 0.2, 0.2), scaling=Standardize()), 7)
    for split in SPLITS:
        assert_array_equal(data.matrix(split), data.transform(data.inputs[data.indices[split]]))
        assert data.matrix(split).shape == (3, len(data.labels(split)))


def test_the_scaling_knows_the_training_part_only():
    data = prepare(Data(features=NAMES, scaling=Standardize()), 7)
    assert_allclose(data.matrix("train").mean(axis=1), 0, atol=1e-12)
    assert_allclose(data.matrix("train").std(axis=1), 1)
    assert np.abs(data.matrix("test").mean(axis=1)).min() > 1e-6


def test_another_split_leaves_the_examples_alone():
    first, second = (prepare(Data(split=SplitFractions(train, 0, 1 - train)), 7) for train in (0.5, 0.75))
    assert_array_equal(first.inputs, second.inputs)
    assert len(first.labels("train")) == 250
    assert len(second.labels("train")) == 375


def test_another_dataset_leaves_the_split_alone():
    circle, spiral = prepare(Data(Circle()), 7), prepare(Data(Spiral()), 7)
    assert_array_equal(circle.indices["train"], spiral.indices["train"])


def test_own_examples_are_all_for_training_in_their_order():
    data = prepare(Data(Inline()), 7)
    assert_array_equal(data.matrix("train"), np.array(Inline().inputs).T)
    assert data.matrix("test").shape == (2, 0)


def test_what_is_told_of_the_data_is_the_dataset_s():
    data = prepare(Data(Circle(), features=NAMES), 7)
    assert (data.task, data.classes, data.output_units) == ("binary", 2, 1)
    assert data.input_names == ("x1", "x2")
    assert data.feature_names == NAMES
    assert data.domain == ((-6, 6), (-6, 6))


@pytest.mark.parametrize(
    ("names", "message"),
    [((), "at least one"), (("x1", "x2", "x1"), "'x1' is named twice"), (("x3",), "'x3' is not a feature")],
)
def test_features_that_cannot_be_are_refused(names, message):
    with pytest.raises(ExperimentError, match=message) as caught:
        Data(features=names).chosen_features()
    assert caught.value.field == "data.features"


def test_inputs_are_chosen_by_name_or_place_and_called_by_name():
    data = Data(Iris(), features=("x3", "sepal width (cm)", "x1_x2"))
    assert data.completed().features == ("petal length (cm)", "sepal width (cm)", "x1_x2")
    prepared = prepare(replace(data, scaling=NoScaling()), 7)
    assert_array_equal(prepared.transform(np.array([[1.0, 2.0, 3.0, 4.0]])), [[3.0], [2.0], [2.0]])


def test_an_input_is_the_same_by_name_and_by_place():
    with pytest.raises(ExperimentError, match="'petal length \\(cm\\)' is named twice"):
        Data(Iris(), features=("x3", "petal length (cm)")).completed()


def test_an_image_is_given_whole_unless_pixels_are_chosen():
    whole, part = Data(Digits()).completed(), Data(Digits(), features=("pixel_0_3", "x64")).completed()
    assert whole.features is None
    assert part.features == ("pixel_0_3", "pixel_7_7")
    assert [prepare(data, 7).shape for data in (whole, part)] == [(8, 8, 1), (2,)]
    assert prepare(whole, 7).feature_names == Digits.input_names


def test_a_sequence_is_given_whole_step_by_step():
    data = prepare(Data(AddingProblem(length=3)), 7)
    assert data.shape == (3, 2)
    assert data.feature_names == ("value@1", "mark@1", "value@2", "mark@2", "value@3", "mark@3")
    assert data.mask("train") is None


def test_the_mask_shows_where_each_sequence_ends():
    data = prepare(Data(ReberGrammar()), 7)
    mask, inputs = data.mask("test"), data.inputs[data.indices["test"]].reshape(-1, 24, 7)
    assert mask is not None
    assert_array_equal(mask, inputs.sum(axis=2).T)
    assert 5 < mask.sum(axis=0).min() < mask.sum(axis=0).max() <= 24


def test_completing_twice_changes_nothing():
    for dataset in (Iris(), Digits(), Diabetes(), Circle(), Inline(), ReberGrammar()):
        completed = Data(dataset).completed()
        assert completed.completed() == completed


def test_what_the_learner_says_goes_before_what_suits_the_dataset():
    data = Data(Diabetes(), scaling=NoScaling(), target_scaling=NoScaling()).completed()
    assert (data.scaling, data.target_scaling) == (NoScaling(), NoScaling())


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        (Data(Diabetes(), target_scaling=RowNormalize()), "target_scaling", "no way back; allowed are none, standard"),
        (Data(Diabetes(), split=SplitFractions(0.5, 0, 0.5, "stratified")), "split.method", "one class for each"),
        (Data(Parity(answer="every"), split=SplitFractions(0.5, 0, 0.5, "stratified")), "split.method", "one class"),
        (Data(ReberGrammar(), scaling=Standardize()), "scaling", "these inputs are symbols; allowed is none"),
        (Data(Parity(), features=("bit",)), "features", "'parity' is given whole"),
        (Data(AddingProblem(samples=20_000, length=200), features=None), "dataset.samples", "at most 4,000,000"),
    ],
)
def test_what_does_not_fit_the_task_is_refused(data: Data, field: str, message: str):
    with pytest.raises(ExperimentError, match=message) as caught:
        data.completed()
    assert caught.value.field == f"data.{field}"


def test_each_fold_validates_once_and_is_never_learned_from():
    prepared = prepare_folds(Data(Iris(), split=SplitFractions(0.8, 0, 0.2, "stratified")), 7, 5)
    held_out = [data.indices["validation"] for data in prepared]
    assert sorted(np.concatenate(held_out).tolist()) == list(range(150))
    for data, fold in zip(prepared, held_out, strict=True):
        assert np.bincount(data.labels("validation").astype(int)).tolist() == [10, 10, 10]
        assert_array_equal(np.sort(np.concatenate((data.indices["train"], fold))), np.arange(150))
        assert_allclose(data.matrix("train").mean(axis=1), 0, atol=1e-9)
        assert np.abs(data.matrix("validation").mean(axis=1)).max() > 1e-3
