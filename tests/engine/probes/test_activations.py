import numpy as np
from numpy.testing import assert_allclose

from engine.activations import activations
from engine.probes.activations import saturated
from engine.training import Training
from tests.engine.probes.measuring import RELU, document, measure


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
