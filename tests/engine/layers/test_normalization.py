from dataclasses import replace

import numpy as np
import pytest

from engine.activations import Linear
from engine.calls import run
from engine.experiment import Experiment
from engine.gradient_check import gradient_check
from engine.layers import ActivationLayer, BatchNormalization, Dense, LayerNormalization
from engine.layers.normalization import Normalization
from engine.network import NamedLayer, Network
from engine.parameters import Parameters
from engine.training import Training

EXAMPLES = np.array([[1.0, 2.0, 3.0, 6.0], [10.0, 10.0, 10.0, 10.0]])
"""Two units, four examples; the second unit never varies."""


def passed(layer: Normalization, values: np.ndarray, training: bool, repeat: int = 1) -> tuple[np.ndarray, Parameters]:
    """What leaves the layer, and its moving averages afterwards."""
    shape = values.shape[:-1]
    network = Network((NamedLayer("one", layer, shape, shape),))
    network.initialise(0)
    builder = network.builder(values.shape[-1], generators={} if training else None)
    builder.layer = "one"
    x = builder.signal(shape)
    x.values[...] = values
    y = layer.compile(builder, x)
    for _ in range(repeat):
        run(builder.forward)
    return y.values, network.statistics


def test_batch_normalization_brings_each_unit_to_mean_0_and_variance_1_over_the_batch():
    y, _ = passed(BatchNormalization(epsilon=1e-12), EXAMPLES, training=True)
    # mean 3, variance (4 + 1 + 0 + 9) / 4 = 3.5
    np.testing.assert_allclose(y[0], (EXAMPLES[0] - 3) / np.sqrt(3.5), rtol=1e-10)
    np.testing.assert_array_equal(y[1], 0)


def test_layer_normalization_brings_each_example_to_mean_0_and_variance_1_over_its_units():
    y, _ = passed(LayerNormalization(epsilon=1e-12), EXAMPLES, training=False)
    np.testing.assert_allclose(y, [[-1, -1, -1, -1], [1, 1, 1, 1]], rtol=1e-10)


def test_moving_averages_follow_the_batches_by_keras_s_momentum():
    _, statistics = passed(BatchNormalization(momentum=0.9), EXAMPLES, training=True)
    np.testing.assert_allclose(statistics.views["one"]["moving_mean"], [0.3, 1.0])
    np.testing.assert_allclose(statistics.views["one"]["moving_variance"], [0.9 + 0.35, 0.9])


def test_predictions_use_the_moving_averages_and_leave_them_alone():
    y, statistics = passed(BatchNormalization(epsilon=1.0), EXAMPLES, training=False)
    np.testing.assert_allclose(y, EXAMPLES / np.sqrt(2))
    np.testing.assert_array_equal(statistics.theta, [0, 0, 1, 1])


def test_after_many_equal_batches_prediction_is_what_training_does():
    layer = BatchNormalization(momentum=0.5)
    trained, statistics = passed(layer, EXAMPLES, training=True, repeat=80)
    np.testing.assert_allclose(statistics.views["one"]["moving_mean"], EXAMPLES.mean(axis=1))
    np.testing.assert_allclose(statistics.views["one"]["moving_variance"], EXAMPLES.var(axis=1), atol=1e-12)
    assert trained.shape == EXAMPLES.shape


@pytest.mark.parametrize("layer", [BatchNormalization(), LayerNormalization()])
def test_images_are_normalized_channel_by_channel(layer):
    images = np.random.default_rng(1).standard_normal((4, 5, 3, 6))
    y, _ = passed(layer, images, training=True)
    axes = (0, 1, 3) if layer.kind == "batch_normalization" else (2,)
    np.testing.assert_allclose(y.mean(axis=axes), 0, atol=1e-12)
    variance = images.var(axis=axes)
    np.testing.assert_allclose(y.var(axis=axes), variance / (variance + 1e-3), rtol=1e-10)


@pytest.mark.parametrize("layer", [BatchNormalization(), LayerNormalization()])
@pytest.mark.parametrize("first", [False, True])
def test_gradients_agree_with_measured_slopes(layer, first):
    layers = (layer, Dense(units=4), layer, ActivationLayer(), Dense(units=3))
    training = Training(Experiment(layers=layers if first else layers[1:]))
    training.advance(25)
    report = gradient_check(training)
    assert report.verdict == "right", report


def test_a_bias_before_batch_normalization_is_redundant_so_it_never_moves():
    layers = (Dense(units=4, activation=Linear()), BatchNormalization())
    training = Training(Experiment(layers=layers))
    training.advance(50)
    dense, normalization, _ = (layer["parameters"] for layer in training.parameters()["layers"])
    np.testing.assert_allclose(dense["bias"], 0, atol=1e-12)
    assert np.abs(normalization["beta"]).max() > 1e-3


def test_the_moving_averages_are_part_of_copies_and_of_the_parameters():
    training = Training(Experiment(layers=(Dense(units=4), BatchNormalization())))
    training.advance(20)
    copy, before = training.snapshot(), training.parameters()
    assert before["layers"][1]["parameters"]["moving_mean"] != [0, 0, 0, 0]
    training.advance(10)
    after = training.parameters()
    training.restore(copy)
    assert training.parameters() == before
    training.advance(10)
    assert training.parameters() == after


def test_moving_averages_can_be_set_by_hand():
    training = Training(Experiment(layers=(Dense(units=2), BatchNormalization())))
    document = {"layers": [{"name": "batch_normalization_1", "parameters": {"moving_variance": [4.0, 9.0]}}]}
    training.set_parameters(document)
    assert training.parameters()["layers"][1]["parameters"]["moving_variance"] == [4, 9]


def test_moving_averages_are_kept_when_another_layer_changes():
    experiment = Experiment(layers=(Dense(units=4), BatchNormalization(), Dense(units=3)))
    training = Training(experiment)
    training.advance(20)
    before = training.parameters()["layers"][1]
    training.adopt(replace(experiment, layers=(*experiment.layers, Dense(units=2))))
    assert training.parameters()["layers"][1] == before
