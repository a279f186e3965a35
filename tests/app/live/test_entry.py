import asyncio
import json
from time import monotonic

import pytest

from app.live.entry import Entry
from app.live.keys import digest
from app.live.outbox import Outbox
from app.problems import Problem


class Recorder:
    """A worker that only notes what it is told."""

    def __init__(self) -> None:
        self.told, self.sessions = [], 1

    def send(self, header):
        self.told.append(header)


def test_a_worker_is_told_things_only_while_the_session_lives_there():
    entry = Entry("s", digest("k"), worker=Recorder())
    entry.tell("close", channel=1)
    entry.settled.set()
    entry.tell("close", channel=2)
    assert entry.worker.told == [{"do": "close", "session": "s", "channel": 2}]


def test_who_asks_for_the_home_waits_until_there_is_one():
    async def scenario():
        entry = Entry("s", digest("k"))
        asking = asyncio.create_task(entry.home())
        await asyncio.sleep(0)
        assert not asking.done()
        entry.worker = Recorder()
        entry.settled.set()
        assert await asking is entry.worker

    asyncio.run(scenario())


def test_a_closed_session_tells_its_viewers_and_those_who_wait():
    async def scenario():
        worker = Recorder()
        entry = Entry("s", digest("k"), worker=worker)
        viewer = entry.audience.join(False, Outbox())
        asking = asyncio.create_task(entry.home())
        await asyncio.sleep(0)
        entry.close("It is over.")
        assert json.loads(await viewer.outbox.get()) == {"event": "closed", "reason": "It is over."}
        assert await viewer.outbox.get() is None
        assert worker.sessions == 0
        with pytest.raises(Problem, match="It is over"):
            await asking

    asyncio.run(scenario())


def test_who_is_watched_waited_for_or_called_is_not_idle():
    entry = Entry("s", digest("k"))
    assert entry.is_idle(monotonic())
    assert not entry.is_idle(entry.touched - 1)
    entry.steps.add(1)
    assert not entry.is_idle(monotonic())
    entry.steps.clear()
    entry.audience.join(False, Outbox())
    assert not entry.is_idle(monotonic())
