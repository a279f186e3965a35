"""A viewer who costs little: a socket that is emptied, and of each message no more than its first bytes looked at."""

import json
import socket
from array import array
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.app import raw

BUFFER = memoryview(bytearray(1 << 18))
"""What is received is looked at here, and forgotten."""
SMALL = 4 * 1024
"""Bytes that the system takes in advance for a viewer behind a thin line: a line holds little, unlike a slow reader."""
ACKNOWLEDGE = 0.5
"""Seconds between two acknowledgements, as in the page."""
LONGEST_HEAD = 24
"""Bytes with which a message says how long it is and, if it is a frame, which one."""


COMPRESSED = 0x40
HIDDEN = -1


class Beginning(NamedTuple):
    """What the first bytes of a message say."""

    length: int
    """Of the whole message."""
    sequence: int | None
    """If it is a frame; HIDDEN if it is compressed."""


def beginning(head: bytes) -> Beginning | None:
    """What these bytes say; None if they are too few."""
    if len(head) < 2:
        return None
    size = {126: 2, 127: 8}.get(head[1], 0)
    start = 2 + size
    if len(head) < start:
        return None
    length = start + (int.from_bytes(head[2:start]) if size else head[1])
    if head[0] & 15 != raw.BINARY:
        return Beginning(length, None)
    if head[0] & COMPRESSED:
        return Beginning(length, HIDDEN)
    if len(head) < start + 12:
        return None
    return Beginning(length, int.from_bytes(head[start + 8 : start + 12], "little"))


class Arrivals:
    """When each frame of a session has first arrived anywhere, and from when to when frames count."""

    def __init__(self) -> None:
        self.first: dict[int, float] = {}
        self.begin(0.0, 0.0)

    def begin(self, start: float, end: float) -> None:
        """Count the frames that first arrive in this time."""
        self.start, self.end = start, end
        self.first.clear()

    def arrive(self, sequence: int, now: float) -> float | None:
        """Return how much later than anywhere a frame has arrived; None if it does not count."""
        first = self.first.setdefault(sequence, now)
        return now - first if self.start <= first < self.end else None

    @property
    def made(self) -> int:
        """How many count."""
        return sum(self.start <= first < self.end for first in self.first.values())


class Viewer:
    """One connection to the stream of a session, and what came over it."""

    def __init__(self, address: str, wishes: dict, arrivals: Arrivals) -> None:
        """Watch as ``wishes`` say, those of a group in ``tests.load.swarm``."""
        self.address, self.wishes, self.arrivals = address, wishes, arrivals
        self.rate = wishes.get("bytes_per_second")
        self.begin()

    def connect(self) -> None:
        """Ask for the stream."""
        place = urlsplit(self.address)
        self.socket = socket.socket()
        if self.rate is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        self.socket.connect((place.hostname, place.port))
        asked = {"Sec_WebSocket_Extensions": "permessage-deflate"} if self.wishes.get("deflate") else {}
        self.socket.sendall(raw.handshake(self.address, self.wishes["session"], **asked))
        self.socket.setblocking(False)
        self.is_open = self.has_picture = False
        self._head, self._left, self._sequence = b"", 0, None
        self._told, self._read_until, self._count = 0.0, None, 0

    def drop(self) -> None:
        """End the connection as a cut line does: without a word."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def begin(self) -> None:
        """Forget what has been counted."""
        self.ages = array("f")

    def read(self, now: float) -> bool:
        """Take what has come, at most as much as the line lets through; False if the connection has ended."""
        wanted = self._allowed(now)
        if wanted < 1:
            return True
        try:
            length = self.socket.recv_into(BUFFER, wanted)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not self.is_open:
            return length > 0 and self._open(bytes(BUFFER[:length]), now)
        if self.rate is not None:
            self._read_until = now if length < wanted else self._read_until + length / self.rate
        self._take(BUFFER[:length], now)
        return length > 0

    def _allowed(self, now: float) -> int:
        if self.rate is None or not self.is_open:
            return len(BUFFER)
        if self._read_until is None:
            self._read_until = now
        return min(len(BUFFER), int((now - self._read_until) * self.rate))

    def _open(self, received: bytes, now: float) -> bool:
        """Read the answer to the handshake and say what is wanted; False if it was refused."""
        answer, end, rest = (self._head + received).partition(b"\r\n\r\n")
        if not end:
            self._head = answer
            return True
        self._head, self.is_open = b"", b" 101 " in answer.split(b"\r\n")[0]
        if self.is_open:
            wanted = {name: self.wishes[name] for name in ("watch", "rate", "tail") if name in self.wishes}
            self.socket.sendall(raw.frame(raw.TEXT, json.dumps(wanted).encode()))
            self._take(memoryview(rest), now)
        return self.is_open

    def _take(self, received: memoryview, now: float) -> None:
        """Find the beginnings of messages."""
        place = 0
        while place < len(received):
            if not self._left:
                head = self._head + received[place : place + LONGEST_HEAD - len(self._head)]
                found = beginning(head)
                if found is None:
                    self._head = head
                    return
                self._left, self._sequence = found.length - len(self._head), found.sequence
                self._head = b""
            taken = min(self._left, len(received) - place)
            place, self._left = place + taken, self._left - taken
            if not self._left and self._sequence is not None:
                self._arrive(self._sequence, now)

    def _arrive(self, sequence: int, now: float) -> None:
        """Count a frame that is complete."""
        self.has_picture = True
        self._count += 1
        if sequence == HIDDEN:
            sequence = self._count
        age = self.arrivals.arrive(sequence, now)
        if age is not None:
            self.ages.append(age)
        if self.wishes.get("acknowledges", True) and now - self._told >= ACKNOWLEDGE:
            self._told = now
            with suppress(OSError):  # whoever reads will find out
                self.socket.send(raw.frame(raw.TEXT, b'{"ack":%d}' % sequence))
