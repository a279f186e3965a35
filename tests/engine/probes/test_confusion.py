import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment, Output
from engine.probes import ProbeUnavailable
from engine.training import Training
from tests.engine.probes.measuring import RAGGED, measure, real_answers, trained


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_the_matrix_of_two_classes_counts_the_predictions(activation: str):
    training = trained(output=Output(activations[activation]()))
    arrays, meta = measure(training, "confusion")
    data, middle = training.data, 0.5 if activation == "sigmoid" else 0.0
    for split in ("train", "test"):
        rows = data.indices[split]
        said = training.predict(data.inputs[rows])[:, 0] > middle
        is_so = data.targets[rows] > 0
        expected = [[np.sum((is_so == i) & (said == j)) for j in (False, True)] for i in (False, True)]
        assert_array_equal(arrays[f"{split}.matrix"], expected)
        assert meta["parts"][split]["accuracy"] == training.metrics()[split]["accuracy"]
    assert set(meta["parts"]) == {"train", "test"}


def test_several_classes_have_a_row_each():
    training = trained("pinwheel")
    arrays, meta = measure(training, "confusion")
    matrix = arrays["train.matrix"]
    assert matrix.shape == (meta["classes"], meta["classes"])
    labels = training.data.labels("train").astype(int)
    assert_array_equal(matrix.sum(axis=1), np.bincount(labels))
    assert len(meta["parts"]["train"]["f1"]) == meta["classes"]


def test_what_cannot_be_divided_is_null():
    rows = datasets["inline"](inputs=((0.0,), (1.0,)), targets=(0.0, 2.0), task="multiclass")
    meta = measure(Training(Experiment(data=Data(rows))), "confusion").meta
    assert meta["parts"]["train"]["recall"][1] is None


def test_numbers_are_not_confused():
    with pytest.raises(ProbeUnavailable, match="classes"):
        measure(trained("plane"), "confusion")


def test_every_time_step_counts_but_padding():
    training = Training(RAGGED)
    training.advance(20)
    arrays, meta = measure(training, "confusion")
    for split in ("train", "test"):
        answers, targets = real_answers(training, split)
        expected = [[np.sum((targets == i) & ((answers > 0.5) == j)) for j in (0, 1)] for i in (0, 1)]
        assert_array_equal(arrays[f"{split}.matrix"], expected)
        assert meta["parts"][split]["accuracy"] == training.metrics()[split]["accuracy"]
