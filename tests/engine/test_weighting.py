from dataclasses import replace

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from engine.data import Data
from engine.datasets import datasets
from engine.errors import ExperimentError
from engine.experiment import Experiment, complete
from engine.gradient_check import gradient_check
from engine.layers import GRU, Dense
from engine.training import Training
from engine.weighting import class_weights, example_weights

BALANCED = class_weights["balanced"]()
ROWS = np.random.default_rng(1).normal(size=(8, 2))
TARGETS = (0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0)


def inline(times: list[int], weights: tuple[float, ...] | None = None) -> Experiment:
    """Each of the rows so many times."""
    places = np.repeat(np.arange(8), times)
    rows, targets = tuple(map(tuple, ROWS[places])), tuple(np.array(TARGETS)[places])
    return Experiment(data=Data(datasets["inline"](rows, targets, "binary", weights)), batch_size=1000)


def test_balanced_weights_are_those_of_scikit_learn():
    labels = np.array([0, 2, 2, 1, 2, 2, 0, 2, 2, 2])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=labels)
    np.testing.assert_allclose(BALANCED.of_classes(np.bincount(labels)), expected, rtol=1e-15)
    found = example_weights(BALANCED, labels, 3, None)
    assert found.mean() == pytest.approx(1)
    assert [found[labels == each].sum() for each in range(3)] == pytest.approx([10 / 3] * 3)


def test_a_class_without_examples_has_no_say():
    np.testing.assert_array_equal(BALANCED.of_classes(np.array([4, 0, 4])), [1, 4, 1])


def test_steps_that_are_padding_are_not_counted():
    labels, mask = np.array([[1.0, 0, 0], [1, 1, 0]]), np.array([[1.0, 1], [1, 1], [0, 1]])
    expected = {0: 5 / (2 * 2), 1: 5 / (2 * 3)}
    found = example_weights(BALANCED, labels, 2, None, mask)
    np.testing.assert_allclose(found, np.vectorize(expected.get)(labels))


def test_without_a_reason_nothing_is_weighed():
    assert example_weights(class_weights["none"](), np.array([0.0, 1]), 2, None) is None
    np.testing.assert_array_equal(example_weights(BALANCED, np.zeros(2), None, np.array([3.0, 1])), [3, 1])


def test_an_example_of_weight_two_counts_as_if_it_were_there_twice():
    times = [1, 2, 3, 1, 0, 2, 1, 2]
    weighted = Training(inline([1] * 8, tuple(map(float, times))))
    repeated = Training(inline(times))
    for _ in range(3):
        gradient = [training.evaluation.gradients().theta * training.evaluation.training_part.examples
                    for training in (weighted, repeated)]  # fmt: skip
        np.testing.assert_allclose(*gradient, rtol=1e-12)
        loss = [training.evaluation.loss() * training.evaluation.training_part.examples
                for training in (weighted, repeated)]  # fmt: skip
        assert loss[0] == pytest.approx(loss[1], rel=1e-12)
        weighted.advance(5)
        repeated.set_parameters(weighted.parameters())


def test_training_follows_the_weighted_gradient():
    training = Training(replace(inline([1] * 8, (1.0, 5.0, 0.0, 2.0, 1.0, 1.0, 0.5, 3.0)), shuffle=False))
    before, gradient = training.state.theta.copy(), training.evaluation.gradients().theta
    training.advance(1)
    np.testing.assert_allclose(training.state.theta, before - 0.03 * gradient, rtol=1e-12)


def test_the_loss_counts_all_alike_and_the_weighted_loss_does_not():
    experiment = inline([1] * 8, (2.0,) * 8)
    metrics = Training(experiment).metrics()["train"]
    assert metrics["weighted_loss"] == pytest.approx(2 * metrics["loss"])
    assert "weighted_loss" not in Training(inline([1] * 8)).metrics()["train"]


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(data=Data(datasets["imbalanced"]()), class_weight=BALANCED),
        Experiment(data=Data(datasets["iris"]()), class_weight=class_weights["manual"]((1.0, 2.0, 0.5))),
        Experiment(
            data=Data(datasets["next_letter"](samples=40, answer="every")),
            layers=(GRU(units=3, return_sequences=True),),
            class_weight=BALANCED,
        ),
    ],
    ids=["binary", "multiclass", "every step"],
)
def test_the_gradient_of_the_weighted_cost_is_right(experiment: Experiment):
    assert gradient_check(Training(experiment), parameters_per_layer=40).error < 1e-7


def test_balanced_weights_find_more_of_the_rare_class():
    def recall(experiment: Experiment) -> float:
        training = Training(experiment)
        training.advance_epochs(30)
        part = training.evaluation.training_part
        rare = part.answers[0] == 1
        return float((part.forward()[1][0][rare] > 0.5).mean())

    plain = Experiment(data=Data(datasets["imbalanced"]()), layers=(Dense(units=2),))
    assert recall(replace(plain, class_weight=BALANCED)) > recall(plain)


@pytest.mark.parametrize(
    ("kind", "weights", "message"),
    [
        ("circle", (1.0, 2.0, 3.0), "there must be 2"),
        ("iris", (1.0, 2.0), "there must be 3"),
        ("circle", (1.0, 0.0), r"class_weight\.weights\.1"),
        ("circle", (-1.0, 1.0), r"class_weight\.weights\.0"),
        ("plane", (1.0, 1.0), "numbers to be predicted"),
    ],
)
def test_weights_that_do_not_suit_the_data_are_refused(kind: str, weights: tuple[float, ...], message: str):
    experiment = Experiment(data=Data(datasets[kind]()), class_weight=class_weights["manual"](weights))
    with pytest.raises(ExperimentError, match=message):
        complete(experiment)


@pytest.mark.parametrize(("weights", "message"), [((1.0,), "each row needs one"), ((1.0,) * 7 + (-1.0,), "weights.7")])
def test_weights_of_examples_that_make_no_sense_are_refused(weights: tuple[float, ...], message: str):
    with pytest.raises(ExperimentError, match=message):
        complete(inline([1] * 8, weights))


@pytest.mark.parametrize(("kind", "count"), [("circle", 2), ("iris", 3)])
def test_own_weights_that_are_left_out_are_one_for_each_class(kind: str, count: int):
    made = complete(Experiment(data=Data(datasets[kind]()), class_weight=class_weights["manual"]()))
    assert made.class_weight == class_weights["manual"]((1.0,) * count)
    assert complete(made) == made
