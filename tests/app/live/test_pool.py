import os
import signal
import threading
from pathlib import Path

import httpx
import pytest

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


def test_a_killed_worker_is_replaced_and_its_sessions_are_reported_lost(client):
    session = client.post("/api/sessions").json()
    address = f"/api/sessions/{session['id']}"
    with watching(client, session["id"]) as viewer:
        viewer.frame()
        before = worker()
        os.kill(before, signal.SIGKILL)
        closed = viewer.event(lambda event: event["event"] == "closed")
        assert "lost" in closed["reason"]
    assert client.get(address).status_code == 404
    again = client.post("/api/sessions")
    assert again.status_code == 201
    assert worker() != before


def test_who_waits_for_an_answer_of_a_killed_worker_is_told(client):
    session = client.post("/api/sessions").json()
    key = {"Authorization": f"Bearer {session['key']}"}
    answers = []
    step = f"/api/sessions/{session['id']}/step"
    with watching(client, session["id"]) as viewer:
        caller = threading.Thread(
            target=lambda: answers.append(client.post(step, json={"steps": 1_000_000}, headers=key))
        )
        caller.start()
        viewer.frame(lambda frame: frame.stamp.step > 0)
        os.kill(worker(), signal.SIGKILL)
        caller.join(20)
    assert answers[0].status_code == 503
    assert answers[0].headers["content-type"] == "application/problem+json"
