"""The link between hub and worker: messages with a JSON header and a payload of bytes that only its receiver opens."""

from collections.abc import Iterator
from struct import Struct
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

LENGTHS = Struct("<II")
"""Before each message: the length of its header and of its payload, in bytes."""
LARGEST_HEADER, LARGEST_PAYLOAD = 2**20, 2**28
"""No message of ours comes near that."""


class Message(NamedTuple):
    """A message: what it is about, and what is passed on unread."""

    header: dict[str, Any]
    payload: bytes


def pack_message(header: dict[str, Any], payload: bytes = b"") -> bytes:
    """Return the bytes of a message."""
    text = to_json(header)
    return b"".join((LENGTHS.pack(len(text), len(payload)), text, payload))


class Inbox:
    """Bytes as they come in, cut into messages."""

    def __init__(self) -> None:
        """Start empty."""
        self._bytes = bytearray()

    def feed(self, received: bytes) -> Iterator[Message]:
        """Add what was received and yield each message that is complete; ConnectionError if it can be none."""
        self._bytes += received
        while (end := self._end()) is not None:
            _, payload_length = LENGTHS.unpack_from(self._bytes)
            header = from_json(bytes(memoryview(self._bytes)[LENGTHS.size : end - payload_length]))
            payload = bytes(memoryview(self._bytes)[end - payload_length : end])
            del self._bytes[:end]
            yield Message(header, payload)

    def _end(self) -> int | None:
        """Return where the first message ends; None while it is incomplete."""
        if len(self._bytes) < LENGTHS.size:
            return None
        header, payload = LENGTHS.unpack_from(self._bytes)
        if header > LARGEST_HEADER or payload > LARGEST_PAYLOAD:
            raise ConnectionError("a message is larger than any may be")
        end = LENGTHS.size + header + payload
        return end if len(self._bytes) >= end else None
