"""Frames: what a viewer sees of a session at one moment, as bytes.

A frame is a header of 32 bytes (little endian)

====== ======= ==================================================================
offset type    meaning
====== ======= ==================================================================
0      u32     magic number: the characters "LVN1", 1 being the format's version
4      u32     length of the directory in bytes
8      u32     sequence: counts the frames made of this session, also those for others
12     u32     version: counts the accepted changes of the session's settings
16     f64     step: updates of the weights so far
24     f64     epoch: completed passes over the training set
====== ======= ==================================================================

then a directory (a JSON object in UTF-8, padded with spaces to a multiple of 8 bytes) and the arrays that its entry
``arrays`` lists. Offsets count from the start of the frame. Every array starts at a multiple of 8, so a
browser reads it where it is, without copying.
"""

from collections.abc import Mapping
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic_core import from_json, to_json

MAGIC = int.from_bytes(b"LVN1", "little")
HEADER = Struct("<IIIIdd")
ALIGNMENT = 8
DTYPES = ("u1", "u2", "i4", "f4", "f8")
"""The array types that a frame may hold, in NumPy's short names."""
WIDER = {"b": "i4", "i": "i4", "u": "i4", "f": "f8"}
"""What arrays of any other type become, by NumPy's kind of it."""


DIRECTORY = {
    "phase": "paused, playing, diverged or finished",
    "speed": "steps per second as chosen; null for as fast as it goes",
    "steps_per_second": "as measured",
    "learning_rate": "as the schedule has it now",
    "latest": "loss and measures of each part of the examples, as the answer of a step call",
    "history_length": "how many records GET …/metrics has",
    "history_tail": "the newest of them, oldest first",
    "distribution_rows": "how many records the probe distributions has",
    "divergence": "null, or where numbers stopped being finite: step, layer, quantity, explanation, advice",
    "probes": 'for each watched probe what it says beside its arrays, or {"unavailable": why}',
    "arrays": "name (probe.array), dtype (u1, u2, i4, f4, f8), shape and offset of each array",
}
"""The entries of the directory."""


class Stamp(NamedTuple):
    """The moment of a frame."""

    sequence: int
    version: int
    step: int
    epoch: int


class Frame(NamedTuple):
    """A frame that was read."""

    stamp: Stamp
    directory: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]]
    """Views into the frame's bytes."""


def encode_frame(stamp: Stamp, directory: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Return a frame; its directory gets the entry "arrays", and numbers that are not finite become null in it."""
    blocks = {name: plain(array) for name, array in arrays.items()}
    text = directory_text(directory, blocks)
    magic = HEADER.pack(MAGIC, len(text), stamp.sequence, stamp.version, stamp.step, stamp.epoch)
    return b"".join((magic, text, *map(padded, blocks.values())))


def decode_frame(frame: bytes) -> Frame:
    """Return what a frame holds; ValueError for anything else."""
    if len(frame) < HEADER.size:
        raise ValueError(f"a frame has at least {HEADER.size} bytes, not {len(frame)}")
    magic, length, sequence, version, step, epoch = HEADER.unpack_from(frame)
    if magic != MAGIC:
        raise ValueError("this is no frame of the format LVN1")
    directory = from_json(frame[HEADER.size : HEADER.size + length])
    arrays = {entry["name"]: view(frame, entry) for entry in directory["arrays"]}
    return Frame(Stamp(sequence, version, int(step), int(epoch)), directory, arrays)


def directory_text(directory: Mapping[str, Any], blocks: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Return the directory with the list of arrays, whose offsets depend on the length of this very text."""
    sizes = [aligned(block.nbytes) for block in blocks.values()]
    length = 0
    while True:  # a longer text moves the arrays, which may lengthen their offsets by a digit
        offsets = [HEADER.size + length + sum(sizes[:number]) for number in range(len(sizes))]
        entries = [describe(name, block, offset) for (name, block), offset in zip(blocks.items(), offsets, strict=True)]
        text = to_json({**directory, "arrays": entries}, inf_nan_mode="null")
        if len(text) <= length:
            return text.ljust(length)
        length = aligned(len(text))


def describe(name: str, block: npt.NDArray[Any], offset: int) -> dict[str, Any]:
    """Return an array's entry in the directory."""
    return {"name": name, "dtype": block.dtype.str.lstrip("<|"), "shape": block.shape, "offset": offset}


def plain(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return an array of one of DTYPES, little endian, row by row."""
    name = array.dtype.str[1:]
    return np.ascontiguousarray(array, f"<{name if name in DTYPES else WIDER[array.dtype.kind]}")


def padded(block: npt.NDArray[Any]) -> bytes:
    """Return an array's bytes, filled up with zeros."""
    return block.tobytes().ljust(aligned(block.nbytes), b"\0")


def aligned(size: int) -> int:
    """Return the next multiple of ALIGNMENT."""
    return -(-size // ALIGNMENT) * ALIGNMENT


def view(frame: bytes, entry: Mapping[str, Any]) -> npt.NDArray[Any]:
    """Return an array that a directory lists, without copying it."""
    count = int(np.prod(entry["shape"], dtype=np.intp))
    values: npt.NDArray[Any] = np.frombuffer(frame, f"<{entry['dtype']}", count, entry["offset"])
    return values.reshape(entry["shape"])
