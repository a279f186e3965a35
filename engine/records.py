"""Records: what a training has written down, and how the newest of it becomes bytes, so that a store need only add."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from engine.blocks import CheckpointError, little, open_block, pack_block, refuse
from engine.choices import read_choice
from engine.errors import ExperimentError

MAGIC = b"LIVEREC\0"
LARGEST = 2**63


class Counts(NamedTuple):
    """How many records there are of each sort."""

    history: int = 0
    distributions: int = 0
    path: int = 0


@dataclass(frozen=True)
class Records:
    """Records of a training, oldest first."""

    history: tuple[dict[str, Any], ...] = ()
    """What :meth:`Training.metrics` answered."""
    distributions: tuple[dict[str, Any], ...] = ()
    path: tuple[dict[str, Any], ...] = ()
    """{"step", "theta"}."""

    @property
    def counts(self) -> Counts:
        """How many there are."""
        return Counts(len(self.history), len(self.distributions), len(self.path))

    def after(self, counts: Counts) -> "Records":
        """Return those that are newer than the first ``counts``."""
        return Records(
            self.history[counts.history :], self.distributions[counts.distributions :], self.path[counts.path :]
        )

    def __add__(self, newer: "Records") -> "Records":
        """Return both, the newer ones last."""
        return Records(self.history + newer.history, self.distributions + newer.distributions, self.path + newer.path)


@dataclass(frozen=True)
class Header:
    """What stands before the copies of all parameters."""

    history: tuple[dict[str, Any], ...]
    distributions: tuple[dict[str, Any], ...]
    path: tuple[int, ...]
    """The steps of the copies."""


def pack_records(records: Records) -> bytes:
    """Return records as a block; the copies of all parameters in single precision."""
    steps = [record["step"] for record in records.path]
    header = {"history": records.history, "distributions": records.distributions, "path": steps}
    return pack_block(MAGIC, header, b"".join(little(record["theta"]).tobytes() for record in records.path))


def unpack_records(data: bytes | memoryview, parameters: int) -> Records:
    """Return the records of a training with so many parameters; CheckpointError for what was not written by us."""
    document, arrays = open_block(MAGIC, data)
    try:
        header = read_choice(Header, document)
    except ExperimentError as error:
        raise CheckpointError(f"The checkpoint is refused: {error}") from error
    if len(arrays) != 4 * parameters * len(header.path):
        refuse(f"it has {len(arrays)} bytes for {len(header.path)} copies of {parameters} parameters")
    copies = np.frombuffer(arrays, np.dtype("<f4")).reshape(len(header.path), parameters).astype(np.float32)
    path = tuple({"step": step, "theta": copy} for step, copy in zip(header.path, copies, strict=True))
    for recorded in (header.history, header.distributions, path):
        _check(recorded)
    return Records(header.history, header.distributions, path)


def _check(records: tuple[dict[str, Any], ...]) -> None:
    steps = [record.get("step") for record in records]
    if not all(type(step) is int and 0 <= step < LARGEST for step in steps):
        refuse("a record of its history has no step")
