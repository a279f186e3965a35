import asyncio
from time import monotonic

from app.live.outbox import MOST_EVENTS, SILENCE, STANDSTILL, Outbox, Tally, Waiting
from app.wire.commands import WINDOW


def waiting(sequence: int, taken: list[int] | None = None) -> Waiting:
    return Waiting(sequence, str(sequence).encode(), lambda: taken.append(sequence) if taken is not None else None)


def run(scenario):
    async def limited():
        async with asyncio.timeout(5):
            return await scenario()

    return asyncio.run(limited())


def test_of_frames_only_the_newest_waits():
    async def scenario():
        box, taken = Outbox(), []
        for sequence in range(5):
            box.put_frame(waiting(sequence, taken))
        return await box.get(), taken

    assert run(scenario) == (b"4", [4])


def test_events_come_first_and_in_order():
    async def scenario():
        box = Outbox()
        box.put_frame(waiting(1))
        box.put_event("a")
        box.put_event("b")
        return [await box.get() for _ in range(3)]

    assert run(scenario) == ["a", "b", b"1"]


def test_who_waits_is_woken():
    async def scenario():
        box = Outbox()
        reader = asyncio.create_task(box.get())
        await asyncio.sleep(0)
        box.put_frame(waiting(3))
        return await reader

    assert run(scenario) == b"3"


def test_too_many_events_close_the_box_after_those_that_fit():
    async def scenario():
        box = Outbox()
        for number in range(MOST_EVENTS + 1):
            box.put_event(str(number))
        got = [item async for item in items(box)]
        return got, box.overflowed

    got, overflowed = run(scenario)
    assert got == [str(number) for number in range(MOST_EVENTS)]
    assert overflowed


async def items(box: Outbox):
    while (item := await box.get()) is not None:
        yield item


def test_a_closed_box_gives_its_events_but_no_frame():
    async def scenario():
        box = Outbox()
        box.put_event("last")
        box.put_frame(waiting(1))
        box.close()
        return [item async for item in items(box)]

    assert run(scenario) == ["last"]


def test_who_acknowledges_is_never_sent_more_than_a_window_ahead():
    async def scenario():
        box = Outbox()
        box.acknowledge(0)
        for sequence in range(1, WINDOW + 1):
            box.put_frame(waiting(sequence))
            await box.get()
        box.put_frame(waiting(WINDOW + 1))
        reader = asyncio.create_task(box.get())
        await asyncio.sleep(0)
        held_back = not reader.done()
        box.acknowledge(5)
        return held_back, await reader

    assert run(scenario) == (True, str(WINDOW + 1).encode())


def test_who_never_acknowledges_gets_all_it_can_take():
    async def scenario():
        box = Outbox()
        for sequence in range(3 * WINDOW):
            box.put_frame(waiting(sequence))
            assert await box.get() == str(sequence).encode()

    run(scenario)


def test_a_frame_is_said_to_be_taken_once_however_many_take_it():
    taken: list[int] = []
    frame = waiting(1, taken)
    for _ in range(3):
        frame.take()
    assert taken == [1]


def test_what_was_sent_and_what_gave_way_is_counted():
    async def scenario():
        tally = Tally()
        box = Outbox(tally)
        for sequence in range(3):
            box.put_frame(waiting(sequence))
        await box.get()
        box.put_frame(waiting(3))
        await box.get()
        return tally.sent, tally.skipped

    assert run(scenario) == (2, 2)


def test_who_has_acknowledged_and_falls_silent_is_in_trouble():
    async def scenario():
        box, start = Outbox(), monotonic()
        box.acknowledge(0)
        assert box.trouble(start + 1000) is None  # nothing was sent since
        box.put_frame(waiting(1))
        await box.get()
        start = monotonic()
        assert box.trouble(start + SILENCE - 1) is None
        assert "acknowledged" in box.trouble(start + SILENCE + 1)
        calm = start + box.calm(start)
        assert box.trouble(calm - 0.01) is None
        assert box.trouble(calm) is not None
        box.acknowledge(1)
        assert box.trouble(start + SILENCE + 1) is None
        assert box.calm(monotonic()) == SILENCE  # if it falls silent now

    run(scenario)


def test_who_never_acknowledges_is_in_trouble_only_when_nothing_moves():
    async def scenario():
        box = Outbox()
        box.put_frame(waiting(1))
        await box.get()
        assert box.trouble(monotonic() + 1000) is None
        box.put_frame(waiting(2))
        assert box.trouble(monotonic() + STANDSTILL - 1) is None
        box.put_frame(waiting(3))
        assert "taken" in box.trouble(monotonic() + STANDSTILL + 1)
        late = monotonic() + STANDSTILL - 1
        assert box.trouble(late + box.calm(late)) is not None

    run(scenario)


def test_waiting_is_counted_from_when_there_was_something_to_take(monkeypatch):
    async def scenario():
        box = Outbox()
        now = monotonic()
        monkeypatch.setattr("app.live.outbox.monotonic", lambda: now + 1000)
        box.put_event("after a long rest")
        assert box.trouble(now + 1000 + STANDSTILL - 1) is None

    run(scenario)
