from dataclasses import replace

import numpy as np
import pytest

from engine import network
from engine.cost import mean_loss
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import Dense, Dropout
from engine.metrics import measure
from engine.regularizers import regularizers
from engine.splits import SplitFractions
from engine.training import Training
from engine.weighting import class_weights
from tests.engine.probes.measuring import RAGGED

EXPERIMENT = Experiment(layers=(Dense(units=5), Dropout(rate=0.5)), regularizer=regularizers["l2"](rate=0.1))


def test_blocks_do_not_show(monkeypatch):
    whole = Training(EXPERIMENT)
    monkeypatch.setattr(network, "MAXIMUM_BLOCK", 64)
    parts = Training(EXPERIMENT)
    assert parts.network.block == 64
    assert parts.metrics()["train"]["loss"] == pytest.approx(whole.metrics()["train"]["loss"], rel=1e-13)
    assert parts.metrics()["train"]["accuracy"] == whole.metrics()["train"]["accuracy"]
    ours, theirs = parts.evaluation.gradients().theta, whole.evaluation.gradients().theta
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


DENSE, SHARES = (Dense(units=5),), SplitFractions(0.5, 0.2, 0.3)
EXPERIMENTS = {
    "two classes": Experiment(layers=DENSE, data=Data(split=SHARES), class_weight=class_weights["balanced"]()),
    "several classes": Experiment(layers=DENSE, data=Data(datasets["iris"](), split=SHARES)),
    "numbers": Experiment(layers=DENSE, data=Data(datasets["sine_curve"](), split=SHARES)),
    "an answer at every time step": replace(RAGGED, data=replace(RAGGED.data, split=SHARES)),
}


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_parts_measured_together_are_as_each_alone(experiment: Experiment):
    training = Training(experiment)
    training.advance(20)
    measured = training.evaluation.measure()
    for split, part in training.evaluation.parts.items():
        logits, outputs = part.forward()
        losses = training.experiment.loss.example_losses(logits, outputs, part.answers, training.network.activation)
        alone = measure(training.data.task, outputs[:, part.counted], part.answers[:, part.counted], 0.5)
        for name, value in {"loss": mean_loss(losses, part.padding), **alone}.items():
            assert measured[split][name] == pytest.approx(value, rel=1e-12)
    assert measured["train"].get("weighted_loss") == (
        pytest.approx(training.evaluation.loss(), rel=1e-12) if experiment.class_weight.kind != "none" else None
    )


def test_the_gradient_is_that_of_the_mean_loss_plus_the_penalty():
    training = Training(EXPERIMENT)
    evaluation, theta = training.evaluation, training.state.theta
    slopes = evaluation.gradients().theta
    for index in range(0, theta.size, 3):
        costs = []
        for side in (1e-6, -2e-6):
            theta[index] += side
            costs.append(evaluation.loss() + evaluation.penalty())
        theta[index] += 1e-6
        assert (costs[0] - costs[1]) / 2e-6 == pytest.approx(slopes[index], rel=1e-6, abs=1e-9)


def test_the_gradient_has_no_dropout_in_it():
    training = Training(EXPERIMENT)
    assert np.array_equal(training.evaluation.gradients().theta, training.evaluation.gradients().theta)
    bare = Training(replace(EXPERIMENT, layers=(Dense(units=5),)))
    assert np.array_equal(training.evaluation.gradients().theta, bare.evaluation.gradients().theta)


def test_the_matrix_of_a_part_is_what_batches_are_taken_from():
    part = Training(EXPERIMENT).evaluation.training_part
    matrix = part.matrix()
    np.testing.assert_array_equal(matrix[:-2], part.features)
    np.testing.assert_array_equal(matrix[-2], np.ones(part.examples))
    np.testing.assert_array_equal(matrix[-1:], part.targets)
    assert part.weight_rows == 0


def test_weights_are_its_last_rows():
    training = Training(replace(EXPERIMENT, class_weight=class_weights["balanced"]()))
    part = training.evaluation.training_part
    assert part.weight_rows == 1
    np.testing.assert_array_equal(part.matrix()[-1:], part.weights)
