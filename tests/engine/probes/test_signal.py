from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.activations import activations
from engine.experiment import Experiment, Output
from engine.gradient_check import Cost
from engine.initializers import initializers
from engine.layers import ActivationLayer, BatchNormalization, Dense, Dropout, LayerNormalization
from engine.probes.passes import both_ways
from engine.training import Training
from tests.engine.probes.measuring import RELU, measure

TANH = Dense(units=4)


@pytest.mark.parametrize(
    "layers",
    [
        (TANH, TANH, TANH),
        (TANH, BatchNormalization(), ActivationLayer(activations["sigmoid"]()), Dropout(), TANH),
        (Dense(units=3, activation=activations["silu"]()), LayerNormalization(), TANH),
    ],
)
def test_the_gradient_of_a_bias_is_the_mean_of_what_arrives_times_the_slope(layers):
    """Each ∂L/∂b = mean of ∂ℓ/∂a · g'(z), which the parameters' gradients know without this probe."""
    training = Training(Experiment(layers=layers))
    training.advance(30)
    values, gradients, *_ = both_ways(training)
    expected = training.evaluation.gradients().views
    for layer in training.network.layers[:-1]:
        arrived, answers = gradients[layer.name], values[layer.name]
        if layer.layer.kind == "dense" and layer.activation.kind == "tanh":
            assert_allclose((arrived * (1 - answers**2)).mean(axis=1), expected[layer.name]["bias"], atol=1e-14)
        if layer.layer.kind.endswith("normalization"):
            assert_allclose(arrived.mean(axis=1), expected[layer.name]["beta"], atol=1e-14)
    assert_allclose(gradients["output"].mean(axis=1), expected["output"]["bias"], atol=1e-14)


def test_what_arrives_is_a_slope_of_the_loss():
    """Moving what dense_2 gets, its inputs being the activations of dense_1, by moving dense_1's linear bias."""
    training = Training(Experiment(layers=(replace(TANH, activation=activations["linear"]()), TANH)))
    cost = Cost(training, 250)
    gradients = both_ways(training).gradients
    bias = cost.parameters.views["dense_1"]["bias"]
    for unit in range(4):
        losses = []
        for sign in (1, -1):
            bias[unit] += sign * 1e-6
            losses.append(cost.compute()[0])
            bias[unit] -= sign * 1e-6
        assert_allclose((losses[0] - losses[1]) / 2e-6, gradients["dense_1"][unit].mean(), rtol=1e-6, atol=1e-9)


def test_means_and_spreads_stand_in_the_order_of_the_layers(training: Training):
    arrays, meta = measure(training, "signal")
    activations_of = measure(training, "activations")
    assert meta["layers"] == [layer.name for layer in training.network.layers]
    for number, name in enumerate(meta["layers"]):
        expected = activations_of.meta["layers"][name]
        assert_allclose(arrays["activation_std"][number], expected["std"])
        assert_allclose(arrays["activation_mean"][number], expected["mean"])
        assert arrays["dead"][number] == expected["dead"]
    assert np.isnan(arrays["saturated"][0])  # ReLU has one bound only


@pytest.mark.parametrize("gain", [0.5, 1.5])
def test_linear_layers_multiply_the_signal(gain: float):
    """0.5^L and 1.5^L, forwards and backwards: one unit a layer, every weight the same."""
    weight = initializers["constant"](value=gain)
    linear = Dense(units=1, activation=activations["linear"](), initializer=weight)
    training = Training(Experiment(layers=(linear,) * 12, output=Output(initializer=weight)))
    arrays = measure(training, "signal").arrays
    assert_allclose(arrays["activation_std"][1:12] / arrays["activation_std"][0], gain ** np.arange(1, 12))
    assert_allclose(arrays["gradient_std"][:12] / arrays["gradient_std"][12], gain ** np.arange(12.0, 0, -1))


def test_below_the_first_weights_no_gradient_is_needed():
    training = Training(replace(RELU, layers=(Dropout(rate=0.1), *RELU.layers)))
    arrays, meta = measure(training, "signal")
    assert meta["layers"][0] == "dropout_1"
    assert np.isnan(arrays["gradient_std"][0])
    assert np.isfinite(arrays["gradient_std"][1:]).all()
