"""Blocks: a header and arrays as bytes of which every change is noticed.

======== ===============================================
bytes    content
======== ===============================================
8        magic number: seven letters and a zero
4        CRC-32 of everything that follows
4        version of this format
8, 8     length of the header, length of the arrays
header   JSON
arrays   numbers, little-endian, one after another
======== ===============================================

Nothing in it can be executed.
"""

import json
from struct import Struct
from typing import Any, NoReturn
from zlib import crc32

import numpy as np
import numpy.typing as npt

VERSION = 1
MAXIMUM_BYTES = 256 * 2**20
"""Larger blocks are neither written nor read."""
START = Struct("<8sIIQQ")
CHECKED_FROM = 12
"""Where that begins which the CRC-32 covers."""


class CheckpointError(ValueError):
    """These bytes are no checkpoint that this version can continue; the message says why."""


def pack_block(magic: bytes, header: Any, arrays: bytes) -> bytes:
    """Return a block; CheckpointError if it is larger than MAXIMUM_BYTES."""
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    body = START.pack(magic, 0, VERSION, len(text), len(arrays))[CHECKED_FROM:] + text + arrays
    if CHECKED_FROM + len(body) > MAXIMUM_BYTES:
        refuse(f"it would have {CHECKED_FROM + len(body):,} bytes; at most {MAXIMUM_BYTES:,} are allowed")
    return magic + crc32(body).to_bytes(4, "little") + body


def open_block(magic: bytes, data: bytes | memoryview) -> tuple[Any, memoryview]:
    """Return header and arrays of a block that is whole and unchanged; CheckpointError for anything else."""
    if len(data) > MAXIMUM_BYTES:
        refuse(f"it has {len(data):,} bytes; at most {MAXIMUM_BYTES:,} are allowed")
    if len(data) < START.size:
        refuse("it is too short")
    found, check, version, header, arrays = START.unpack_from(data)
    if found != magic:
        refuse("it does not begin as one")
    if START.size + header + arrays != len(data):
        refuse(f"it has {len(data)} bytes and says that it has {START.size + header + arrays}")
    if crc32(memoryview(data)[CHECKED_FROM:]) != check:
        refuse("something in it was changed")
    if version != VERSION:
        refuse(f"it has the version {version}; this program reads {VERSION}")
    start = START.size + header
    return parse(bytes(data[START.size : start])), memoryview(data)[start:]


def seal(magic: bytes, content: bytes) -> bytes:
    """Return bytes of any sort as a block."""
    return pack_block(magic, None, content)


def unseal(magic: bytes, data: bytes | memoryview) -> bytes:
    """Return what :func:`seal` was given; CheckpointError if anything was changed."""
    return bytes(open_block(magic, data)[1])


def parse(text: bytes) -> Any:
    """Return what a strict JSON text says; CheckpointError for anything else."""

    def no_number(word: str) -> NoReturn:
        refuse(f"{word} is no number")

    try:
        return json.loads(text.decode(), parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"The checkpoint is refused: {error}") from error


def little(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the array as it is stored: little-endian, whole numbers in 8 bytes."""
    stored = np.dtype(np.int64) if array.dtype.kind == "i" else array.dtype
    return np.ascontiguousarray(array, stored.newbyteorder("<"))


def refuse(reason: str) -> NoReturn:
    """Raise CheckpointError."""
    raise CheckpointError(f"The checkpoint is refused: {reason}.")
