import asyncio
import json

import pytest

from app.live.audience import Viewer
from app.live.entry import Entry
from app.live.hub import Hub, with_fields
from app.live.keys import digest
from app.live.link import Message
from app.live.outbox import Outbox
from app.live.room import Role
from app.problems import Problem
from app.settings import Settings


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


def message(entry, what, payload, **fields):
    return Message({"is": what, "session": entry.id, **fields}, payload)


def test_what_a_worker_says_reaches_the_viewers_it_is_for(hub):
    async def scenario():
        entry = enter(hub)
        viewer, owner = hub.join(entry, False, Outbox()), hub.join(entry, True, Outbox())
        hub.homes.pool.on_message(message(entry, "greeting", b'{"step":1}'))
        hub.homes.pool.on_message(message(entry, "news", b'{"step":2}'))
        hub.homes.pool.on_message(message(entry, "frame", b"frame", channel=viewer.channel.number, sequence=1))
        texts = [json.loads(await box.get()) for box in (viewer.outbox, viewer.outbox, owner.outbox)]
        assert [(text["session"]["step"], text["session"]["can_control"]) for text in texts] == [
            (1, False), (2, False), (1, True),
        ]  # fmt: skip
        assert await viewer.outbox.get() == b"frame"
        assert {header["session"] for header in entry.worker.told} == {entry.id}

    asyncio.run(scenario())


def test_there_is_a_limit_to_viewers_and_it_is_said(hub):
    async def scenario():
        entry = enter(hub)
        for _ in range(3):
            assert isinstance(hub.join(entry, False, Outbox()), Viewer)
        with pytest.raises(Problem, match="3 viewers") as refused:
            hub.join(entry, False, Outbox())
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
