import asyncio
import gc
import json
import os
import signal
import socket
import sqlite3
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from app.live.homes import Homes, expect_success
from app.problems import Problem
from app.settings import Settings
from tests.app.processes import workers_of

PATIENCE = 60
STEPS = b'{"steps": 300}'


@asynccontextmanager
async def homes(folder: Path, **choices) -> AsyncIterator[Homes]:
    """Sessions with real workers and a real store."""
    made = Homes(Settings(**{"workers": 2, "data": folder, **choices}), lambda entry, message: None)
    try:
        async with asyncio.timeout(4 * PATIENCE):
            await made.start()
            yield made
    finally:
        await made.stop()


def play(scenario, *arguments) -> None:
    asyncio.run(scenario(*arguments))


async def until(true) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.01)


def kill(entry) -> int:
    """Kill the worker with which a session lives; return the number that the process had."""
    peer = entry.worker.transport.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    pid = struct.unpack("3i", peer)[0]
    os.kill(pid, signal.SIGKILL)
    return pid


async def history(sessions: Homes, entry) -> list:
    return json.loads(await sessions.call(entry, "metrics"))["history"]


async def kept_state(sessions: Homes, entry) -> bytes:
    return (await sessions.archive.find(entry.id)).state


async def straight(sessions: Homes, steps: int) -> list:
    """The history of a session that nothing happens to."""
    entry, _, _ = await sessions.create(b"")
    await sessions.call(entry, "step", json.dumps({"steps": steps}).encode())
    return await history(sessions, entry)


def test_a_killed_worker_takes_no_session_along(tmp_path):
    async def scenario():
        async with homes(tmp_path) as sessions:
            made = [(await sessions.create(b""))[0] for _ in range(6)]
            for entry in made:
                await sessions.call(entry, "step", STEPS)
            for _ in range(3):
                kill(made[0])
                for entry in made:
                    await sessions.call(entry, "step", STEPS)
            expected = await straight(sessions, 1200)
            for entry in made:
                assert await history(sessions, entry) == expected

    play(scenario)


def test_a_step_call_survives_its_worker(tmp_path):
    async def scenario():
        async with homes(tmp_path) as sessions:
            entry, _, _ = await sessions.create(b"")
            long = asyncio.create_task(sessions.call(entry, "step", b'{"steps": 200000}'))
            for _ in range(2):
                before = await kept_state(sessions, entry)
                while await kept_state(sessions, entry) == before:  # some of it is kept, and some not
                    assert not long.done()
                    await asyncio.sleep(0.01)
                kill(entry)
            assert json.loads(await long)["step"] == 200_000
            assert await history(sessions, entry) == await straight(sessions, 200_000)

    play(scenario)


def test_sessions_sleep_and_wake(tmp_path):
    async def scenario():
        async with homes(tmp_path, workers=1, idle_seconds=0.2) as sessions:
            entry, key, _ = await sessions.create(b"")
            await sessions.call(entry, "step", STEPS)
            await until(lambda: entry.id not in sessions.entries)
            assert all(link.sessions == 0 for link in sessions.pool.links)
            again = await sessions.find(entry.id)
            assert again.is_owned_by(key)
            assert json.loads(await sessions.call(again, "describe"))["step"] == 300

    play(scenario)


def test_sessions_survive_the_hub(tmp_path):
    async def first(told: dict):
        async with homes(tmp_path, workers=1) as sessions:
            entry, key, _ = await sessions.create(b'{"title": "mine"}')
            await sessions.call(entry, "step", STEPS)
            await sessions.call(entry, "adopt", b'{"optimizer": {"learning_rate": 0.1}}')
            await sessions.call(entry, "play", b'{"steps_per_second": 1000}')
            told |= {"id": entry.id, "key": key}

    async def second(told: dict):
        async with homes(tmp_path, workers=1) as sessions:
            entry = await sessions.find(told["id"])
            found = json.loads(await sessions.call(entry, "describe"))
            assert (found["title"], found["phase"], found["version"]) == ("mine", "playing", 1)
            assert found["experiment"]["optimizer"]["learning_rate"] == 0.1
            assert found["step"] >= 300
            assert entry.is_owned_by(told["key"])
            sessions.end(entry, "over")

    async def third(told: dict):
        async with homes(tmp_path, workers=1) as sessions:
            with pytest.raises(Problem) as refused:
                await sessions.find(told["id"])
            assert refused.value.status == 404

    told: dict = {}
    for scenario in (first, second, third):
        play(scenario, told)


