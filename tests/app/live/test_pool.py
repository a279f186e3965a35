import asyncio
import os
import signal
import threading
from pathlib import Path

import httpx
import pytest

from app.live.crews import choose_crew
from app.live.hello import Credentials
from app.live.pool import Pool, WorkerLink
from app.settings import Settings
from tests.app.processes import workers_of
from tests.app.watching import watching
from tests.conftest import serving


@pytest.fixture(scope="module")
def client():
    """A server with a single worker, which may be killed."""
    with serving(Settings(workers=1)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def worker() -> int:
    """The worker that this process started last."""
    return workers_of(os.getpid())[-1]


def test_workers_have_one_thread_for_algebra_and_give_way(client):
    client.post("/api/sessions")
    number = worker()
    environment = Path(f"/proc/{number}/environ").read_bytes()
    assert b"OPENBLAS_NUM_THREADS=1" in environment
    assert os.getpriority(os.PRIO_PROCESS, number) == 19


def test_a_killed_worker_is_replaced_and_viewers_go_on_watching(client):
    session = client.post("/api/sessions").json()
    key = {"Authorization": f"Bearer {session['key']}"}
    with watching(client, session["id"]) as viewer:
        client.post(f"/api/sessions/{session['id']}/play", headers=key)
        last = viewer.frame(lambda frame: frame.stamp.step > 0).stamp
        before = worker()
        os.kill(before, signal.SIGKILL)
        after = viewer.frame(lambda frame: frame.stamp.step > last.step + 50_000).stamp
        assert after.sequence > last.sequence
    assert worker() != before


def test_who_waits_for_an_answer_of_a_killed_worker_gets_it_from_the_next(client):
    session = client.post("/api/sessions").json()
    key = {"Authorization": f"Bearer {session['key']}"}
    answers = []
    step = f"/api/sessions/{session['id']}/step"
    with watching(client, session["id"]) as viewer:
        caller = threading.Thread(target=lambda: answers.append(client.post(step, json={"steps": 50_000}, headers=key)))
        caller.start()
        viewer.frame(lambda frame: frame.stamp.step > 0)
    os.kill(worker(), signal.SIGKILL)
    caller.join(20)
    assert answers[0].json()["step"] == 50_000


def test_sessions_go_to_workers_that_are_ready_if_there_are_any():
    async def scenario():
        pool = Pool(choose_crew(Settings()), Credentials.fresh(None), print, print)
        busy, young = WorkerLink(pool), WorkerLink(pool)
        pool.links += [busy, young]
        busy.sessions = 3
        assert (await pool.least_loaded(), pool.ready) == (young, [])
        busy.is_ready = True
        assert (await pool.least_loaded(), pool.ready) == (busy, [busy])

    asyncio.run(scenario())
