"""Outboxes: what waits to be sent to one viewer. Of frames only the newest; events all, in order, and not too many."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from app.wire.commands import WINDOW

MOST_EVENTS = 64


class Waiting(NamedTuple):
    """A frame that waits."""

    sequence: int
    frame: bytes
    taken: Callable[[], None]
    """To be called when the viewer takes it."""


class Outbox:
    """The texts and the frame that one viewer has still to get."""

    def __init__(self) -> None:
        """Start empty."""
        self._events: deque[str] = deque()
        self._frame: Waiting | None = None
        self._unacknowledged: deque[int] = deque()
        self._acknowledges = False
        self._changed = asyncio.Event()
        self.closed = False
        """Whether nothing more comes; what waits may still be got."""
        self.overflowed = False
        """Whether the viewer took events too slowly."""

    def put_event(self, text: str) -> None:
        """Add an event; too many close the box."""
        if len(self._events) >= MOST_EVENTS:
            self.overflowed = True
            self.close()
        else:
            self._events.append(text)
            self._changed.set()

    def put_frame(self, frame: Waiting) -> None:
        """Let a frame take the place of the one that waits."""
        self._frame = frame
        self._changed.set()

    def acknowledge(self, sequence: int) -> None:
        """Note that the viewer has this frame and all before it."""
        self._acknowledges = True
        while self._unacknowledged and self._unacknowledged[0] <= sequence:
            self._unacknowledged.popleft()
        self._changed.set()

    def close(self) -> None:
        """Take nothing more."""
        self.closed = True
        self._changed.set()

    async def get(self) -> str | bytes | None:
        """Wait for the next event or frame, events first; None when the box is closed and empty."""
        while True:
            if self._events:
                return self._events.popleft()
            if self.closed:
                return None
            if self._frame is not None and self._may_send():
                return self._take_frame(self._frame)
            self._changed.clear()
            await self._changed.wait()

    def _may_send(self) -> bool:
        return not self._acknowledges or len(self._unacknowledged) < WINDOW

    def _take_frame(self, waiting: Waiting) -> bytes:
        self._frame = None
        self._unacknowledged.append(waiting.sequence)
        if len(self._unacknowledged) > WINDOW:
            self._unacknowledged.popleft()
        waiting.taken()
        return waiting.frame
