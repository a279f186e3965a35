import asyncio

from app.live.outbox import MOST_EVENTS, Outbox, Waiting
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
