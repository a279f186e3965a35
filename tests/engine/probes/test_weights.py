import numpy as np
from numpy.testing import assert_allclose

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
        assert_allclose(values, expected[layer][name], rtol=1e-6)
        assert values.dtype == np.float32
