import json
from dataclasses import replace
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import checkpoint
from engine.checkpoint import CHECKED_FROM, MAGIC, START, VERSION, CheckpointError, from_bytes, to_bytes
from engine.experiment import Experiment
from engine.layers import BatchNormalization, Dense, Dropout
from engine.optimizers import optimizers
from engine.training import Training
from tests.engine.test_divergence import diverged
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


def sealed(body: bytes) -> bytes:
    """A body with a CRC that says it is whole."""
    return MAGIC + crc32(body).to_bytes(4, "little") + body


def rewritten(data: bytes, change, arrays: bytes | None = None) -> bytes:
    """The same with another header, its CRC right."""
    *_, length, _ = START.unpack_from(data)
    header = json.loads(data[START.size : START.size + length])
    change(header)
    text = json.dumps(header).encode()
    arrays = data[START.size + length :] if arrays is None else arrays
    start = START.pack(MAGIC, 0, VERSION, len(text), len(arrays))
    return sealed(start[CHECKED_FROM:] + text + arrays)


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize("steps", [0, 1, 123, 256])
def test_a_training_that_was_bytes_goes_on_bit_for_bit(name: str, steps: int):
    whole = Training(EXPERIMENTS[name])
    whole.advance(steps)
    resumed = from_bytes(to_bytes(whole))
    assert_equal(whole, resumed)
    for each in (whole, resumed):
        each.advance(150)
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


@given(noise=st.binary(max_size=200), whole=st.booleans())
def test_noise_is_refused(noise: bytes, whole: bool):
    with pytest.raises(CheckpointError):
        from_bytes(sealed(noise) if whole else noise)


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
    def forge(header: dict) -> None:
        for key in ("history", "distributions"):
            header[key] = header[key][:2]
        *path, last = choices.draw(st.sampled_from(list(places(header))))
        spot = header
        for key in path:
            spot = spot[key]
        spot[last] = choices.draw(PLAIN)

    try:
        training = from_bytes(rewritten(data, forge))
    except CheckpointError:
        return
    training.advance(2)


@pytest.mark.parametrize(
    ("field", "value"),
    [("position", 250), ("position", -1), ("step", 2**63), ("step", 0), ("epoch", 99), ("slots_since", 4)],
)
def test_an_impossible_place_is_refused(data: bytes, field: str, value: int):
    def forge(header: dict) -> None:
        header["state"] |= {"slots_since": 1, "epoch": 1, field: value}

    with pytest.raises(CheckpointError):
        from_bytes(rewritten(data, forge))


def test_an_order_that_leaves_an_example_out_is_refused(data: bytes):
    *_, header, _ = START.unpack_from(data)
    resumed = from_bytes(data)
    arrays = bytearray(data[START.size + header :])
    end = len(arrays) - 4 * len(resumed.path) * resumed.state.theta.size
    arrays[end - 8 : end] = arrays[end - 16 : end - 8]
    with pytest.raises(CheckpointError, match="order"):
        from_bytes(rewritten(data, lambda _: None, bytes(arrays)))


def test_another_version_is_named(data: bytes):
    body = (VERSION + 1).to_bytes(4, "little") + data[CHECKED_FROM + 4 :]
    with pytest.raises(CheckpointError, match=f"version {VERSION + 1}"):
        from_bytes(sealed(body))


def test_deep_nesting_is_refused():
    text = b"[" * 100_000
    with pytest.raises(CheckpointError):
        from_bytes(sealed(START.pack(MAGIC, 0, VERSION, len(text), 0)[CHECKED_FROM:] + text))


def test_the_size_is_limited(data: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checkpoint, "MAXIMUM_BYTES", 1000)
    with pytest.raises(CheckpointError, match="1,000"):
        from_bytes(data)
    with pytest.raises(CheckpointError, match="1,000"):
        to_bytes(Training(EVERYTHING))