def test_a_step_call_is_answered_where_the_session_has_moved_meanwhile(tmp_path):
    async def scenario():
        async with homes(tmp_path) as sessions:
            entry, _, _ = await sessions.create(b"")
            long = asyncio.create_task(sessions.call(entry, "step", b'{"steps": 100000}'))
            before = await kept_state(sessions, entry)
            while await kept_state(sessions, entry) == before:
                await asyncio.sleep(0.01)
            await sessions._release(entry)
            await sessions._house(entry)
            assert json.loads(await long)["step"] == 100_000

    play(scenario)


def test_the_load_is_spread_when_a_worker_is_replaced(tmp_path):
    async def scenario():
        async with homes(tmp_path) as sessions:
            await until(lambda: len(sessions.pool.ready) == 2)  # else all are housed where the first is
            made = [(await sessions.create(b""))[0] for _ in range(4)]
            assert sorted(link.sessions for link in sessions.pool.links) == [2, 2]
            kill(made[0])
            await until(lambda: [link.sessions for link in sessions.pool.links] == [2, 2])
            for entry in made:
                await sessions.call(entry, "step", STEPS)

    play(scenario)


def test_the_idlest_makes_room_but_nobody_who_was_needed_just_now(tmp_path):
    async def scenario():
        async with homes(tmp_path, workers=1, max_sessions=2) as sessions:
            first, second = [(await sessions.create(b""))[0] for _ in range(2)]
            with pytest.raises(Problem, match="2 sessions are awake") as refused:
                await sessions.create(b"")
            assert refused.value.status == 429
            first.touched -= 3600
            third, _, _ = await sessions.create(b"")
            assert set(sessions.entries) == {second.id, third.id}
            second.touched -= 3600
            await sessions.find(first.id)
            assert set(sessions.entries) == {first.id, third.id}

    play(scenario)


def test_what_cannot_be_made_leaves_nothing_behind(tmp_path):
    async def scenario():
        async with homes(tmp_path, workers=1) as sessions:
            with pytest.raises(Problem):
                await sessions.create(b'{"experiment": {"seed": -1}}')
            assert not sessions.entries
            assert await sessions.archive.recent(PATIENCE) == []
            assert all(link.sessions == 0 for link in sessions.pool.links)

    play(scenario)


def test_a_session_that_ends_while_it_moves_is_gone(tmp_path):
    async def scenario():
        async with homes(tmp_path) as sessions:
            entry, _, _ = await sessions.create(b"")
            worker = entry.worker
            kill(entry)
            while entry.settled.is_set():
                await asyncio.sleep(0)
            sessions.end(entry, "over")
            with pytest.raises(Problem, match="over"):
                await sessions.call(entry, "describe")
            await until(lambda: len(sessions.pool.links) == 2 and worker not in sessions.pool.links)
            assert all(link.sessions == 0 for link in sessions.pool.links)

    play(scenario)


def test_the_workers_that_are_killed_are_replaced(tmp_path):
    async def scenario():
        async with homes(tmp_path, workers=1) as sessions:
            entry, _, _ = await sessions.create(b"")
            before = set(workers_of(os.getpid()))
            killed = kill(entry)
            await sessions.call(entry, "step", STEPS)
            after = set(workers_of(os.getpid()))
            assert before - after == {killed}
            assert len(after) == len(before)

    play(scenario)


def test_refusals_of_workers_become_problems():
    assert expect_success(200, b"{}") == b"{}"
    text = Problem(422, "x: wrong", [{"field": "x", "message": "wrong"}]).json()
    with pytest.raises(Problem) as refused:
        expect_success(422, text)
    assert refused.value.json() == text


def test_a_session_that_cannot_be_read_is_refused_and_the_others_go_on(tmp_path, caplog):
    async def scenario():
        async with homes(tmp_path, workers=1) as sessions:
            damaged, _, _ = await sessions.create(b"")
            sound, _, _ = await sessions.create(b"")
            sessions.archive.keep(damaged.id, *checkpoint(b"no document", b"no state"))
            kill(damaged)
            with pytest.raises(Problem, match="could not be continued"):
                await sessions.call(damaged, "describe")
            await sessions.call(sound, "step", STEPS)
            assert [link.sessions for link in sessions.pool.links] == [1]
        assert "a session cannot be continued" in caplog.messages

    play(scenario)


