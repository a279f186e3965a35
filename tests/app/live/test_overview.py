import asyncio

import pytest

from app.live.overview import end_session, health, list_sessions, moment
from app.problems import Problem
from tests.app.live.test_homes import PATIENCE, homes, kill, play, until


def test_sessions_that_sleep_are_listed_and_ended_without_waking(tmp_path):
    async def scenario():
        async with homes(tmp_path, workers=1) as sessions:
            made = [(await sessions.create(b""))[0] for _ in range(2)]
            asleep, awake = made
            await sessions._sleep(asleep)
            listed = {line["id"]: line for line in await list_sessions(sessions)}
            assert {name: line["awake"] for name, line in listed.items()} == {asleep.id: False, awake.id: True}
            for entry in made:
                await end_session(sessions, entry.id)
            async with asyncio.timeout(PATIENCE):
                while await list_sessions(sessions):  # the store comes after
                    await asyncio.sleep(0.01)
            with pytest.raises(Problem) as refused:
                await end_session(sessions, asleep.id)
            assert refused.value.status == 404

    play(scenario)


def test_health_counts_what_there_is_and_says_what_is_wrong(tmp_path):
    async def scenario():
        async with homes(tmp_path, workers=1) as sessions:
            entry, _, _ = await sessions.create(b"")
            await until(lambda: health(sessions)["workers"]["ready"] == 1)
            assert health(sessions) == {
                "status": "ok",
                "workers": {"running": 1, "ready": 1, "wanted": 1, "restarts": 0},
                "queue": 0,
                "sessions": {"awake": 1, "most": sessions.settings.max_sessions},
                "viewers": 0,
                "store": "ok",
            }
            asking = asyncio.create_task(sessions.call(entry, "step", b'{"steps": 100000}'))
            await until(lambda: health(sessions)["queue"] == 1)
            kill(entry)
            await until(lambda: health(sessions)["status"] == "degraded")
            workers = {"running": 1, "ready": 1, "wanted": 1, "restarts": 1}
            await until(lambda: health(sessions)["workers"] == workers)
            await asking
            assert health(sessions)["status"] == "ok"
            sessions.archive._writer.trouble = "disk full"
            assert (health(sessions)["status"], health(sessions)["store"]) == ("degraded", "disk full")
            sessions.archive._writer.trouble = None

    play(scenario)


def test_moments_say_their_zone():
    assert moment(0) == "1970-01-01T00:00:00+00:00"
