from contextlib import suppress
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from engine.activations import Tanh, activations
from engine.data import Data
from engine.datasets import datasets
from engine.errors import ExperimentError
from engine.experiment import Experiment, Output, complete
from engine.gradient_check import IncomparableError, gradient_check, verdict
from engine.layers import ActivationLayer, Dense, Dropout
from engine.losses import losses
from engine.regularizers import regularizers
from engine.training import Training

HE = Dense().initializer


def data(kind: str) -> Data:
    return Data(dataset=replace(datasets[kind](), samples=60))


def pairs():
    """Every loss after every output activation and task that it may follow."""
    for dataset, loss, activation in product(("circle", "three_gaussians", "plane"), losses, activations):
        made = Experiment(data=data(dataset), output=Output(activation=activation()), loss=loss())
        with suppress(ExperimentError):
            complete(made)
            yield pytest.param(made, id=f"{dataset}-{loss.kind}-{activation.kind}")


def check(experiment: Experiment) -> float:
    training = Training(experiment)
    training.advance(3)
    report = gradient_check(training, examples=7)
    assert sum(layer.checked for layer in report.layers) > sum(layer.skipped for layer in report.layers)
    return report.error


@pytest.mark.parametrize("activation", activations, ids=lambda made: made.kind)
def test_every_activation_inside_dense_and_as_a_layer(activation):
    layers = (Dense(units=4, activation=activation()), ActivationLayer(activation=activation()), Dense(units=3))
    assert check(Experiment(layers=layers)) < 1e-6


@pytest.mark.parametrize("experiment", list(pairs()))
def test_every_loss_after_every_output(experiment):
    assert check(experiment) < 1e-6


@pytest.mark.parametrize("regularizer", regularizers, ids=lambda made: made.kind)
def test_every_regularizer(regularizer):
    assert check(Experiment(regularizer=regularizer())) < 1e-7


def test_dropout_with_a_fixed_mask():
    layers = (Dropout(rate=0.3), Dense(units=8), Dropout(rate=0.5), Dense(units=4))
    assert check(Experiment(layers=layers)) < 1e-7


def test_no_hidden_layers():
    assert check(Experiment(layers=())) < 1e-7


def test_a_float32_training_is_checked_in_double_precision():
    assert check(Experiment(dtype="float32")) < 1e-7


def test_a_wrong_derivative_is_found_in_the_layers_below_it(monkeypatch):
    correct = Tanh.slopes

    def wrong(self, z, a, slope, workspace):
        return [*correct(self, z, a, slope, workspace), (np.multiply, (slope, workspace.scalar(1.01), slope))]

    monkeypatch.setattr(Tanh, "slopes", wrong)
    report = gradient_check(Training(Experiment()))
    assert [layer.verdict for layer in report.layers] == ["wrong", "wrong", "right"]
    assert report.verdict == "wrong"


def test_parameters_at_a_kink_are_skipped_and_not_judged():
    relu = Dense(units=4, activation=activations["relu"](), initializer=HE)
    training = Training(Experiment(layers=(relu,), data=data("circle")))
    kernel, point = training.parameters()["layers"][0]["parameters"], training.evaluation.training_part.features[:, 0]
    kernel["bias"] = (-np.transpose(kernel["kernel"]) @ point).tolist()
    training.set_parameters({"layers": [{"name": "dense_1", "parameters": kernel}]})
    first, _ = gradient_check(training, examples=3).layers
    assert first.skipped > 0
    assert first.error < 1e-6


def test_checking_changes_nothing():
    training = Training(Experiment(layers=(Dense(units=8), Dropout(rate=0.5))))
    training.advance(5)
    before = training.state.save()
    gradient_check(training)
    after = training.state.save()
    assert np.array_equal(before.theta, after.theta)
    assert before.generators == after.generators


@pytest.mark.parametrize(("error", "word"), [(1e-9, "right"), (1e-6, "close"), (1e-4, "suspicious"), (0.1, "wrong")])
def test_the_words_follow_the_thresholds(error, word):
    assert verdict(error) == word


def test_parameters_that_are_not_finite_are_named():
    training = Training(Experiment())
    training.network.parameters.views["dense_2"]["bias"][0] = np.nan
    with pytest.raises(IncomparableError, match="Parameters of dense_2 are not finite"):
        gradient_check(training)


@pytest.mark.parametrize(
    ("layers", "weight", "words"),
    [((), 1e160, "the cost is not"), ((Dense(units=2),), 1e308, "the slopes of dense_1, output are not")],
)
def test_a_cost_that_is_not_finite_has_no_slopes(layers, weight: float, words: str):
    training = Training(Experiment(data=data("plane"), layers=layers))
    training.network.parameters.views["output"]["kernel"][...] = weight
    with pytest.raises(IncomparableError, match=words):
        gradient_check(training)
