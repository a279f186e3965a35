import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.data import SPLITS, Data, prepare
from engine.datasets.inline import Inline
from engine.datasets.points import Circle, Spiral
from engine.errors import ExperimentError
from engine.scaling import Standardize
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
