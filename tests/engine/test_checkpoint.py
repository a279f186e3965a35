from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.blocks import open_block, pack_block
from engine.checkpoint import MAGIC, STATE_MAGIC, CheckpointError, from_bytes, pack_state, restore, to_bytes
from engine.experiment import Experiment
from engine.layers import BatchNormalization, Dense, Dropout
from engine.optimizers import optimizers
from engine.records import MAGIC as RECORDS_MAGIC
from engine.records import Counts, pack_records
from engine.stopping import stoppings
from engine.training import Training
from tests.engine.test_divergence import diverged
from tests.engine.test_stopper import OVERFITTING
from tests.engine.test_training import CHANCE, assert_same

EVERYTHING = replace(
    CHANCE, layers=(Dense(units=6), BatchNormalization(), Dropout(rate=0.3), Dense(units=3), Dropout(rate=0.1))
)
EXPERIMENTS = {
    "default": Experiment(),
    "everything": EVERYTHING,
    "single": replace(EVERYTHING, dtype="float32"),
    "in order": replace(CHANCE, shuffle=False),
    **{kind: replace(EVERYTHING, optimizer=optimizers[kind]()) for kind in optimizers.kinds},
}


def assert_equal(one: Training, other: Training) -> None:
    assert one.experiment == other.experiment
    assert_same(one, other)
    assert one.divergence == other.divergence
    assert one.metrics() == other.metrics()
    np.testing.assert_array_equal(one.state.statistics, other.state.statistics)
    assert [row["step"] for row in one.path] == [row["step"] for row in other.path]
    for row, same in zip(one.path, other.path, strict=True):
        np.testing.assert_array_equal(row["theta"], same["theta"])
    assert one.state.slots_since == other.state.slots_since
    assert to_bytes(one) == to_bytes(other)


@pytest.fixture(scope="module")
def data() -> bytes:
    """A small one, in the middle of an epoch."""
    training = Training(replace(EVERYTHING, layers=(Dense(units=2), Dropout())))
    training.advance(3)
    return to_bytes(training)


class Parts:
    """The headers of a checkpoint, to be forged, and its arrays."""

    def __init__(self, data: bytes) -> None:
        self.file, content = open_block(MAGIC, data)
        length = self.file.pop("state_bytes")
        self.state, self.arrays = open_block(STATE_MAGIC, content[:length])
        self.records, self.copies = open_block(RECORDS_MAGIC, content[length:])

    @property
    def headers(self) -> dict:
        return {"file": self.file, "state": self.state, "records": self.records}

    def sealed(self) -> bytes:
        state = pack_block(STATE_MAGIC, self.state, bytes(self.arrays))
        records = pack_block(RECORDS_MAGIC, self.records, bytes(self.copies))
        return pack_block(MAGIC, {**self.file, "state_bytes": len(state)}, state + records)


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize("steps", [0, 1, 123, 256])
def test_a_training_that_was_bytes_goes_on_bit_for_bit(name: str, steps: int):
    whole = Training(EXPERIMENTS[name])
    whole.advance(steps)
    resumed = from_bytes(to_bytes(whole))
    assert_equal(whole, resumed)
    for each in (whole, resumed):
        each.advance(40)
    assert_equal(whole, resumed)


