from dataclasses import replace

import numpy as np
from numpy.testing import assert_allclose

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.layers import layers
from engine.probes.activations import saturated
from engine.training import Training
from tests.engine.probes.measuring import IMAGES, PADDED, RELU, document, measure


def test_activations_are_those_of_the_training_examples(training: Training):
    arrays = measure(training, "activations").arrays
    parts = document(training, "parameters")["dense_1"]
    hidden = np.maximum(training.data.matrix("train").T @ parts["kernel"] + parts["bias"], 0)
    assert_allclose(arrays["dense_1.mean"], hidden.mean(axis=0))
    assert_allclose(arrays["dense_1.std"], hidden.std(axis=0))


def test_dead_units_are_counted():
    training = Training(RELU)
    training.set_parameters({"layers": [{"name": "dense_1", "parameters": {"bias": [-100.0, -100.0, 0, 0, 0, 0]}}]})
    assert measure(training, "activations").meta["layers"]["dense_1"]["dead"] == 2 / 6


def test_saturation_is_nearness_to_a_bound():
    values = np.array([[-1.0, -0.97, 0.0, 0.985, 1.0]])
    assert saturated(activations["tanh"](), values) == 3 / 5
    assert saturated(activations["sigmoid"](), np.array([0.005, 0.02, 0.98, 0.995])) == 0.5
    assert saturated(activations["relu"](), values) is None
    assert saturated(None, values) is None


def test_padded_time_steps_do_not_count():
    training = Training(PADDED)
    training.advance(5)
    arrays = measure(training, "activations").arrays
    real = [measure(training, "hidden_states", index=index).arrays["gru_1.states"] for index in range(64)]
    states = np.concatenate(real)
    assert_allclose(arrays["gru_1.mean"], states.mean(axis=0), atol=1e-6)
    assert_allclose(arrays["gru_1.std"], states.std(axis=0), rtol=1e-5)
    counted = measure(training, "histograms", quantity="activations").arrays["gru_1.counts"].sum()
    assert counted == states.size


def test_a_dead_unit_is_dead_whatever_stands_in_the_padding():
    """An embedding in which all symbols are alike, and only padding differs."""
    data = Data(datasets["reber_grammar"](samples=80, encoding="tokens"))
    training = Training(replace(PADDED, data=data, layers=(layers["embedding"](input_dim=8), layers["gru"]())))
    table = np.ones((8, 8))
    table[0] = 5
    training.set_parameters({"layers": [{"name": "embedding_1", "parameters": {"embeddings": table.tolist()}}]})
    dead = measure(training, "activations").meta["layers"]["embedding_1"]["dead"]
    arrays, meta = measure(training, "signal")
    assert dead == 1 == arrays["dead"][meta["layers"].index("embedding_1")]


def test_of_images_a_unit_is_a_channel():
    training = Training(IMAGES)
    kernel = np.zeros((3, 3, 1, 3))
    kernel[1, 1, 0, 0] = 1
    training.set_parameters({"layers": [{"name": "conv2d_1", "parameters": {"kernel": kernel.tolist()}}]})
    arrays, meta = measure(training, "activations")
    assert arrays["conv2d_1.mean"].shape == (3,)
    assert meta["layers"]["conv2d_1"]["dead"] == 2 / 3
    signal = measure(training, "signal")
    assert signal.arrays["dead"][signal.meta["layers"].index("conv2d_1")] == 2 / 3
