import numpy as np
from numpy.testing import assert_allclose

from engine.probes.passes import both_ways
from engine.training import Training
from tests.engine.probes.measuring import IMAGES, PADDED, RELU


def test_activations_are_those_of_a_prediction():
    training = Training(RELU)
    training.advance(5)
    found = both_ways(training, 20)
    prediction = training.network.prediction(20)
    prediction.inputs[...] = training.evaluation.training_part.features[:, :20]
    prediction.run()
    for name, values in prediction.values.items():
        assert_allclose(found.values[name], values)
    assert found.real is None
    assert found.traces == {}


def test_the_gradient_of_the_output_is_the_error_of_each_example():
    """Softmax with cross-entropy: ∂ℓ/∂z = ŷ − y."""
    training = Training(IMAGES)
    part = training.evaluation.training_part
    found = both_ways(training)
    assert_allclose(found.gradients["output"], found.values["output"] - part.targets, atol=1e-12)
    assert found.gradients["conv2d_1"].shape == found.values["conv2d_1"].shape == (6, 6, 3, part.examples)


def test_padding_is_known():
    training = Training(PADDED)
    found = both_ways(training, 30)
    assert found.real is not None
    inputs = training.evaluation.training_part.features[:, :30].reshape(24, 7, 30)
    assert np.array_equal(found.real, inputs.any(axis=1))
    assert set(found.traces) == {"gru_1", "lstm_1"}


def test_more_examples_than_there_are_means_all():
    training = Training(PADDED)
    assert both_ways(training, 10_000).values["output"].shape[-1] == training.evaluation.training_part.examples
