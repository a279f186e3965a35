from numpy.testing import assert_allclose

from engine.training import Training
from tests.engine.probes.measuring import measure


def test_predictions_are_those_of_all_examples_in_order(training: Training):
    outputs = measure(training, "predictions").arrays["outputs"]
    assert_allclose(outputs, training.predict(training.data.inputs), rtol=1e-6)
    assert outputs.shape == (500, 1)
