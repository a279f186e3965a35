import numpy as np

from engine.training import Training
from tests.engine.probes.measuring import document, measure


def test_weights_are_the_parameters(training: Training):
    arrays = measure(training, "weights").arrays
    expected = document(training, "parameters")
    assert set(arrays) == {
        f"{layer}.{name}" for layer in ("dense_1", "dense_2", "output") for name in ("kernel", "bias")
    }
    for key, values in arrays.items():
        layer, name = key.split(".")
        np.testing.assert_array_equal(values, expected[layer][name])
        assert not np.shares_memory(values, training.state.theta)