@settings(max_examples=25)
@given(cuts=st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_however_often_it_becomes_bytes(cuts: list[int]):
    whole, moved = Training(EVERYTHING), Training(EVERYTHING)
    whole.advance(sum(cuts))
    for steps in cuts:
        moved.advance(steps)
        moved = from_bytes(to_bytes(moved))
    assert_same(whole, moved)


def test_a_changed_experiment_goes_on_too():
    training = Training(EVERYTHING)
    training.advance(33)
    training.adopt(replace(EVERYTHING, batch_size=7, optimizer=optimizers["momentum"]()))
    training.advance(9)
    resumed = from_bytes(to_bytes(training))
    assert resumed.state.slots_since == 33
    for each in (training, resumed):
        each.advance(60)
    assert_equal(training, resumed)


def test_a_divergence_and_the_way_back_are_kept():
    training = diverged()
    resumed = from_bytes(to_bytes(training))
    assert resumed.divergence == training.divergence
    assert resumed.state.step == training.state.step
    assert resumed.history == training.history
    for each in (training, resumed):
        each.rewind()
        each.set_parameters(Training(each.experiment).parameters())
        each.advance(3)
    assert_equal(training, resumed)


def test_writing_changes_nothing():
    watched, alone = Training(EVERYTHING), Training(EVERYTHING)
    for _ in range(5):
        watched.advance(11)
        to_bytes(watched)
    alone.advance(55)
    assert_same(watched, alone)


def test_every_flipped_byte_is_refused(data: bytes):
    for place in range(len(data)):
        for bit in (1, 0x80):
            broken = bytearray(data)
            broken[place] ^= bit
            with pytest.raises(CheckpointError):
                from_bytes(bytes(broken))


def test_every_truncation_and_every_addition_is_refused(data: bytes):
    for length in range(len(data)):
        with pytest.raises(CheckpointError):
            from_bytes(data[:length])
    with pytest.raises(CheckpointError):
        from_bytes(data + b"\0")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(document: object, path: tuple[object, ...] = ()):
    """Every path into plain values."""
    entries = (
        document.items() if isinstance(document, dict) else enumerate(document if isinstance(document, list) else [])
    )
    for key, value in entries:
        yield (*path, key)
        yield from places(value, (*path, key))


@settings(max_examples=300)
@given(choices=st.data())
def test_a_forged_header_is_refused_or_trains(data: bytes, choices: st.DataObject):
    parts = Parts(data)
    for key in ("history", "distributions"):
        parts.records[key] = parts.records[key][:2]
    parts.state["counts"] = [2, 2, len(parts.records["path"])]
    *path, last = choices.draw(st.sampled_from([path for path in places(parts.headers) if len(path) > 1]))
    spot: Any = parts.headers
    for key in path:
        spot = spot[key]
    spot[last] = choices.draw(PLAIN)
    try:
        training = from_bytes(parts.sealed())
    except CheckpointError:
        return
    training.advance(2)


@pytest.mark.parametrize(
    ("field", "value"),
    [("position", 250), ("position", -1), ("step", 2**63), ("step", 0), ("epoch", 99), ("slots_since", 4)],
)
def test_an_impossible_place_is_refused(data: bytes, field: str, value: int):
    parts = Parts(data)
    parts.state["state"] |= {"slots_since": 1, "epoch": 1, field: value}
    with pytest.raises(CheckpointError):
        from_bytes(parts.sealed())


def test_an_order_that_leaves_an_example_out_is_refused(data: bytes):
    parts = Parts(data)
    arrays = bytearray(parts.arrays)
    arrays[-8:] = arrays[-16:-8]
    parts.arrays = memoryview(bytes(arrays))
    with pytest.raises(CheckpointError, match="order"):
        from_bytes(parts.sealed())


@pytest.mark.parametrize("more", [b"", b"12345678"])
def test_too_few_or_too_many_numbers_are_refused(data: bytes, more: bytes):
    parts = Parts(data)
    parts.arrays = memoryview(bytes(parts.arrays) + more if more else bytes(parts.arrays)[:-8])
    with pytest.raises(CheckpointError, match="arrays"):
        from_bytes(parts.sealed())


def test_a_state_needs_all_of_its_records(data: bytes):
    parts = Parts(data)
    parts.records["history"] = parts.records["history"][:-1]
    with pytest.raises(CheckpointError, match="records"):
        from_bytes(parts.sealed())


def test_records_that_came_piece_by_piece_are_the_whole():
    training, pieces, known = Training(EVERYTHING), [], Counts()
    for steps in (0, 1, 0, 40, 300):
        training.advance(steps)
        pieces.append(pack_records(training.records().after(known)))
        known = training.records().counts
    resumed = restore(training.experiment, pack_state(training), pieces)
    assert_equal(training, resumed)
    assert sum(map(len, pieces)) < 1.1 * len(pack_records(training.records()))


@pytest.mark.parametrize("epochs", [1, 14, 15, 60])
def test_what_a_stopping_rule_knows_is_kept(epochs: int):
    whole = Training(replace(OVERFITTING, stopping=stoppings["early_stopping"](patience=8)))
    whole.advance_epochs(epochs)
    resumed = from_bytes(to_bytes(whole))
    assert resumed.stopped == whole.stopped
    for each in (whole, resumed):
        each.advance_epochs(300)
        assert each.stopped
    assert_equal(whole, resumed)
