"""A line to an origin that is only a script: what it says, what it is told, and what comes of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

from app.live.line import Line, RelayedEntry, without_control
from app.live.link import Message
from app.live.origin import Origin
from app.wire.commands import Watch, watch_document
from app.wire.frames import Stamp, encode_frame
from engine.probes import probes

SESSION = {"event": "session", "session": {"id": "s", "phase": "paused", "can_control": True}}
WEIGHTS = Watch((probes["weights"](),), tail=4)


def frame(sequence: int, **watched: Any) -> bytes:
    return encode_frame(Stamp(sequence, 0, 0, 0), {"probes": watched}, {})


class Script:
    """An origin: what is asked of it, and what it does at each connection."""

    def __init__(self, act: Callable[[ServerConnection, int], Awaitable[None]]) -> None:
        self.act, self.paths, self.told = act, list[str](), list[Message]()
        self.news = asyncio.Event()

    async def serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        self.paths.append(connection.request.path)
        await connection.send(json.dumps({"event": "welcome", "token": f"token{len(self.paths)}"}))
        await connection.send(json.dumps(SESSION))
        await connection.send(frame(1))
        await self.act(connection, len(self.paths))

    def tell(self, entry: object, message: Message) -> None:
        self.told.append(message)
        self.news.set()

    async def wait(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                self.news.clear()
                await self.news.wait()

    def sequences(self, channel: int) -> list[int]:
        frames = [told.header for told in self.told if told.header["is"] == "frame"]
        return [header["sequence"] for header in frames if header["channel"] == channel]


async def followed(script: Script, body: Callable[[Line], Awaitable[None]]) -> str:
    """Follow a script's session while the body lasts, and then to its end; return what viewers are told."""
    async with serve(script.serve, "127.0.0.1", 0) as server:
        entry = RelayedEntry("s", b"")
        entry.line = Line(Origin(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"), entry, script.tell)
        task = asyncio.create_task(entry.line.keep())
        await entry.line.arrived.wait()
        await body(entry.line)
        refusal = await asyncio.wait_for(task, 20)
        entry.line.close()
        return refusal.detail


def test_a_channel_gets_its_own_frames_only_and_a_lost_line_comes_back_as_the_same_viewer():
    async def act(connection: ServerConnection, number: int) -> None:
        if number == 1:  # the news; it is lost after a while
            await over.wait()
            await connection.close(1012)
        elif number == 2:  # the weights
            commands.append(json.loads(await connection.recv()))
            await connection.send(frame(2, boundary={}))
            await connection.send(frame(3, weights={}))
            await connection.send(frame(4, weights={}))
            await connection.wait_closed()
        else:
            await connection.send(json.dumps({"event": "closed", "reason": "It was ended."}))
            await connection.close(4404)

    async def body(line: Line) -> None:
        line.do("open", {"channel": 1, **watch_document(Watch(()))})
        line.do("open", {"channel": 2, **watch_document(WEIGHTS)})
        await script.wait(lambda: script.sequences(2) == [3, 4] and 1 in script.sequences(1))
        over.set()

    async def run() -> str:
        return await followed(script, body)

    over, commands = asyncio.Event(), list[Any]()
    script = Script(act)
    assert asyncio.run(run()) == "It was ended."
    assert commands == [{"watch": {"weights": {"precision": "full"}}, "rate": 30.0, "tail": 4}]
    assert script.paths[1:] == ["/api/sessions/s/stream?viewer=token1"] * 2
    assert json.loads(script.told[0].payload) == {"id": "s", "phase": "paused"}


def test_a_room_that_is_closed_to_the_relay_is_closed_here():
    async def act(connection: ServerConnection, number: int) -> None:
        await connection.send(json.dumps({"event": "presence", "viewers": 1, "open": False}))
        await connection.close(4403)

    async def body(line: Line) -> None:
        pass

    assert "closed" in asyncio.run(followed(Script(act), body))


def test_a_document_says_nothing_of_the_control_that_somebody_else_has():
    assert json.loads(without_control({"id": "s", "can_control": True})) == {"id": "s"}
