import asyncio
import json

import pytest

from app.live.hub import Hub, Viewer, expect_success, with_fields
from app.live.link import Message
from app.live.room import Role
from app.problems import Problem
from app.settings import Settings
from app.wire.commands import Watch
from engine.probes import probes


class Recorder:
    """A worker that only notes what it is told."""

    def __init__(self) -> None:
        self.told, self.sessions = [], 0

    def send(self, header, payload=b""):
        self.told.append(header)

    async def call(self, header, payload=b""):
        return 201, b'{"id":"x"}'

    def said(self, what):
        return [header for header in self.told if header["do"] == what]


@pytest.fixture
def hub():
    hub = Hub(Settings(workers=1, max_viewers=3, max_sessions=2))
    hub.pool.links.append(Recorder())
    return hub


def frame(entry, channel, sequence):
    header = {"is": "frame", "session": entry.id, "channel": channel, "sequence": sequence}
    return Message(header, str(sequence).encode())


def test_credit_is_given_back_when_somebody_takes_a_frame_and_not_before(hub):
    async def scenario():
        entry, _, _ = await hub.create(b"")
        worker = entry.worker
        viewer = hub.join(entry, can_control=False)
        number = viewer.channel.number
        hub.pool.on_message(frame(entry, number, 1))
        hub.pool.on_message(frame(entry, number, 2))
        assert worker.said("credit") == []
        assert await viewer.outbox.get() == b"2"
        assert [header["frames"] for header in worker.said("credit")] == [2]

    asyncio.run(scenario())


def test_what_a_viewer_took_along_is_given_back_when_it_leaves_others(hub):
    async def scenario():
        entry, _, _ = await hub.create(b"")
        first, second = hub.join(entry, False), hub.join(entry, False)
        hub.pool.on_message(frame(entry, first.channel.number, 1))
        hub.leave(entry, first)
        assert [header["frames"] for header in entry.worker.said("credit")] == [1]
        hub.leave(entry, second)
        assert len(entry.worker.said("close")) == 1
        assert entry.channels == {}

    asyncio.run(scenario())


def test_viewers_with_the_same_wishes_share_a_channel(hub):
    async def scenario():
        entry, _, _ = await hub.create(b"")
        first, second = hub.join(entry, False), hub.join(entry, False)
        assert first.channel is second.channel
        hub.watch(entry, first, Watch((probes["weights"](),)))
        assert first.channel is not second.channel
        hub.watch(entry, second, Watch((probes["weights"](),)))
        assert first.channel is second.channel
        assert len(entry.channels) == 1

    asyncio.run(scenario())


def test_there_is_a_limit_to_sessions_and_viewers_and_it_is_said(hub):
    async def scenario():
        entry, _, _ = await hub.create(b"")
        await hub.create(b"")
        with pytest.raises(Problem, match="2 sessions") as refused:
            await hub.create(b"")
        assert refused.value.status == 429
        for _ in range(3):
            assert isinstance(hub.join(entry, False), Viewer)
        with pytest.raises(Problem, match="3 viewers"):
            hub.join(entry, False)
        hub.end(entry, "over")
        await hub.create(b"")

    asyncio.run(scenario())


def test_only_its_own_key_controls_a_session(hub):
    async def scenario():
        (one, key, _), (other, _, _) = await hub.create(b""), await hub.create(b"")
        assert one.role_of(key) is Role.OWNER
        assert other.role_of(key) is Role.VIEWER

    asyncio.run(scenario())


def test_a_lost_worker_takes_its_sessions_along_and_viewers_learn_why(hub):
    async def scenario():
        entry, _, _ = await hub.create(b"")
        viewer = hub.join(entry, False)
        hub._on_lost(entry.worker)
        assert json.loads(await viewer.outbox.get())["event"] == "closed"
        assert await viewer.outbox.get() is None
        with pytest.raises(Problem):
            hub.find(entry.id)

    asyncio.run(scenario())


def test_idle_sessions_are_ended_but_not_those_that_somebody_watches():
    async def scenario():
        hub = Hub(Settings(workers=1, idle_seconds=0.02))
        hub.pool.links.append(Recorder())
        watched, _, _ = await hub.create(b"")
        idle, _, _ = await hub.create(b"")
        viewer = hub.join(watched, False)
        reaper = asyncio.create_task(hub._end_idle_sessions())
        async with asyncio.timeout(5):
            while not idle.worker.said("end"):
                await asyncio.sleep(0.005)
        assert hub.find(watched.id) is watched
        hub.leave(watched, viewer)
        async with asyncio.timeout(5):
            while len(idle.worker.said("end")) < 2:
                await asyncio.sleep(0.005)
        reaper.cancel()

    asyncio.run(scenario())


def test_fields_are_added_to_a_text_unread():
    assert json.loads(with_fields(b'{"a": 1}', key="k", flag=True)) == {"a": 1, "key": "k", "flag": True}


def test_refusals_of_workers_become_problems():
    assert expect_success(200, b"{}") == b"{}"
    text = Problem(422, "x: wrong", [{"field": "x", "message": "wrong"}]).json()
    with pytest.raises(Problem) as refused:
        expect_success(422, text)
    assert refused.value.json() == text
