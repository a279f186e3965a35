"""Outboxes: what waits to be sent to one viewer. Of frames only the newest; events all, in order, and not too many.

An outbox delivers by itself. This one does it through ASGI, which every server offers; ``app.live.fanout`` has one that
writes to the connection.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import cached_property
from math import inf
from time import monotonic

from starlette.websockets import WebSocket

from app.wire.commands import WINDOW
from app.wire.messages import BINARY, message

MOST_EVENTS = 64
SILENCE = 10.0
"""A viewer that acknowledges must do so within so many seconds after a frame."""
STANDSTILL = 30.0
"""The connection of any viewer must take something within so many seconds."""


class Waiting:
    """A frame that waits, the same for all who watch it."""

    def __init__(self, sequence: int, frame: bytes, taken: Callable[[], None]) -> None:
        """Call ``taken`` when the first viewer takes it."""
        self.sequence, self.frame = sequence, frame
        self._taken: Callable[[], None] | None = taken

    @cached_property
    def message(self) -> bytes:
        """The WebSocket message with the frame, made once for all viewers."""
        return message(BINARY, self.frame)

    def take(self) -> None:
        """Note that a viewer takes the frame."""
        if self._taken is not None:
            taken, self._taken = self._taken, None
            taken()


class Tally:
    """How many frames were sent, and how many gave way to newer ones before they could be."""

    def __init__(self) -> None:
        """Start at none."""
        self.sent = self.skipped = 0


class Outbox:
    """The texts and the frame that one viewer has still to get."""

    def __init__(self, tally: Tally | None = None) -> None:
        """Start empty; count in ``tally``."""
        self._tally = tally or Tally()
        self._events: deque[str] = deque()
        self._frame: Waiting | None = None
        self._unacknowledged: deque[int] = deque()
        self._acknowledges = False
        self._asked = self._moved = monotonic()
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
            self._note_start()
            self._events.append(text)
            self._wake()

    def put_frame(self, frame: Waiting) -> None:
        """Let a frame take the place of the one that waits."""
        if self._frame is not None:
            self._tally.skipped += 1
        else:
            self._note_start()
        self._frame = frame
        self._wake()

    def offer(self, frame: Waiting) -> None:
        """Get a frame in turn: at once, where the box can send it by itself."""
        self.put_frame(frame)

    def acknowledge(self, sequence: int) -> None:
        """Note that the viewer has this frame and all before it."""
        self._acknowledges, self._asked = True, monotonic()
        while self._unacknowledged and self._unacknowledged[0] <= sequence:
            self._unacknowledged.popleft()
        if self._has_waiting:
            self._wake()

    def close(self) -> None:
        """Take nothing more."""
        self.closed = True
        self._wake()

    def trouble(self, now: float) -> str | None:
        """Return why a viewer is to be sent away at ``now``, a time of the monotonic clock; None if it is not."""
        if self._silent_from() <= now:
            return f"no frame was acknowledged for {SILENCE:g} seconds"
        if self._still_from() <= now:
            return f"nothing was taken for {STANDSTILL:g} seconds"
        return None

    def calm(self, now: float) -> float:
        """Return for how many seconds after ``now`` there can be no trouble yet."""
        return min(self._silent_from() - now, self._still_from() - now, SILENCE)

    def take(self) -> str | Waiting | None:
        """Return the next event or frame that may be sent now, events first; None if there is none."""
        if self._events:
            self._moved = monotonic()
            return self._events.popleft()
        if self._frame is None or self.closed or not self._may_send():
            return None
        return self._take_frame(self._frame)

    async def get(self) -> str | bytes | None:
        """Wait for the next event or frame; None when the box is closed and empty."""
        while (item := self.take()) is None and not self.closed:
            self._changed.clear()
            await self._changed.wait()
        return item.frame if isinstance(item, Waiting) else item

    async def deliver(self, socket: WebSocket) -> None:
        """Send what comes until the box is closed and empty."""
        while (item := await self.get()) is not None:
            if isinstance(item, str):
                await socket.send_text(item)
            else:
                await socket.send_bytes(item)

    def abort(self) -> None:
        """Give up a connection that no longer takes anything; ASGI leaves that to the server."""

    @property
    def _has_waiting(self) -> bool:
        return self._frame is not None or bool(self._events)

    def _silent_from(self) -> float:
        """Return when the viewer will have kept silent for too long; never while it has acknowledged all."""
        return self._asked + SILENCE if self._unacknowledged else inf

    def _still_from(self) -> float:
        """Return when the connection will have taken nothing for too long; never while nothing waits."""
        return self._moved + STANDSTILL if self._has_waiting else inf

    def _note_start(self) -> None:
        """Begin to count the seconds in which the connection should take something."""
        if not self._has_waiting:
            self._moved = monotonic()

    def _wake(self) -> None:
        self._changed.set()

    def _may_send(self) -> bool:
        return len(self._unacknowledged) < WINDOW

    def _take_frame(self, waiting: Waiting) -> Waiting:
        self._frame = None
        self._moved = now = monotonic()
        if self._acknowledges:
            if not self._unacknowledged:
                self._asked = now
            self._unacknowledged.append(waiting.sequence)
        self._tally.sent += 1
        waiting.take()
        return waiting
