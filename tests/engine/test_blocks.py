from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import blocks
from engine.blocks import CHECKED_FROM, START, VERSION, CheckpointError, little, open_block, pack_block, seal, unseal

MAGIC = b"LIVETST\0"
BLOCK = pack_block(MAGIC, {"a": [1, 2.5, None]}, b"12345678")


def sealed(body: bytes) -> bytes:
    """A body with a CRC that says it is whole."""
    return MAGIC + crc32(body).to_bytes(4, "little") + body


@given(header=st.dictionaries(st.text(), st.integers() | st.text()), arrays=st.binary())
def test_a_block_comes_back_as_it_was(header: dict, arrays: bytes):
    found, content = open_block(MAGIC, pack_block(MAGIC, header, arrays))
    assert (found, bytes(content)) == (header, arrays)


def test_every_flipped_bit_is_refused():
    for place in range(8 * len(BLOCK)):
        broken = bytearray(BLOCK)
        broken[place // 8] ^= 1 << place % 8
        with pytest.raises(CheckpointError):
            open_block(MAGIC, bytes(broken))


def test_every_truncation_and_every_addition_is_refused():
    for length in range(len(BLOCK)):
        with pytest.raises(CheckpointError):
            open_block(MAGIC, BLOCK[:length])
    with pytest.raises(CheckpointError):
        open_block(MAGIC, BLOCK + b"\0")


@given(noise=st.binary(max_size=200), whole=st.booleans())
def test_noise_is_refused(noise: bytes, whole: bool):
    with pytest.raises(CheckpointError):
        open_block(MAGIC, sealed(noise) if whole else noise)


def test_another_version_and_another_magic_are_named():
    body = (VERSION + 1).to_bytes(4, "little") + BLOCK[CHECKED_FROM + 4 :]
    with pytest.raises(CheckpointError, match=f"version {VERSION + 1}"):
        open_block(MAGIC, sealed(body))
    with pytest.raises(CheckpointError, match="begin"):
        open_block(b"LIVENOT\0", BLOCK)


@pytest.mark.parametrize("text", [b"[" * 100_000, b"NaN", b"{", b"\xff"])
def test_what_is_no_strict_json_is_refused(text: bytes):
    with pytest.raises(CheckpointError):
        open_block(MAGIC, sealed(START.pack(MAGIC, 0, VERSION, len(text), 0)[CHECKED_FROM:] + text))


def test_the_size_is_limited(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(blocks, "MAXIMUM_BYTES", 50)
    with pytest.raises(CheckpointError, match="50"):
        open_block(MAGIC, BLOCK)
    with pytest.raises(CheckpointError, match="50"):
        pack_block(MAGIC, {}, bytes(50))


@pytest.mark.parametrize("dtype", [">f8", "<f4", "i4", "i8"])
def test_numbers_are_stored_little_endian(dtype: str):
    array = np.array([1, 2, 3], dtype)
    assert little(array).tobytes() == array.astype("<i8" if "i" in dtype else f"<{dtype[-2:]}").tobytes()


@given(content=st.binary(), place=st.integers(0))
def test_what_is_sealed_comes_back_unchanged_or_not_at_all(content: bytes, place: int):
    block = bytearray(seal(MAGIC, content))
    assert unseal(MAGIC, bytes(block)) == content
    block[place % len(block)] ^= 0x10
    with pytest.raises(CheckpointError):
        unseal(MAGIC, bytes(block))
