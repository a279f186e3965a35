import asyncio
import json

import pytest

from app.live.entry import Entry, Viewer
from app.live.hub import Hub, with_fields
from app.live.keys import digest
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

    def said(self, what):
        return [header for header in self.told if header["do"] == what]


@pytest.fixture
def hub(tmp_path):
    return Hub(Settings(workers=1, max_viewers=3, max_sessions=2, data=tmp_path))


def enter(hub, key="k"):
    """A session that is awake, with a worker that only notes what it is told."""
    entry = Entry("s", digest(key), worker=Recorder())
    entry.settled.set()
    hub.homes.entries[entry.id] = entry
    return entry


def frame(entry, channel, sequence):
    header = {"is": "frame", "session": entry.id, "channel": channel, "sequence": sequence}
    return Message(header, str(sequence).encode())


def test_credit_is_given_back_when_somebody_takes_a_frame_and_not_before(hub):
    async def scenario():
        entry = enter(hub)
        worker = entry.worker
        viewer = hub.join(entry, can_control=False)
        number = viewer.channel.number
        hub.homes.pool.on_message(frame(entry, number, 1))
        hub.homes.pool.on_message(frame(entry, number, 2))
        assert worker.said("credit") == []
        assert await viewer.outbox.get() == b"2"
        assert [header["frames"] for header in worker.said("credit")] == [2]

    asyncio.run(scenario())


def test_what_a_viewer_took_along_is_given_back_when_it_leaves_others(hub):
    async def scenario():
        entry = enter(hub)
        first, second = hub.join(entry, False), hub.join(entry, False)
        hub.homes.pool.on_message(frame(entry, first.channel.number, 1))
        hub.leave(entry, first)
        assert [header["frames"] for header in entry.worker.said("credit")] == [1]
        hub.leave(entry, second)
        assert len(entry.worker.said("close")) == 1
        assert entry.channels == {}

    asyncio.run(scenario())


def test_viewers_with_the_same_wishes_share_a_channel(hub):
    async def scenario():
        entry = enter(hub)
        first, second = hub.join(entry, False), hub.join(entry, False)
        assert first.channel is second.channel
        hub.watch(entry, first, Watch((probes["weights"](),)))
        assert first.channel is not second.channel
        hub.watch(entry, second, Watch((probes["weights"](),)))
        assert first.channel is second.channel
        assert len(entry.channels) == 1

    asyncio.run(scenario())


def test_there_is_a_limit_to_viewers_and_it_is_said(hub):
    async def scenario():
        entry = enter(hub)
        for _ in range(3):
            assert isinstance(hub.join(entry, False), Viewer)
        with pytest.raises(Problem, match="3 viewers") as refused:
            hub.join(entry, False)
        assert refused.value.status == 429

    asyncio.run(scenario())


def test_only_its_own_key_controls_a_session(hub):
    async def scenario():
        entry = enter(hub, key="k")
        assert entry.role_of("k") is Role.OWNER
        assert entry.role_of("l") is Role.VIEWER

    asyncio.run(scenario())


def test_fields_are_added_to_a_text_unread():
    assert json.loads(with_fields(b'{"a": 1}', key="k", flag=True)) == {"a": 1, "key": "k", "flag": True}
