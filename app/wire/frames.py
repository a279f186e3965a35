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
from functools import lru_cache
from itertools import accumulate
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
PLAIN = frozenset(np.dtype(f"<{name}") for name in DTYPES)
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
    """Return a frame; its directory gets the entry "arrays", and numbers that are not finite become null in it.

    Values of ``directory`` that are bytes are JSON already.
    """
    blocks = {name: plain(array) for name, array in arrays.items()}
    text = directory_text(directory, blocks)
    magic = HEADER.pack(MAGIC, len(text), stamp.sequence, stamp.version, stamp.step, stamp.epoch)
    padded = [part for block in blocks.values() for part in (block.data, bytes(-block.nbytes % ALIGNMENT))]
    return b"".join((magic, text, *padded))


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
    """Return the directory with the list of arrays.

    Offsets have a fixed width, so that the length of this very text, which they count from, does not depend on them.
    """
    fields = [to_json(name) + b":" + json_of(value) for name, value in directory.items()]
    heads = [describe(name, block.dtype, block.shape) for name, block in blocks.items()]
    sizes = [aligned(block.nbytes) for block in blocks.values()]

    def text(start: int) -> bytes:
        places = zip(heads, accumulate(sizes, initial=start), strict=False)
        arrays = b",".join([b"%b%9d}" % place for place in places])
        return b"{%b}" % b",".join((*fields, b'"arrays":[%b]' % arrays))

    length = aligned(len(text(0)))
    return text(HEADER.size + length).ljust(length)


def json_of(value: Any) -> bytes:
    """Return the JSON text of a value; bytes are one already."""
    return value if isinstance(value, bytes) else to_json(value, inf_nan_mode="null")


@lru_cache(4096)
def describe(name: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    """Return an array's entry in the directory up to its offset."""
    return b'{"name":%b,"dtype":"%b","shape":%b,"offset":' % (to_json(name), dtype.str[1:].encode(), to_json(shape))


def plain(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return an array of one of DTYPES, little endian, row by row."""
    if array.dtype not in PLAIN:
        name = array.dtype.str[1:]
        array = array.astype(f"<{name if name in DTYPES else WIDER[array.dtype.kind]}")
    return np.ascontiguousarray(array)


def aligned(size: int) -> int:
    """Return the next multiple of ALIGNMENT."""
    return -(-size // ALIGNMENT) * ALIGNMENT


def view(frame: bytes, entry: Mapping[str, Any]) -> npt.NDArray[Any]:
    """Return an array that a directory lists, without copying it."""
    count = int(np.prod(entry["shape"], dtype=np.intp))
    values: npt.NDArray[Any] = np.frombuffer(frame, f"<{entry['dtype']}", count, entry["offset"])
    return values.reshape(entry["shape"])
