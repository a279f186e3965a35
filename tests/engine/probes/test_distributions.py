from typing import get_args

import pytest
from numpy.testing import assert_array_equal

from engine.probes.probe import Quantity
from engine.training import Training
from tests.engine.probes.measuring import measure


@pytest.mark.parametrize("quantity", get_args(Quantity))
def test_histograms_over_time_have_a_row_for_each_record(training: Training, quantity: str):
    arrays, meta = measure(training, "distributions", quantity=quantity)
    assert_array_equal(arrays["steps"], [row["step"] for row in training.distributions])
    assert arrays["steps"][0] == 0
    assert meta["layers"][0] == "dense_1"
    for name in meta["layers"]:
        assert arrays[f"{name}.counts"].shape == (len(arrays["steps"]), 40)
        assert (arrays[f"{name}.range"][:, 0] <= arrays[f"{name}.range"][:, 1]).all()
        assert len(set(arrays[f"{name}.counts"].sum(axis=1))) == 1