def checkpoint(document: bytes, state: bytes) -> tuple[dict[str, object], bytes]:
    """What a worker might say of a session that has begun a new run."""
    lengths = [len(document), len(state), None]
    header = {"run": 1, "first": 0, "epoch": 0, "lengths": lengths, "urgent": True, "playing": False}
    return header, document + state


def test_a_session_that_was_damaged_is_refused_and_nobody_waits_for_it(tmp_path):
    async def scenario():
        async with homes(tmp_path, workers=1) as sessions:
            entry, _, _ = await sessions.create(b"")
        with sqlite3.connect(tmp_path / "sessions.db") as database:
            spoilt = "CAST(substr(document, 1, length(document) - 1) || x'00' AS BLOB)"
            database.execute(f"UPDATE sessions SET document = {spoilt}")
        database.close()
        async with homes(tmp_path, workers=1) as sessions:
            for _ in range(2):
                with pytest.raises(Problem, match="could not be continued") as caught:
                    await sessions.call(await sessions.find(entry.id), "describe")
                assert caught.value.status == 404
            assert [link.sessions for link in sessions.pool.links] == [0]

    play(scenario)


def test_what_a_session_has_computed_survives_a_new_start(tmp_path):
    limited = {"workers": 1, "max_compute_seconds": 0.3}
    told = {}

    async def first():
        async with homes(tmp_path, **limited) as sessions:
            entry, _, _ = await sessions.create(b"")
            with pytest.raises(Problem, match=r"computed for 0.3 seconds today") as refused:
                await sessions.call(entry, "step", b'{"steps": 1000000}')
            assert refused.value.status == 429
            told["id"], told["step"] = entry.id, json.loads(await sessions.call(entry, "describe"))["step"]

    async def second():
        async with homes(tmp_path, **limited) as sessions:
            entry = await sessions.find(told["id"])
            document = json.loads(await sessions.call(entry, "describe"))
            assert (document["phase"], document["step"]) == ("paused", told["step"])
            assert document["compute"]["seconds"] >= 0.3
            with pytest.raises(Problem, match="max_compute_seconds"):
                await sessions.call(entry, "play")

    async def generous():
        async with homes(tmp_path, workers=1) as sessions:
            await sessions.call(await sessions.find(told["id"]), "step", STEPS)

    for scenario in (first, second, generous):
        play(scenario)


@contextmanager
def read_only(sessions: Homes) -> Iterator[None]:
    """Let the database refuse all that is to be written, for the length of a block."""
    with sessions.archive._store.transaction() as connection:
        driver = connection.connection.driver_connection
    driver.execute("PRAGMA query_only = ON")
    yield
    driver.execute("PRAGMA query_only = OFF")


def test_house_is_kept_while_the_store_fails_and_what_it_refused_is_kept_later(tmp_path, caplog):
    told = {}

    async def failing():
        async with homes(tmp_path, workers=1, idle_seconds=0.5) as sessions:
            made = [(await sessions.create(b""))[0] for _ in range(2)]
            entry = made[0]
            with read_only(sessions):
                entry.room.change(is_open=False)
                await sessions.keep_room(entry)
                assert entry.stored_room != entry.room.version
                assert sessions.archive.trouble is not None
                entry.touched -= 3600
                await sessions._tidy(1)
                assert set(sessions.entries) == {each.id for each in made}, "nobody sleeps who could not wake"
                await sessions.call(entry, "step", STEPS)
            await until(lambda: sessions.archive.trouble is None and entry.stored_room == entry.room.version)
            await until(lambda: not sessions.entries)  # now they sleep
            told["id"] = entry.id
        gc.collect()
        assert "never retrieved" not in caplog.text, "the writer tells of trouble once, and nobody else does"

    async def afterwards():
        async with homes(tmp_path, workers=1) as sessions:
            entry = await sessions.find(told["id"])
            assert not entry.room.is_open
            assert json.loads(await sessions.call(entry, "describe"))["step"] == 300

    for scenario in (failing, afterwards):
        play(scenario)
