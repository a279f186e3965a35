import asyncio

import pytest

from app.live.audience import Audience
from app.live.outbox import Outbox
from app.wire.commands import Have, Watch
from engine.probes import probes

WEIGHTS = Watch((probes["weights"](),))


@pytest.fixture
def told():
    """What the worker is told."""
    return []


@pytest.fixture
def audience(told):
    return Audience(lambda what, **header: told.append({"do": what, **header}))


def said(told, what):
    return [header for header in told if header["do"] == what]


def at_once(frame, outboxes):
    for outbox in outboxes:
        outbox.put_frame(frame)


def join(audience):
    return audience.join(False, Outbox())


def test_credit_is_given_back_when_somebody_takes_a_frame_and_not_before(audience, told):
    async def scenario():
        viewer = join(audience)
        audience.pass_frame(viewer.channel.number, 1, b"1", at_once)
        audience.pass_frame(viewer.channel.number, 2, b"2", at_once)
        assert said(told, "credit") == []
        assert await viewer.outbox.get() == b"2"
        assert said(told, "credit") == [{"do": "credit", "channel": viewer.channel.number, "frames": 2}]

    asyncio.run(scenario())


def test_what_a_viewer_took_along_is_given_back_when_it_leaves_others(audience, told):
    async def scenario():
        first, second = join(audience), join(audience)
        audience.pass_frame(first.channel.number, 1, b"1", at_once)
        audience.leave(first)
        assert [header["frames"] for header in said(told, "credit")] == [1]
        audience.leave(second)
        assert len(said(told, "close")) == 1
        assert audience.channels == audience.viewers == {}

    asyncio.run(scenario())


def test_viewers_with_the_same_wishes_share_a_channel(audience, told):
    async def scenario():
        first, second = join(audience), join(audience)
        assert first.channel is second.channel
        audience.watch(first, WEIGHTS)
        assert first.channel is not second.channel
        audience.watch(second, WEIGHTS)
        assert first.channel is second.channel
        audience.watch(second, Watch(WEIGHTS.probes, rate=10))
        assert first.channel is not second.channel
        assert len(said(told, "open")) - len(said(told, "close")) == len(audience.channels) == 2

    asyncio.run(scenario())


def test_who_joins_sees_at_once_what_the_others_see_and_the_worker_need_not_know(audience, told):
    async def scenario():
        first = join(audience)
        audience.pass_frame(first.channel.number, 1, b"1", at_once)
        before = list(told)
        second = join(audience)
        assert await second.outbox.get() == b"1"
        assert [header["do"] for header in told[len(before) :]] == ["credit"]

    asyncio.run(scenario())


def test_one_document_serves_all_who_join_before_it_comes(audience, told):
    async def scenario():
        viewers = [join(audience) for _ in range(3)]
        assert len(said(told, "greet")) == 1
        audience.greet(lambda viewer: f"hello {viewer.number}")
        assert [await viewer.outbox.get() for viewer in viewers] == ["hello 1", "hello 2", "hello 3"]
        late = join(audience)
        assert len(said(told, "greet")) == 2
        audience.tell_all(lambda viewer: f"news {viewer.number}")
        audience.greet(lambda viewer: f"hello {viewer.number}")
        assert [await late.outbox.get() for _ in range(2)] == ["news 4", "hello 4"]
        assert await viewers[0].outbox.get() == "news 1"

    asyncio.run(scenario())


def test_a_greeting_that_nobody_waits_for_is_not_sent_to_others(audience):
    async def scenario():
        gone, there = join(audience), join(audience)
        audience.leave(gone)
        audience.greet(lambda viewer: f"hello {viewer.number}")
        audience.greet(lambda viewer: "again")
        audience.close()
        assert [await there.outbox.get(), await there.outbox.get()] == ["hello 2", None]

    asyncio.run(scenario())


def test_frames_of_a_channel_that_is_no_more_are_dropped(audience):
    async def scenario():
        viewer = join(audience)
        old = viewer.channel.number
        audience.watch(viewer, WEIGHTS)
        audience.pass_frame(old, 1, b"old", at_once)
        audience.pass_frame(viewer.channel.number, 2, b"new", at_once)
        assert await viewer.outbox.get() == b"new"

    asyncio.run(scenario())


def test_another_worker_is_asked_for_all_that_is_wanted(audience, told):
    async def scenario():
        viewer, other = join(audience), join(audience)
        audience.watch(viewer, WEIGHTS)
        audience.pass_frame(viewer.channel.number, 1, b"1", at_once)
        told.clear()
        audience.reopen()
        assert len(said(told, "greet")) == 1
        assert {header["channel"] for header in said(told, "open")} == {viewer.channel.number, other.channel.number}
        audience.greet(lambda viewer: "hello")
        assert [await each.outbox.get() for each in (viewer, other)] == ["hello"] * 2
        assert await viewer.outbox.get() == b"1"
        assert said(told, "credit") == []  # the new worker has made no frame yet

    asyncio.run(scenario())


def test_who_comes_back_with_the_same_gets_the_same_answer(audience, told):
    async def scenario():
        first, second, other = (join(audience) for _ in range(3))
        for viewer, have in ((first, Have(5, 50)), (second, Have(5, 50)), (other, Have(4, 40))):
            audience.come_back(viewer, have)
        assert [header["records"] for header in said(told, "recall")] == [5, 4]
        audience.recall(Have(5, 50), "missed")
        assert [await each.outbox.get() for each in (first, second)] == ["missed"] * 2
        told.clear()
        audience.reopen()
        assert said(told, "recall") == [{"do": "recall", "records": 4, "step": 40}]

    asyncio.run(scenario())
