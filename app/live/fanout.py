"""Direct fan-out: a frame becomes a WebSocket message once, and its bytes are written to every viewer's connection.

Sending through ASGI costs a task switch, a message of its own and a dozen calls for each viewer. Here a viewer whose
connection has not yet taken what it was given is passed over, so nothing piles up; it gets the newest frame when it can
take one. The system holds back little of what is not sent yet, so a slow viewer sees frames that are late by what is on
its way, and not by what waits here.
"""

import asyncio
import os
import re
import socket
from collections import deque
from collections.abc import Iterator, Set
from itertools import islice
from typing import Any, NamedTuple, cast

from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

from app.live.outbox import Outbox, Tally, Waiting
from app.wire.messages import TEXT, message

EXTENSION = "livenet.connection"
"""Where the protocol stands in the scope of a connection."""
CHUNK = 32
"""After so many viewers, others get their turn."""
UNSENT_BYTES = 4 * 1024
"""The system accepts no more while so much of a connection waits to be sent."""
ACKNOWLEDGEMENT = re.compile(rb'\{"ack": ?(\d{1,9})\}')
"""What viewers say most often, as most of them write it."""
UNSENT_OPTION = getattr(socket, "TCP_NOTSENT_LOWAT", None)


class StreamProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, which lets the application write to its connection."""

    outbox: "DirectOutbox | None" = None
    file: int | None = None
    """The connection, where bytes can be written to it without anybody in between."""

    def handle_connect(self, event: Request) -> None:
        """Stand in the scope."""
        super().handle_connect(event)
        if hasattr(self, "scope"):  # not if the handshake was refused
            cast("dict[str, Any]", self.scope["extensions"])[EXTENSION] = self

    def handle_text(self, event: Frame) -> None:
        """Take note of an acknowledgement here: through ASGI each would stop the reading and start it again."""
        found = ACKNOWLEDGEMENT.fullmatch(event.data) if self.outbox is not None and event.fin else None
        if found is None:
            super().handle_text(event)
        elif self.outbox is not None:
            self.outbox.acknowledge(int(found[1]))

    def resume_writing(self) -> None:
        """Send what has waited."""
        super().resume_writing()
        if self.outbox is not None:
            self.outbox.flush()

    def be_fed_by(self, outbox: "DirectOutbox") -> None:
        """Let ``outbox`` write to the connection, which is not ready as soon as anything waits."""
        self.outbox = outbox
        self.transport.set_write_buffer_limits(high=0)
        connection = self.transport.get_extra_info("socket")
        if UNSENT_OPTION is not None:
            connection.setsockopt(socket.IPPROTO_TCP, UNSENT_OPTION, UNSENT_BYTES)
        if os.name == "posix" and self.transport.get_extra_info("sslcontext") is None:
            self.file = connection.fileno()

    @property
    def is_ready(self) -> bool:
        """Whether the connection has taken all that it was given."""
        return self.writable.is_set() and not self.close_sent and not self.transport.is_closing()

    def write(self, data: bytes) -> None:
        """Write a whole message while the connection is ready; what goes wrong is found out by whoever reads."""
        try:
            written = 0 if self.file is None else os.write(self.file, data)
        except BlockingIOError:
            written = 0
        except OSError:
            return
        try:
            if written < len(data):
                self.transport.write(memoryview(data)[written:])
        except (RuntimeError, OSError):
            pass  # uvloop raises RuntimeError if the viewer has just gone


class Round(NamedTuple):
    """A frame on its way to many."""

    frame: Waiting
    members: Set[Outbox]
    """Who is to get it, as that changes."""
    rest: Iterator[Outbox]
    """Those who have not had their turn."""


class Fanout:
    """What goes to whom, in the order in which it is written; no more than CHUNK connections at a time."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.tally = Tally()
        self._due: deque[DirectOutbox] = deque()
        self._rounds: deque[Round] = deque()
        self._is_scheduled = False

    def outbox(self, socket: WebSocket) -> Outbox:
        """Return the outbox of an accepted connection: a direct one where that can be reached."""
        protocol = socket.scope.get("extensions", {}).get(EXTENSION)
        return DirectOutbox(self, protocol) if isinstance(protocol, StreamProtocol) else Outbox(self.tally)

    def spread(self, frame: Waiting, outboxes: Set[Outbox]) -> None:
        """Offer a frame to many, in turns with whatever else there is to be sent; who leaves them before gets none."""
        self._rounds.append(Round(frame, outboxes, iter(list(outboxes))))
        self._schedule()

    def add(self, outbox: "DirectOutbox") -> None:
        """Give a viewer, for whom something waits, its turn after those who wait already."""
        self._due.append(outbox)
        self._schedule()

    def _schedule(self) -> None:
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._take_turns)

    def _take_turns(self) -> None:
        for _ in range(min(CHUNK, len(self._due))):
            self._due.popleft().take_turn()
        if self._rounds:
            frame, members, rest = turn = self._rounds.popleft()
            some = list(islice(rest, CHUNK))
            for outbox in some:
                if outbox in members:
                    outbox.offer(frame)
            if len(some) == CHUNK:
                self._rounds.append(turn)
        self._is_scheduled = False
        if self._due or self._rounds:
            self._schedule()


class DirectOutbox(Outbox):
    """An outbox that writes to the connection."""

    def __init__(self, fanout: Fanout, protocol: StreamProtocol) -> None:
        """Take over an accepted connection."""
        super().__init__(fanout.tally)
        self._fanout, self._protocol = fanout, protocol
        self._is_due = False
        protocol.be_fed_by(self)

    async def deliver(self, socket: WebSocket) -> None:  # noqa: ARG002
        """Wait until the box is closed and empty."""
        while not self.closed or self._events:
            self._changed.clear()
            await self._changed.wait()

    def offer(self, frame: Waiting) -> None:
        """Write a frame at once if the connection takes it and nothing waits; it waits otherwise."""
        if self._has_waiting or self.closed or not self._may_send() or not self._protocol.is_ready:
            self.put_frame(frame)
        else:
            self._protocol.write(self._take_frame(frame).message)

    def take_turn(self) -> None:
        """Send what waits."""
        self._is_due = False
        self.flush()

    def flush(self) -> None:
        """Write what waits, for as long as the connection takes it."""
        protocol = self._protocol
        while self._has_waiting and protocol.is_ready and (item := self.take()) is not None:
            protocol.write(message(TEXT, item.encode()) if isinstance(item, str) else item.message)
        if self.closed:
            self._changed.set()

    def abort(self) -> None:
        """Close the connection without waiting for anything."""
        self._protocol.transport.abort()

    def _wake(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._fanout.add(self)
