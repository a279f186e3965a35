import numpy as np
import pytest

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment, Output
from engine.layers import ActivationLayer, BatchNormalization, Dense, Dropout, layers
from engine.losses import losses
from engine.standstill import standstill
from engine.training import Training

STEP = activations["step"]()
STEPS = ActivationLayer(activation=STEP)
PARITY = Data(datasets["parity"]())


def still(training: Training) -> list[str]:
    """The layers whose weights no training example would move."""
    gradients = training.evaluation.gradients()
    return [layer for layer in gradients.views if not np.any(gradients.of(layer))]


@pytest.mark.parametrize(
    ("experiment", "held"),
    [
        (Experiment(), []),
        (Experiment(layers=(Dense(units=3, activation=STEP),)), ["dense_1"]),
        (
            Experiment(layers=(Dense(units=3), BatchNormalization(), STEPS, Dropout())),
            ["dense_1", "batch_normalization_1"],
        ),
        (Experiment(layers=(Dense(units=3), Dense(units=3, activation=STEP), Dense(units=2))), ["dense_1", "dense_2"]),
        (Experiment(layers=(STEPS, Dense(units=2))), []),
        (Experiment(data=PARITY, layers=(layers["simple_rnn"](units=3, activation=STEP),)), ["simple_rnn_1"]),
    ],
    ids=["all learn", "dense", "a layer of its own", "two", "before any weights", "recurrent"],
)
def test_those_that_get_no_gradient_are_named(experiment: Experiment, held: list[str]):
    training = Training(experiment)
    said = standstill(training.network.layers)
    assert still(training) == held
    assert (said is None) == (not held)
    for layer in training.network.parameters.views if said else ():
        cannot, can = said.split("only")
        assert layer in (cannot if layer in held else can)


def test_a_step_at_the_output_holds_everything():
    made = Experiment(layers=(Dense(units=2),), output=Output(activation=STEP), loss=losses["squared_error"]())
    training = Training(made)
    assert still(training) == ["dense_1", "output"]
    assert "dense_1 and output cannot learn, nothing else could" in standstill(training.network.layers)


def test_it_trains_nevertheless_and_what_can_learn_does():
    training = Training(Experiment(layers=(Dense(units=6, activation=STEP),)))
    before = training.parameters()["layers"]
    loss = training.metrics()["train"]["loss"]
    training.advance(300)
    after = training.parameters()["layers"]
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert training.metrics()["train"]["loss"] < loss
