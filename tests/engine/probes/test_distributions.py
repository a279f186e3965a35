from dataclasses import replace
from typing import get_args

import pytest
from numpy.testing import assert_array_equal

from engine.activations import activations
from engine.experiment import Experiment
from engine.layers import Dense
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


def rows_of(training: Training, layer: str) -> list[tuple[float, list[int]]]:
    """Step and counts of all rows that a layer has."""
    arrays = measure(training, "distributions").arrays
    steps, counts = arrays[f"{layer}.steps"].tolist(), arrays[f"{layer}.counts"].tolist()
    assert len(steps) == len(counts) == len(arrays[f"{layer}.range"]) == len(arrays[f"{layer}.moments"])
    return list(zip(steps, counts, strict=True))


def test_a_layer_keeps_its_rows_whatever_it_is_called():
    first, second, new = (Dense(units=units, activation=activations["relu"]()) for units in (4, 4, 3))
    training = Training(Experiment(layers=(first, second)))
    training.advance(10)
    before = {name: rows_of(training, name) for name in ("dense_1", "dense_2", "output")}
    training.adopt(replace(training.experiment, layers=(new, first, second)))
    assert rows_of(training, "dense_2") == before["dense_1"]
    assert rows_of(training, "dense_3") == before["dense_2"]
    assert rows_of(training, "output") == before["output"]
    assert measure(training, "distributions").meta["layers"] == ["dense_2", "dense_3", "output"]
    training.advance(10)
    assert [step for step, _ in rows_of(training, "dense_1")] == list(range(11, 21))
    assert [step for step, _ in rows_of(training, "dense_2")] == list(range(21))
    training.adopt(replace(training.experiment, layers=(second,)))
    assert rows_of(training, "dense_1")[: len(before["dense_2"])] in (before["dense_1"], before["dense_2"])
    assert set(training.distributions[0]["layers"]) == {"dense_1", "output"}


def test_snapshots_keep_the_names_of_their_time():
    training = Training(Experiment(layers=(Dense(units=4),)))
    training.advance(5)
    snapshot, before = training.snapshot(), rows_of(training, "dense_1")
    training.adopt(replace(training.experiment, layers=(Dense(units=9), Dense(units=4))))
    assert rows_of(training, "dense_2") == before
    training.restore(snapshot)
    assert rows_of(training, "dense_1") == before
