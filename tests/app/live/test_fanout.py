import asyncio
import os
import socket
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
import uvloop
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from app.live.fanout import CHUNK, DirectOutbox, Fanout, StreamProtocol
from app.live.outbox import Outbox, Waiting
from app.wire.commands import WINDOW

DIRECT, PLAIN = StreamProtocol, "websockets-sansio"
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Stage:
    """A server that gives the outbox of each viewer to the test."""

    def __init__(self, ws) -> None:
        self.fanout, self.boxes = Fanout(), asyncio.Queue()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.server = uvicorn.Server(
            uvicorn.Config(
                self.serve,
                interface="asgi3",
                lifespan="off",
                log_level="warning",
                ws=ws,
                ws_per_message_deflate=False,
            )
        )

    @property
    def address(self):
        return self.listener.getsockname()

    async def serve(self, scope, receive, send) -> None:
        viewer = WebSocket(scope, receive, send)
        await viewer.accept()
        box = self.fanout.outbox(viewer)
        self.boxes.put_nowait(box)
        await box.deliver(viewer)
        await viewer.close()

    @asynccontextmanager
    async def viewer(self):
        """Somebody who reads all that comes, and the outbox."""
        host, port = self.address
        async with connect(f"ws://{host}:{port}", compression=None, max_size=None) as viewer:
            yield viewer, await self.boxes.get()

    @asynccontextmanager
    async def stalled(self):
        """Somebody who reads nothing but when the test does it, and the outbox."""
        with socket.socket() as viewer:
            viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            viewer.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(viewer, self.address)
            await loop.sock_sendall(viewer, HANDSHAKE)
            yield viewer, await self.boxes.get()


def on_stage(ws, run, scenario):
    async def play():
        stage = Stage(ws)
        serving = asyncio.create_task(stage.server.serve([stage.listener]))
        try:
            async with asyncio.timeout(20):
                return await scenario(stage)
        finally:
            stage.server.force_exit = stage.server.should_exit = True
            await serving

    return run(play())


def frames(count, size=50_000):
    return [Waiting(number, number.to_bytes(4) + bytes(size), lambda: None) for number in range(count)]


WAYS = {
    "direct, uvloop": (DIRECT, uvloop.run),
    "direct, asyncio": (DIRECT, asyncio.run),
    "plain": (PLAIN, asyncio.run),
}
every = pytest.mark.parametrize(("ws", "run"), WAYS.values(), ids=WAYS)
direct = pytest.mark.parametrize("run", [uvloop.run, asyncio.run], ids=["uvloop", "asyncio"])


@pytest.mark.parametrize(("ws", "kind"), [(DIRECT, DirectOutbox), (PLAIN, Outbox)])
def test_the_way_is_chosen_by_what_the_server_offers(ws, kind):
    async def scenario(stage):
        async with stage.viewer() as (_, box):
            return type(box)

    assert on_stage(ws, asyncio.run, scenario) is kind


@every
def test_events_and_frames_arrive_whole_events_first(ws, run):
    async def scenario(stage):
        async with stage.viewer() as (viewer, box):
            long = "ä" * 70_000
            box.put_frame(Waiting(1, b"frame", box.close))
            box.put_event("first")
            box.put_event(long)
            assert [message async for message in viewer] == ["first", long, b"frame"]
            assert viewer.close_code == 1000

    on_stage(ws, run, scenario)


@every
def test_all_viewers_get_a_frame_and_it_is_taken_once(ws, run):
    async def scenario(stage):
        taken = []
        async with stage.viewer() as (one, first), stage.viewer() as (other, second):
            frame = Waiting(7, os.urandom(10_000), lambda: taken.append(7))
            stage.fanout.spread(frame, {first, second})
            assert await one.recv() == await other.recv() == frame.frame
        assert taken == [7]
        assert (stage.fanout.tally.sent, stage.fanout.tally.skipped) == (2, 0)

    on_stage(ws, run, scenario)


@every
def test_who_stalls_misses_frames_and_holds_nobody_up_and_then_gets_the_newest(ws, run):
    async def scenario(stage):
        async with stage.viewer() as (healthy, box), stage.stalled() as (stalled, slow):
            sent = frames(200)
            for frame in sent:
                stage.fanout.spread(frame, {slow, box})
                assert await healthy.recv() == frame.frame
            assert stage.fanout.tally.skipped > 100
            reader, writer = await asyncio.open_connection(sock=stalled)
            got = await numbers(reader, until=len(sent) - 1)
            assert got == sorted(set(got))
            assert len(got) < 100
            writer.transport.abort()

    on_stage(ws, run, scenario)


