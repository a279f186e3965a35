"""Checkpoints: a training as bytes. Read back, it goes on bit for bit as if nothing had happened.

They come in three parts that change at different rates: the experiment, the state (place in the data, random
generators, parameters, optimizer vectors: all that a step changes) and the records of its history, which only grow. A
store keeps them apart and adds to the last; :func:`to_bytes` puts them together for a file.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.blocks import CheckpointError, little, open_block, pack_block, refuse
from engine.choices import as_plain, read_choice
from engine.divergence import Divergence
from engine.errors import ExperimentError
from engine.experiment import Experiment
from engine.records import LARGEST, Records, pack_records, unpack_records
from engine.state import SavedState
from engine.stopper import Stopper
from engine.stopping import Progress
from engine.training import Snapshot, Training
from engine.types import Array

__all__ = ["CheckpointError", "from_bytes", "pack_state", "restore", "to_bytes"]

MAGIC = b"LIVENET\0"
STATE_MAGIC = b"LIVESTA\0"
ARRAYS = ("theta", "statistics", "slots", "order")
BEST = ("theta", "statistics")


@dataclass(frozen=True)
class Place:
    """What a state keeps beside its arrays."""

    step: int
    epoch: int
    position: int
    slots_since: int
    generators: dict[str, Any]


@dataclass(frozen=True)
class StateHeader:
    """What stands before the arrays of now, of when last known finite, and of the best epoch if it is kept."""

    state: Place
    finite: Place
    divergence: Divergence | None
    progress: Progress
    best: bool
    counts: tuple[int, ...]
    """How many records of each sort belong to this state."""


@dataclass(frozen=True)
class FileHeader:
    """What stands before the state and the records in a file."""

    experiment: Experiment
    state_bytes: int


def to_bytes(training: Training) -> bytes:
    """Return all of ``training``; CheckpointError if it is larger than MAXIMUM_BYTES."""
    state, records = pack_state(training), pack_records(training.records())
    header = as_plain(FileHeader(training.experiment, len(state)))
    return pack_block(MAGIC, header, state + records)


def from_bytes(data: bytes) -> Training:
    """Return the training that ``data`` describes; CheckpointError for anything that :func:`to_bytes` did not write."""
    document, content = open_block(MAGIC, data)
    header = _read(FileHeader, document)
    if not 0 <= header.state_bytes <= len(content):
        refuse(f"a state of {header.state_bytes} bytes cannot be part of {len(content)}")
    return restore(header.experiment, content[: header.state_bytes], [content[header.state_bytes :]])


def pack_state(training: Training) -> bytes:
    """Return what a step changes, without experiment and records."""
    snapshot = training.snapshot()
    stopper, counts = snapshot.stopper, snapshot.records.counts
    places = _place(snapshot.state), _place(snapshot.finite)
    header = StateHeader(*places, snapshot.divergence, stopper.progress, stopper.best is not None, tuple(counts))
    arrays = [getattr(state, name) for state in (snapshot.state, snapshot.finite) for name in ARRAYS]
    return pack_block(
        STATE_MAGIC, as_plain(header), b"".join(little(array).tobytes() for array in (*arrays, *(stopper.best or ())))
    )


def restore(experiment: Experiment, state: bytes | memoryview, records: Iterable[bytes | memoryview]) -> Training:
    """Return the training whose state and records these are; CheckpointError for what does not belong together.

    ``records`` are what :func:`engine.records.pack_records` made of them, one piece after the other.
    """
    document, arrays = open_block(STATE_MAGIC, state)
    header = _read(StateHeader, document)
    try:
        training = Training(experiment)
    except ExperimentError as error:
        raise CheckpointError(f"The checkpoint is refused: {error}") from error
    fresh = training.state.save()
    found = sum((unpack_records(each, fresh.theta.size) for each in records), Records())
    if tuple(found.counts) != header.counts:
        refuse(f"it has {tuple(found.counts)} records of its three sorts, where its state has {header.counts}")
    reader = _Reader(arrays)
    now, finite = (_read_state(place, fresh, reader) for place in (header.state, header.finite))
    best = (reader.take(fresh.theta), reader.take(fresh.statistics)) if header.best else None
    reader.end()
    stopper = Stopper(training.experiment.stopping, header.progress, best)
    training.restore(Snapshot(training.experiment, now, finite, found, header.divergence, stopper))
    return training


class _Reader:
    """Takes one array after the other from bytes."""

    def __init__(self, data: memoryview) -> None:
        self._data, self._start = data, 0

    def take(self, like: npt.NDArray[Any]) -> Array:
        """Return the next array, which has the shape and the type of ``like``."""
        stored = little(like)
        stop = self._start + stored.nbytes
        if stop > len(self._data):
            refuse(f"its arrays have {len(self._data)} bytes, where this experiment has more")
        values = np.frombuffer(self._data[self._start : stop], stored.dtype)
        self._start = stop
        taken: Array = values.reshape(like.shape).astype(like.dtype)
        return taken

    def end(self) -> None:
        """Refuse bytes that are left over."""
        if self._start != len(self._data):
            refuse(f"its arrays have {len(self._data)} bytes, where this experiment has {self._start}")


def _read(cls: type[Any], document: Any) -> Any:
    try:
        return read_choice(cls, document)
    except ExperimentError as error:
        raise CheckpointError(f"The checkpoint is refused: {error}") from error


def _place(state: SavedState) -> Place:
    return Place(**{field.name: getattr(state, field.name) for field in fields(Place)})


def _read_state(place: Place, fresh: SavedState, reader: _Reader) -> SavedState:
    found: dict[str, Any] = {name: reader.take(getattr(fresh, name)) for name in ARRAYS}
    _check_place(place, found["order"], fresh)
    kept: dict[str, Any] = {field.name: getattr(place, field.name) for field in fields(Place)}
    return SavedState(**kept, **found)


def _check_place(place: Place, order: npt.NDArray[Any], fresh: SavedState) -> None:
    examples = len(order)
    if not np.array_equal(np.sort(order), np.arange(examples)):
        refuse("its order does not name each example once")
    if not 0 <= place.slots_since <= place.step < LARGEST or not 0 <= place.epoch <= place.step:
        refuse("its steps do not count up")
    if not 0 <= place.position < examples:
        refuse(f"its position {place.position} lies outside an epoch of {examples} examples")
    if place.generators.keys() != fresh.generators.keys():
        refuse(f"it has random generators for {', '.join(place.generators)}, not for {', '.join(fresh.generators)}")
    for name, state in place.generators.items():
        if not _is_generator(state):
            refuse(f"the random generator {name!r} is not a state of PCG64")


def _is_generator(state: Any) -> bool:
    """Return whether this is what ``PCG64().state`` may be."""
    match state:
        case {"bit_generator": "PCG64", "state": {"state": inner, "inc": step, **no}, **more} if not no:
            match more:
                case {"has_uint32": kept, "uinteger": value, **none} if not none:
                    limits = ((inner, 2**128), (step, 2**128), (kept, 2), (value, 2**32))
                    return all(type(number) is int and 0 <= number < limit for number, limit in limits) and step % 2 > 0
    return False
