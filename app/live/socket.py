"""The stream's WebSocket: texts in, texts and frames out, and a close code with a reason when something is wrong."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from starlette.websockets import WebSocket, WebSocketDisconnect

from app.live.audience import Audience, Viewer
from app.live.entry import Entry
from app.live.hub import Hub
from app.live.outbox import Outbox
from app.live.reception import Visit
from app.problems import Problem
from app.wire.commands import LARGEST_MESSAGE, CommandError, Have, Watch, parse_command
from app.wire.events import (
    CLOSE_CLOSED,
    CLOSE_GONE,
    CLOSE_LATER,
    CLOSE_POLICY,
    CLOSE_SILENT,
    CLOSE_TOO_BIG,
    CLOSE_UNSUPPORTED,
    closed_event,
)

FAREWELL_SECONDS = 1.0
"""So long a connection may take to be told why it ends."""


class Closing(Exception):  # noqa: N818 (an end, not a fault)
    """The connection is to be closed."""

    def __init__(self, code: int, reason: str) -> None:
        """Close with a code of RFC 6455 and a reason of at most 123 bytes."""
        super().__init__(reason)
        self.code, self.reason = code, reason


async def serve_stream(socket: WebSocket, hub: Hub, name: str, credentials: Sequence[str]) -> None:
    """Serve one viewer, who shows keys or tokens or nothing, until either side has had enough."""
    await socket.accept()
    outbox = hub.fanout.outbox(socket)
    try:
        await serve_viewer(socket, hub, name, credentials, outbox)
    except* Closing as group:
        closing = group.exceptions[0]
        assert isinstance(closing, Closing)
        await say_farewell(socket, closing, outbox)
    except* WebSocketDisconnect:
        pass


async def say_farewell(socket: WebSocket, closing: Closing, outbox: Outbox) -> None:
    """Close a connection, and give it up if it does not take even that."""
    try:
        async with asyncio.timeout(FAREWELL_SECONDS):
            await socket.close(closing.code, closing.reason)
    except TimeoutError:
        outbox.abort()
    except (RuntimeError, WebSocketDisconnect):
        pass  # the viewer has gone meanwhile


async def serve_viewer(socket: WebSocket, hub: Hub, name: str, credentials: Sequence[str], outbox: Outbox) -> None:
    """Let a viewer watch a session; Closing says how it ends."""
    try:
        entry = await hub.homes.find(name)
    except Problem as problem:
        await socket.send_text(closed_event(problem.detail))
        raise Closing(CLOSE_GONE, "no such session") from None
    with admission(entry, credentials, outbox) as visit:
        await serve_visit(socket, hub, entry, visit)


@contextmanager
def admission(entry: Entry, credentials: Sequence[str], outbox: Outbox) -> Iterator[Visit]:
    """Let somebody into the room as long as the block lasts; Closing if the room is closed to them."""
    try:
        visit = entry.reception.enter(any(map(entry.is_owned_by, credentials)), credentials, outbox)
    except Problem as problem:
        raise Closing(CLOSE_CLOSED, problem.detail) from None
    try:
        yield visit
    finally:
        entry.reception.leave(visit)


async def serve_visit(socket: WebSocket, hub: Hub, entry: Entry, visit: Visit) -> None:
    """Let somebody in the room watch; Closing says how it ends."""
    outbox = visit.outbox
    try:
        viewer = hub.join(entry, entry.reception.role_of(visit).controls, outbox)
    except Problem as problem:
        raise Closing(CLOSE_LATER, problem.detail) from None
    visit.viewer = viewer
    try:
        async with asyncio.TaskGroup() as tasks:  # each ends by an exception, which ends the others
            tasks.create_task(listen(socket, entry.audience, viewer))
            tasks.create_task(talk(socket, outbox))
            tasks.create_task(look_after(outbox))
    finally:
        hub.leave(entry, viewer)


async def listen(socket: WebSocket, audience: Audience, viewer: Viewer) -> None:
    """Do what a viewer says."""
    while True:
        try:
            command = parse_command(await receive(socket))
        except CommandError as error:
            raise Closing(CLOSE_POLICY, str(error)) from None
        if isinstance(command, Watch):
            audience.watch(viewer, command)
        elif isinstance(command, Have):
            audience.come_back(viewer, command)
        else:
            viewer.outbox.acknowledge(command.sequence)


async def receive(socket: WebSocket) -> str:
    """Return the next text; Closing if something else comes, WebSocketDisconnect if nothing will."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    text: str | None = message.get("text")
    if text is None:
        raise Closing(CLOSE_UNSUPPORTED, "messages to the server are texts")
    if len(text) > LARGEST_MESSAGE:
        raise Closing(CLOSE_TOO_BIG, f"a message has at most {LARGEST_MESSAGE} bytes")
    return text


async def talk(socket: WebSocket, outbox: Outbox) -> None:
    """Send what comes into the outbox until it is closed."""
    await outbox.deliver(socket)
    raise Closing(CLOSE_POLICY, "too slow") if outbox.overflowed else Closing(CLOSE_GONE, "the session has ended")


async def look_after(outbox: Outbox) -> None:
    """Send a viewer away that is there no more, though its connection is."""
    while (trouble := outbox.trouble(now := monotonic())) is None:
        await asyncio.sleep(outbox.calm(now))
    raise Closing(CLOSE_SILENT, trouble)