async def numbers(reader, until):
    """The numbers of the frames that come, to this one."""
    await reader.readuntil(b"\r\n\r\n")
    got = []
    while not got or got[-1] < until:
        _, length = await reader.readexactly(2)
        assert length == 126
        payload = await reader.readexactly(int.from_bytes(await reader.readexactly(2)))
        got.append(int.from_bytes(payload[:4]))
    return got


@direct
def test_what_waits_for_a_slow_viewer_is_little(run):
    async def scenario(stage):
        async with stage.stalled() as (stalled, box):
            for frame in frames(200, size=2000):
                box.put_frame(frame)
                await asyncio.sleep(0)
            before = stage.fanout.tally.sent
            assert before * 2000 < 200_000  # the system alone would take megabytes on this machine itself
            stalled.setblocking(True)

    on_stage(DIRECT, run, scenario)


@direct
def test_who_goes_without_a_word_holds_nobody_up(run, caplog):
    async def scenario(stage):
        async with stage.viewer() as (healthy, box), stage.stalled() as (leaving, gone):
            leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # close by a reset
            leaving.close()
            for frame in frames(50):
                stage.fanout.spread(frame, {gone, box})
                assert await healthy.recv() == frame.frame

    on_stage(DIRECT, run, scenario)
    assert caplog.records == []


@direct
def test_who_takes_nothing_more_can_be_given_up(run):
    async def scenario(stage):
        async with stage.stalled() as (stalled, box):
            for frame in frames(20):
                box.put_frame(frame)
                await asyncio.sleep(0)
            box.abort()
            reader, writer = await asyncio.open_connection(sock=stalled)
            with suppress(ConnectionResetError):
                while await reader.read(1 << 16):
                    pass
            writer.close()
            box.close()

    on_stage(DIRECT, run, scenario)


class Guest:
    """Notes when it gets its turn."""

    def __init__(self, number, notes) -> None:
        self.number, self.notes = number, notes

    def take_turn(self) -> None:
        self.notes.append(self.number)

    def offer(self, frame) -> None:
        self.notes.append((self.number, frame))


@direct
def test_acknowledgements_are_heard_where_they_come_in(run):
    async def scenario(stage):
        async with stage.viewer() as (viewer, box):  # to whose stream nobody listens
            await viewer.send('{"ack": 0}')
            await (await viewer.ping())
            for frame in frames(WINDOW + 1, size=10)[1:]:
                box.put_frame(frame)
                assert await viewer.recv() == frame.frame
            box.put_frame(Waiting(WINDOW + 1, b"one more", lambda: None))
            await (await viewer.ping())
            assert stage.fanout.tally.sent == WINDOW
            await viewer.send('{"ack":1}')
            assert await viewer.recv() == b"one more"

    on_stage(DIRECT, run, scenario)


def test_everybody_gets_one_turn_in_order_and_others_get_theirs_in_between():
    async def scenario():
        fanout, notes = Fanout(), []
        for number in range(3 * CHUNK + 1):
            fanout.add(Guest(number, notes))
        for _ in range(3):
            await asyncio.sleep(0)
            notes.append("others")
        await asyncio.sleep(0)
        return notes

    notes = asyncio.run(scenario())
    assert [note for note in notes if note != "others"] == list(range(3 * CHUNK + 1))
    assert [index for index, note in enumerate(notes) if note == "others"] == [CHUNK, 2 * CHUNK + 1, 3 * CHUNK + 2]


def test_frames_for_many_go_out_by_turns_so_that_those_for_few_need_not_wait():
    async def scenario():
        fanout, notes = Fanout(), []
        for count, name in ((2 * CHUNK + 1, "many"), (CHUNK, "some"), (1, "one")):
            fanout.spread(name, dict.fromkeys(Guest(number, notes) for number in range(count)).keys())
        fanout.add(Guest("due", notes))
        while len(notes) < 3 * CHUNK + 3:
            await asyncio.sleep(0)
        return notes

    def part(name, start, end):
        return [(number, name) for number in range(start, end)]

    first = ["due", *part("many", 0, CHUNK), *part("some", 0, CHUNK), (0, "one")]
    assert asyncio.run(scenario()) == [*first, *part("many", CHUNK, 2 * CHUNK), (2 * CHUNK, "many")]


def test_who_has_turned_to_something_else_meanwhile_gets_no_frame_of_what_it_watched_before():
    async def scenario():
        fanout, notes = Fanout(), []
        stays, leaves = Guest("stays", notes), Guest("leaves", notes)
        members = {stays, leaves}
        fanout.spread("frame", members)
        members.discard(leaves)
        while not notes:
            await asyncio.sleep(0)
        return notes

    assert asyncio.run(scenario()) == [("stays", "frame")]
