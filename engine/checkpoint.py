"""Checkpoints: a training as bytes. Read back, it goes on bit for bit as if nothing had happened.

======== ================================================================================================
bytes    content
======== ================================================================================================
8        ``LIVENET`` and a zero
4        CRC-32 of everything that follows
4        version of this format
8, 8     length of the header, length of the arrays
header   JSON: experiment, place in the data, random generators, history, divergence
arrays   parameters, statistics, optimizer vectors, order of the examples: now, then when last known finite;
         the path, each copy in single precision
======== ================================================================================================

All numbers are little-endian; the shapes of the arrays follow from the experiment. Nothing in it can be executed.
"""

import json
from dataclasses import dataclass, fields
from struct import Struct
from typing import Any, NoReturn
from zlib import crc32

import numpy as np
import numpy.typing as npt

from engine.choices import as_plain, read_choice
from engine.divergence import Divergence
from engine.errors import ExperimentError
from engine.experiment import Experiment
from engine.state import SavedState
from engine.training import Snapshot, Training

MAGIC = b"LIVENET\0"
VERSION = 1
MAXIMUM_BYTES = 256 * 2**20
"""Larger checkpoints are neither written nor read."""
START = Struct("<8sIIQQ")
CHECKED_FROM = 12
"""Where that begins which the CRC-32 covers."""
ARRAYS = ("theta", "statistics", "slots", "order")
LARGEST = 2**63


class CheckpointError(ValueError):
    """These bytes are no checkpoint that this version can continue; the message says why."""


@dataclass(frozen=True)
class Place:
    """What a state keeps beside its arrays."""

    step: int
    epoch: int
    position: int
    slots_since: int
    generators: dict[str, Any]


@dataclass(frozen=True)
class Header:
    """Everything but the arrays."""

    experiment: Experiment
    state: Place
    finite: Place
    history: tuple[dict[str, Any], ...]
    distributions: tuple[dict[str, Any], ...]
    divergence: Divergence | None
    path: tuple[int, ...]
    """The steps of the copies of all parameters."""


def to_bytes(training: Training) -> bytes:
    """Return the complete state of ``training``; CheckpointError if it is larger than MAXIMUM_BYTES."""
    snapshot = training.snapshot()
    places, records = (_place(snapshot.state), _place(snapshot.finite)), (snapshot.history, snapshot.distributions)
    steps = tuple(record["step"] for record in snapshot.path)
    document = as_plain(Header(snapshot.experiment, *places, *records, snapshot.divergence, steps))
    header = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
    arrays = b"".join(
        _little(getattr(state, name)).tobytes() for state in (snapshot.state, snapshot.finite) for name in ARRAYS
    )
    arrays += b"".join(_little(record["theta"]).tobytes() for record in snapshot.path)
    body = START.pack(MAGIC, 0, VERSION, len(header), len(arrays))[CHECKED_FROM:] + header + arrays
    if CHECKED_FROM + len(body) > MAXIMUM_BYTES:
        _refuse(f"it would have {CHECKED_FROM + len(body):,} bytes; at most {MAXIMUM_BYTES:,} are allowed")
    return MAGIC + crc32(body).to_bytes(4, "little") + body


def from_bytes(data: bytes) -> Training:
    """Return the training that ``data`` describes; CheckpointError for anything that :func:`to_bytes` did not write."""
    header_text, arrays = _open(data)
    try:
        header = read_choice(Header, _parse(header_text))
        training = Training(header.experiment)
    except ExperimentError as error:
        raise CheckpointError(f"The checkpoint is refused: {error}") from error
    fresh = training.state.save()
    shapes = [getattr(fresh, name) for name in ARRAYS]
    size = sum(_little(array).nbytes for array in shapes)
    expected = 2 * size + 4 * fresh.theta.size * len(header.path)
    if len(arrays) != expected:
        _refuse(f"its arrays have {len(arrays)} bytes, where this experiment has {expected}")
    state, finite = (
        _read_state(place, fresh, arrays[start : start + size])
        for place, start in ((header.state, 0), (header.finite, size))
    )
    for recorded in (header.history, header.distributions):
        _check_records(recorded)
    path = _read_path(header.path, fresh.theta.size, arrays[2 * size :])
    records = header.history, header.distributions, header.divergence, path
    training.restore(Snapshot(training.experiment, state, finite, *records))
    return training


