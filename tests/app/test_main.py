import json
import re
import signal
import time
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from app.main import read_settings
from tests.app.processes import workers_of
from tests.app.watching import watching
from tests.command import running, start

PATIENCE = 20
"""Seconds in which a busy machine, too, ends what ends within five."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for workers in /proc")
def test_ctrl_c_ends_server_and_workers_within_seconds_though_a_network_trains_and_somebody_watches(number):
    with running("--workers", "1") as (process, address), httpx.Client(base_url=address) as client:
        session = client.post("/api/sessions").json()
        client.post(f"/api/sessions/{session['id']}/play", headers={"Authorization": f"Bearer {session['key']}"})
        workers = workers_of(process.pid)
        assert len(workers) == 1
        with watching(client, session["id"]) as viewer:
            viewer.frame()
            start = time.monotonic()
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
        assert time.monotonic() - start < PATIENCE
        assert "Traceback" not in errors
        assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_workers_do_not_outlive_a_server_that_was_killed():
    with running("--workers", "1") as (process, _):
        (worker,) = workers_of(process.pid)
        process.kill()
        process.wait()
        deadline = time.monotonic() + PATIENCE
        while is_running(worker):
            assert time.monotonic() < deadline
            time.sleep(0.02)


def is_running(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def test_it_works_from_a_folder_that_has_an_app_of_its_own(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").write_text("raise SystemExit('the wrong app')")
    process, address = start(tmp_path / "data", folder=tmp_path)
    try:
        assert json.loads(httpx.get(f"{address}/api/health").text)["status"] == "ok"
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_wrong_settings_are_said_in_one_line():
    with pytest.raises(SystemExit, match=r"livenet: port: .*65535"):
        read_settings(["--port", "70000"])


def test_viewers_are_told_that_the_server_ends_and_the_printed_token_is_the_operators():
    with running("--workers", "1") as (process, address), httpx.Client(base_url=address) as client:
        token = re.search(r"token is (\S+)", process.stdout.readline()).group(1)
        session = client.post("/api/sessions").json()
        headers = {"Authorization": f"Bearer {token}"}
        assert [each["id"] for each in client.get("/api/operator/sessions", headers=headers).json()] == [session["id"]]
        with watching(client, session["id"]) as viewer:
            viewer.event()
            process.send_signal(signal.SIGTERM)
            assert viewer.event(lambda event: event["event"] == "restart")["reason"]
            with pytest.raises(ConnectionClosed) as ended:
                viewer.event(lambda event: False)
        assert ended.value.rcvd.code == 1012
        process.wait(20)
