import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.training import Training
from tests.engine.probes.measuring import document, measure


@pytest.mark.parametrize(
    ("quantity", "sizes"),
    [
        ("weights", {"dense_1": 12, "dense_2": 18, "output": 3}),
        ("biases", {"dense_1": 6, "dense_2": 3, "output": 1}),
        ("gradients", {"dense_1": 12, "dense_2": 18, "output": 3}),
        ("activations", {"dense_1": 1500, "dropout_1": 1500, "dense_2": 750, "output": 250}),
    ],
)
def test_histograms_count_every_number_once(training: Training, quantity: str, sizes: dict[str, int]):
    arrays, meta = measure(training, "histograms", quantity=quantity)
    assert {name: arrays[f"{name}.counts"].sum() for name in meta["layers"]} == sizes
    for name in sizes:
        assert len(arrays[f"{name}.edges"]) == len(arrays[f"{name}.counts"]) + 1
        assert (np.diff(arrays[f"{name}.edges"]) >= 0).all()


def test_histograms_tell_mean_and_deviation(training: Training):
    meta = measure(training, "histograms", quantity="weights").meta
    kernel = document(training, "parameters")["dense_1"]["kernel"]
    assert_allclose(meta["layers"]["dense_1"]["mean"], kernel.mean())
    assert_allclose(meta["layers"]["dense_1"]["std"], kernel.std())
