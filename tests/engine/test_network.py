from dataclasses import replace

import numpy as np
import pytest

from engine import network as module
from engine.activations import activations
from engine.calls import run
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment, complete
from engine.layers import (
    GRU,
    LSTM,
    ActivationLayer,
    Convolution,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    MaxPooling,
    MinPooling,
)
from engine.network import NamedLayer, Network, build, generators
from engine.parameters import Parameters
from engine.training import Training

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


@pytest.mark.parametrize("tokens", [False, True])
def test_steps_of_zeros_at_the_end_are_as_if_they_were_not_there(tokens):
    rng, lengths = np.random.default_rng(1), np.array([3, 1, 5])
    first = (Embedding(input_dim=4, output_dim=2),) if tokens else ()
    layers = (*first, Dropout(), LSTM(units=3, return_sequences=True), ActivationLayer(), GRU(units=2), Dense(units=1))
    shape = (5,) if tokens else (5, 2)
    values = rng.integers(1, 4, (*shape, 3)).astype(float)
    values[2] = 0.0  # within a sequence zeros are as good as any other numbers
    values[np.arange(5)[:, None] >= lengths if tokens else (np.arange(5)[:, None] >= lengths)[:, None].repeat(2, 1)] = 0

    def outputs(values: np.ndarray, padded: bool) -> np.ndarray:
        named, now = [], values.shape[:-1]
        for number, layer in enumerate(layers):
            named.append(NamedLayer(f"layer_{number}", layer, now, layer.output_shape(now)))
            now = named[-1].output_shape
        network = Network(tuple(named), padded=padded)
        network.initialise(3)
        return network.predict(values.reshape(-1, values.shape[-1]))

    found = outputs(values, padded=True)
    for one, length in enumerate([2, 1, 5]):  # of the first, the third step is zeros too, and nothing comes after it
        alone = outputs(values[:length, ..., one : one + 1], padded=False)
        np.testing.assert_allclose(found[:, one : one + 1], alone, rtol=1e-12)
    assert not np.allclose(found, outputs(values, padded=False))


def test_an_answer_for_every_step_is_given_step_by_step(monkeypatch):
    data = Data(dataset=datasets["parity"](samples=40, length=6, answer="every"))
    training = Training(Experiment(data=data, layers=(GRU(units=3, return_sequences=True), Dense(units=2))))
    whole = training.predict(training.data.inputs)
    assert whole.shape == (40, 6, 1)
    metrics = training.metrics()
    monkeypatch.setattr(module.Network, "block", 7)
    np.testing.assert_allclose(training.predict(training.data.inputs), whole, rtol=1e-12)
    assert training.metrics()["train"] == pytest.approx(metrics["train"])
    right = (whole[..., 0] > 0.5) == training.data.targets
    assert right[training.data.indices["train"]].mean() == pytest.approx(metrics["train"]["accuracy"])


def test_states_and_gates_of_every_step_can_be_read():
    training = Training(Experiment(data=Data(dataset=datasets["parity"](samples=40)), layers=(LSTM(units=3),)))
    prediction = training.network.prediction(5)
    prediction.run()
    assert set(prediction.traces["lstm_1"]) == {
        *("states", "cells", "input_gate", "forget_gate", "candidate", "output_gate"),
    }
    np.testing.assert_array_equal(prediction.traces["lstm_1"]["states"][-1], prediction.values["lstm_1"])


def test_numbers_too_large_for_single_precision_are_copied_as_infinity():
    network = made(Experiment())
    network.parameters.theta[0] = 1e300
    twin = module.Network(network.layers, np.float32)
    with np.errstate(over="ignore"):
        twin.copy_from(network)
    assert twin.parameters.theta[0] == np.inf
    assert np.array_equal(twin.parameters.theta[1:], network.parameters.theta[1:].astype(np.float32))


def passes(layers, hurries: bool):
    """Return the outputs and all slopes of a network for a few images, and which layers have bent their sums."""
    network = build(complete(Experiment(data=Data(datasets["digits"]()), layers=layers)), (8, 8, 1), 10)
    network.initialise(3)
    slopes = Parameters(network.parameters.layout, np.float64)
    builder = network.builder(5, slopes, {})
    builder.hurries = hurries
    x = builder.signal((8, 8, 1), trained=False)
    x.values[...] = np.random.default_rng(1).normal(size=x.values.shape)
    x.values[:3] = 0.0
    walk = network.compile(builder, x)
    walk.output_gradient[...] = np.random.default_rng(2).normal(size=walk.output_gradient.shape)
    run(builder.forward + builder.backward)
    return walk.outputs, slopes.theta, list(builder.sums)


@pytest.mark.parametrize("pool", [MaxPooling(), MinPooling(pool_size=3, strides=2, padding="same")])
@pytest.mark.parametrize("kind", [kind.kind for kind in activations if kind.never_falls])
def test_what_never_falls_may_be_applied_after_pooling(kind, pool):
    layers = Convolution(filters=3, activation=activations[kind]()), pool, pool, Flatten()
    outputs, slopes, bent = passes(layers, hurries=False)
    sooner, fewer, late = passes(layers, hurries=True)
    assert (bent[0], late[0]) == ("conv2d_1", f"{pool.kind}_2")
    np.testing.assert_allclose(sooner, outputs, rtol=1e-12)
    np.testing.assert_allclose(fewer, slopes, rtol=1e-10, atol=1e-13)


def test_a_layer_of_its_own_may_wait_too_and_others_may_not():
    outputs, slopes, _ = passes(
        (ActivationLayer(), Convolution(filters=2), ActivationLayer(), MaxPooling(), Flatten()), False
    )
    sooner, fewer, late = passes(
        (ActivationLayer(), Convolution(filters=2), ActivationLayer(), MaxPooling(), Flatten()), True
    )
    assert late == ["activation_1", "conv2d_1", "max_pooling2d_1", "output"]
    np.testing.assert_array_equal(sooner, outputs)
    np.testing.assert_array_equal(fewer, slopes)
    falling = Convolution(filters=2, activation=activations["gelu"]()), MaxPooling(), Flatten()
    assert passes(falling, hurries=True)[2][0] == "conv2d_1"
