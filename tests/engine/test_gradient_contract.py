"""The gradient check of every kind of everything that shapes the cost, with each of its options."""

from dataclasses import replace

import pytest

from engine.data import Data
from engine.datasets import datasets
from engine.errors import ExperimentError
from engine.experiment import Experiment, Output, complete
from engine.gradient_check import gradient_check
from engine.initializers import initializers
from engine.layers import GRU, Dense, layers
from engine.losses import losses
from engine.regularizers import regularizers
from engine.resampling import resamplings
from engine.training import Training
from engine.weighting import class_weights
from tests.engine.variants import around, on_images, on_sequences, variants

REFUSED = {"simple_rnn-activation=softmax", "embedding-input_dim=2"}
"""Options that do not fit where :func:`around` puts the layer; test_refusals.py holds what is said of them."""
PLACES = {layer.kind: (around, on_images, on_sequences) if layer.input_rank is None else (around,) for layer in layers}
IMBALANCED = Experiment(data=Data(datasets["imbalanced"](samples=200)))
LETTERS = Experiment(
    data=Data(datasets["next_letter"](samples=40, answer="every")), layers=(GRU(units=3, return_sequences=True),)
)


def layer_cases():
    for kind in layers:
        for name, layer in variants(kind):
            for place in PLACES[kind.kind]:
                if f"{kind.kind}-{name}" not in REFUSED and "initializer" not in name:  # beginnings() has those
                    yield pytest.param(place(layer), id=f"{kind.kind}-{name}-{place.__name__}")


def fitting(loss) -> Experiment:
    """An experiment whose task and output suit a loss."""
    for dataset in ("circle", "three_gaussians", "plane"):
        for output in (Output(), Output(activation=Dense().activation)):
            made = Experiment(data=Data(datasets[dataset](samples=60)), loss=loss, output=output)
            try:
                return complete(made)
            except ExperimentError:
                continue
    raise AssertionError(f"{loss} fits nothing")


def cost_cases():
    """Everything beside the layers of which the cost is made."""
    for kind in losses:
        for name, loss in variants(kind):
            yield pytest.param(fitting(loss), id=f"{kind.kind}-{name}")
    for kind in regularizers:
        for name, regularizer in variants(kind):
            yield pytest.param(Experiment(regularizer=regularizer), id=f"{kind.kind}-{name}")
    for kind in class_weights:
        for name, weighted in (("binary", IMBALANCED), ("every step", LETTERS)):
            yield pytest.param(replace(weighted, class_weight=kind()), id=f"{kind.kind} class weights-{name}")
    for kind in resamplings:
        for name, rule in variants(kind):
            made = replace(IMBALANCED, data=replace(IMBALANCED.data, resampling=rule))
            yield pytest.param(made, id=f"{kind.kind} resampling-{name}")


def beginnings():
    for kind in initializers:
        for name, initializer in variants(kind):
            stack, output = (Dense(units=4, initializer=initializer), Dense(units=3)), Output(initializer=initializer)
            yield pytest.param(Experiment(layers=stack, output=output), id=f"{kind.kind}-{name}")


def report(experiment: Experiment):
    training = Training(experiment)
    training.advance(2)
    return gradient_check(training, examples=4, parameters_per_layer=12)


@pytest.mark.parametrize("experiment", [*layer_cases(), *cost_cases(), *beginnings()])
def test_backpropagation_is_right(experiment: Experiment):
    found = report(experiment)
    assert found.verdict == "right", found
    assert sum(layer.checked for layer in found.layers) > sum(layer.skipped for layer in found.layers)