def _open(data: bytes) -> tuple[bytes, memoryview]:
    """Return header and arrays of bytes that are whole and unchanged."""
    if len(data) > MAXIMUM_BYTES:
        _refuse(f"it has {len(data):,} bytes; at most {MAXIMUM_BYTES:,} are allowed")
    if len(data) < START.size:
        _refuse("it is too short")
    magic, check, version, header, arrays = START.unpack_from(data)
    if magic != MAGIC:
        _refuse("it does not begin as one")
    if START.size + header + arrays != len(data):
        _refuse(f"it has {len(data)} bytes and says that it has {START.size + header + arrays}")
    if crc32(memoryview(data)[CHECKED_FROM:]) != check:
        _refuse("something in it was changed")
    if version != VERSION:
        _refuse(f"it has the version {version}; this program reads {VERSION}")
    start = START.size + header
    return data[START.size : start], memoryview(data)[start:]


def _parse(text: bytes) -> Any:
    def no_number(word: str) -> NoReturn:
        _refuse(f"{word} is no number")

    try:
        return json.loads(text.decode(), parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"The checkpoint is refused: {error}") from error


def _place(state: SavedState) -> Place:
    return Place(**{field.name: getattr(state, field.name) for field in fields(Place)})


def _little(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the array as it is stored: little-endian, whole numbers in 8 bytes."""
    stored = np.dtype(np.int64) if array.dtype.kind == "i" else array.dtype
    return np.ascontiguousarray(array, stored.newbyteorder("<"))


def _read_state(place: Place, fresh: SavedState, data: memoryview) -> SavedState:
    found, start = dict[str, Any](), 0
    for name in ARRAYS:
        like = getattr(fresh, name)
        stored = _little(like)
        values = np.frombuffer(data, stored.dtype, stored.size, start)
        found[name] = values.reshape(like.shape).astype(like.dtype)
        start += stored.nbytes
    _check_place(place, found["order"], fresh)
    kept: dict[str, Any] = {field.name: getattr(place, field.name) for field in fields(Place)}
    return SavedState(**kept, **found)


def _read_path(steps: tuple[int, ...], parameters: int, data: memoryview) -> tuple[dict[str, Any], ...]:
    copies = np.frombuffer(data, np.dtype("<f4")).reshape(len(steps), parameters).astype(np.float32)
    records = tuple({"step": step, "theta": copy} for step, copy in zip(steps, copies, strict=True))
    _check_records(records)
    return records


def _check_place(place: Place, order: npt.NDArray[Any], fresh: SavedState) -> None:
    examples = len(order)
    if not np.array_equal(np.sort(order), np.arange(examples)):
        _refuse("its order does not name each example once")
    if not 0 <= place.slots_since <= place.step < LARGEST or not 0 <= place.epoch <= place.step:
        _refuse("its steps do not count up")
    if not 0 <= place.position < examples:
        _refuse(f"its position {place.position} lies outside an epoch of {examples} examples")
    if place.generators.keys() != fresh.generators.keys():
        _refuse(f"it has random generators for {', '.join(place.generators)}, not for {', '.join(fresh.generators)}")
    for name, state in place.generators.items():
        if not _is_generator(state):
            _refuse(f"the random generator {name!r} is not a state of PCG64")


def _is_generator(state: Any) -> bool:
    """Return whether this is what ``PCG64().state`` may be."""
    match state:
        case {"bit_generator": "PCG64", "state": {"state": inner, "inc": step, **no}, **more} if not no:
            match more:
                case {"has_uint32": kept, "uinteger": value, **none} if not none:
                    limits = ((inner, 2**128), (step, 2**128), (kept, 2), (value, 2**32))
                    return all(type(number) is int and 0 <= number < limit for number, limit in limits) and step % 2 > 0
    return False


def _check_records(records: tuple[dict[str, Any], ...]) -> None:
    steps = [record.get("step") for record in records]
    if not all(type(step) is int and 0 <= step < LARGEST for step in steps):
        _refuse("a record of its history has no step")


def _refuse(reason: str) -> NoReturn:
    raise CheckpointError(f"The checkpoint is refused: {reason}.")
