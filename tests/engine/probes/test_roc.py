import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment, Output
from engine.probes import ProbeUnavailable
from engine.probes.roc import roc_curve
from engine.training import Training
from tests.engine.probes.measuring import RAGGED, measure, real_answers, trained


def share_of_pairs_in_order(scores: np.ndarray, positive: np.ndarray) -> float:
    """The area as a rank statistic, pair by pair."""
    differences = scores[positive][:, None] - scores[~positive][None, :]
    return float(np.mean((differences > 0) + 0.5 * (differences == 0)))


@given(
    scores=st.lists(st.integers(-3, 3), min_size=2, max_size=40),
    classes=st.lists(st.booleans(), min_size=38, max_size=38),
)
def test_the_curve_counts_what_lies_above_each_threshold(scores: list[int], classes: list[bool]):
    values, positive = np.array(scores, float), np.array([True, False, *classes])[: len(scores)]
    false_rate, true_rate, thresholds = roc_curve(values, positive)
    for x, y, threshold in zip(false_rate, true_rate, thresholds, strict=True):
        assert x == np.mean(values[~positive] >= threshold)
        assert y == np.mean(values[positive] >= threshold)
    assert (false_rate[0], true_rate[0], false_rate[-1], true_rate[-1]) == (0, 0, 1, 1)
    assert_allclose(np.trapezoid(true_rate, false_rate), share_of_pairs_in_order(values, positive))


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("split", ["train", "test"])
def test_the_area_is_that_of_scikit_learn(activation: str, split: str):
    judge = pytest.importorskip("sklearn.metrics")
    training = trained(output=Output(activations[activation]()))
    arrays, meta = measure(training, "roc", split=split)
    rows = training.data.indices[split]
    scores, truth = training.predict(training.data.inputs[rows])[:, 0], training.data.targets[rows] > 0
    assert_allclose(meta["area"], judge.roc_auc_score(truth, scores))
    assert_allclose(meta["area"], share_of_pairs_in_order(scores, truth))
    false_rate, true_rate, _ = judge.roc_curve(truth, scores)
    assert_allclose(np.interp(false_rate, arrays["false_positives"], arrays["true_positives"]).max(), true_rate.max())


def test_without_two_classes_there_is_no_curve():
    with pytest.raises(ProbeUnavailable, match="two classes"):
        measure(trained("pinwheel"), "roc")
    with pytest.raises(ProbeUnavailable, match="no validation examples"):
        measure(trained(), "roc", split="validation")
    rows = datasets["inline"](inputs=((0.0,), (1.0,)), targets=(1.0, 1.0))
    with pytest.raises(ProbeUnavailable, match="one class"):
        measure(Training(Experiment(data=Data(rows))), "roc")


def test_every_time_step_counts_but_padding():
    training = Training(RAGGED)
    training.advance(20)
    scores, truth = real_answers(training, "train")
    assert_allclose(measure(training, "roc").meta["area"], share_of_pairs_in_order(scores, truth > 0))
