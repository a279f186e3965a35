from dataclasses import replace

import numpy as np
import pytest

from engine import network as module
from engine.experiment import Experiment, complete
from engine.layers import ActivationLayer, Dense, Dropout
from engine.network import build, generators

MIXED = (Dense(units=4), Dropout(), Dense(units=3), ActivationLayer(), Dropout())


def made(experiment: Experiment, seed: int = 7) -> module.Network:
    network = build(complete(experiment), (2,), 1)
    network.initialise(seed)
    return network


def test_layers_are_named_as_keras_does():
    network = made(Experiment(layers=MIXED))
    names = ["dense_1", "dropout_1", "dense_2", "activation_1", "dropout_2", "output"]
    assert [layer.name for layer in network.layers] == names
    assert [layer.output_shape for layer in network.layers] == [(4,), (4,), (3,), (3,), (3,), (1,)]
    assert list(network.parameters.views) == ["dense_1", "dense_2", "output"]
    assert set(generators(network, 7)) == {"dropout_1", "dropout_2"}


def test_a_layer_draws_the_same_whatever_stands_around_it():
    one, other = made(Experiment()), made(Experiment(layers=(Dense(units=4), Dense(units=7), Dense(units=5))))
    views = one.parameters.views, other.parameters.views
    assert np.array_equal(views[0]["dense_1"]["kernel"], views[1]["dense_1"]["kernel"])
    assert not np.array_equal(
        views[0]["dense_1"]["kernel"], made(Experiment(), seed=8).parameters.views["dense_1"]["kernel"]
    )


def test_values_are_those_of_each_layer():
    network = made(Experiment(layers=MIXED))
    features = np.random.default_rng(0).normal(size=(2, 9))
    prediction = network.prediction(9)
    prediction.inputs[...] = features
    prediction.run()
    views = network.parameters.views
    first = np.tanh(views["dense_1"]["kernel"].T @ features)
    second = np.tanh(views["dense_2"]["kernel"].T @ first)
    logits = views["output"]["kernel"].T @ np.maximum(second, 0)
    expected = [first, first, second, np.maximum(second, 0), np.maximum(second, 0), 1 / (1 + np.exp(-logits))]
    assert list(prediction.values) == [layer.name for layer in network.layers]
    for values, truth in zip(prediction.values.values(), expected, strict=True):
        np.testing.assert_allclose(values, truth, rtol=1e-12)
    np.testing.assert_allclose(prediction.logits, logits, rtol=1e-12)
    assert prediction.outputs is prediction.values["output"]


def test_the_same_number_of_examples_is_the_same_plan():
    network = made(Experiment())
    assert network.prediction(5) is network.prediction(5)
    assert network.prediction(5) is not network.prediction(6)


@pytest.mark.parametrize("examples", [0, 1, 99, 100, 101, 250])
def test_blocks_do_not_show(examples, monkeypatch):
    network = made(Experiment())
    features = np.random.default_rng(0).normal(size=(2, examples))
    whole = network.predict(features)
    monkeypatch.setattr(module, "MAXIMUM_BLOCK", 100)
    assert network.block == 100
    np.testing.assert_allclose(network.predict(features), whole, rtol=1e-13)
    assert whole.shape == (1, examples)


def test_wide_networks_are_predicted_in_smaller_blocks():
    assert made(Experiment(layers=(Dense(units=256),) * 8)).block < module.MAXIMUM_BLOCK


def test_overflow_is_not_a_warning():
    network = made(replace(Experiment(), layers=()))
    network.parameters.theta[...] = 1e308
    assert network.predict(np.full((2, 3), 1e10)).shape == (1, 3)
