"""The relay as a process of its own beside its origin, and viewers at both."""

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.app.conftest import Remote
from tests.app.watching import PATIENCE, Watcher, address, watching
from tests.command import Process, running, start

MAPS = {"boundary": {"resolution": 12, "encoding": "byte"}, "weights": {}}


class Two:
    """An origin, and a relay of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process, self.address = start(folder, "--workers", "1")

    @contextmanager
    def relaying(self) -> Iterator["Two"]:
        try:
            with (
                running("--relay", self.address) as (_, here),
                httpx.Client(base_url=here, timeout=60) as self.relay,
                httpx.Client(base_url=self.address, timeout=60) as self.origin,
            ):
                yield self
        finally:
            end(self.process)

    def restart(self) -> None:
        """Kill the origin and start it again in the same place."""
        self.process.send_signal(signal.SIGKILL)
        end(self.process)
        port = urlsplit(self.address).port
        assert port is not None
        self.process, _ = start(self.folder, "--workers", "1", port=port)

    def make(self, **experiment: Any) -> Remote:
        """A session at the origin."""
        document = self.origin.post("/api/sessions", json={"experiment": experiment}).raise_for_status().json()
        return Remote(self.origin, document)


def end(process: Process) -> None:
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Iterator[Two]:
    with Two(tmp_path_factory.mktemp("origin")).relaying() as both:
        yield both


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline
        sleep(0.05)


def has_maps(frame: Any) -> bool:
    return "boundary.values" in frame.arrays


def test_viewers_at_both_see_the_same(two):
    session = two.make()
    with watching(two.origin, session.id) as there, watching(two.relay, session.id) as here:
        for viewer in (there, here):
            assert viewer.event()["session"]["id"] == session.id
            viewer.say({"watch": MAPS})
            viewer.frame(has_maps)
        session.post("/step", {"epochs": 1})
        seen, passed = (viewer.frame(lambda frame: frame.stamp.step == 25) for viewer in (there, here))
    assert passed.stamp[1:] == seen.stamp[1:]
    assert passed.directory["latest"] == seen.directory["latest"]
    assert passed.arrays.keys() == seen.arrays.keys()
    for name, values in seen.arrays.items():
        np.testing.assert_array_equal(passed.arrays[name], values)


def test_what_can_be_asked_is_answered_as_by_the_origin(two):
    session = two.make()
    session.post("/step", {"steps": 7})
    paths = ["", "/metrics", "/parameters", "/gradients", "/data", "/probes/boundary?resolution=5&encoding=byte"]
    for path in paths:
        here, there = (client.get(f"/api/sessions/{session.id}{path}") for client in (two.relay, two.origin))
        assert here.status_code == 200, path
        answered, expected = (dict(answer.json(), compute=None) for answer in (here, there))  # a call takes some
        assert answered == expected, path
    refused = two.relay.get(f"/api/sessions/{session.id}/probes/boundary?resolution=1")
    assert refused.status_code == 422
    assert "resolution" in refused.json()["detail"]
    link = two.relay.get(f"/api/sessions/{session.id}/room").json()["link"]
    assert link == f"{two.relay.base_url}/?session={session.id}".replace("//?", "/?")
    assert two.relay.get(f"/api/sessions/{session.id}/qr.svg").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", ""), ("DELETE", "/{id}"), ("PATCH", "/{id}/experiment"), ("POST", "/{id}/play"),
        ("POST", "/{id}/step"), ("PUT", "/{id}/parameters"), ("PATCH", "/{id}/room"), ("POST", "/{id}/room/grants"),
    ],
)  # fmt: skip
def test_nothing_can_be_changed_here_even_with_the_key(two, method, path):
    session = two.make()
    headers = {"Authorization": f"Bearer {session.key}"}
    answer = two.relay.request(method, f"/api/sessions{path.format(id=session.id)}", json={}, headers=headers)
    assert answer.status_code == 421
    assert two.address in answer.json()["detail"]
    with watching(two.relay, session.id, additional_headers=headers) as viewer:
        assert viewer.event(lambda event: event["event"] == "welcome")["role"] == "viewer"
        assert viewer.event()["session"]["can_control"] is False
    assert session.get()["step"] == 0


def test_what_the_origin_does_not_know_is_not_here_either(two):
    for name in ("AAAAAAAAAAAAAAAAAAAAAA", "x", "a.b/c"):
        assert two.relay.get(f"/api/sessions/{name}").status_code == 404
    with connect(address(two.relay, "AAAAAAAAAAAAAAAAAAAAAA")) as socket:
        assert json.loads(socket.recv(PATIENCE))["event"] == "closed"
        with pytest.raises(ConnectionClosed, match="4404"):
            socket.recv(PATIENCE)


def test_many_here_are_one_there(two):
    session = two.make()
    with watching(two.relay, session.id) as first, watching(two.relay, session.id) as second:
        first.say({"watch": MAPS})
        second.say({"watch": {"weights": {}}})
        first.frame(has_maps)
        second.frame(lambda frame: "weights.output.bias" in frame.arrays)
        first.event(lambda event: event["event"] == "presence" and event["viewers"] == 2)
        assert session.get("/room")["viewer_count"] == 1


def test_a_room_that_is_closed_there_is_closed_here(two):
    session = two.make()
    path = f"/api/sessions/{session.id}"
    with watching(two.relay, session.id) as inside:
        token = inside.event(lambda event: event["event"] == "welcome")["token"]
        session.ask("PATCH", "/room", json={"open": False}).raise_for_status()
        inside.event(lambda event: event["event"] == "presence" and not event["open"])
        assert two.relay.get(path).status_code == 403
        assert two.relay.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 200
        with watching(two.relay, session.id) as outside, pytest.raises(ConnectionClosed, match="4403"):
            outside.event()
        with watching(two.relay, session.id, f"?viewer={token}") as again:
            assert again.event()["event"] == "session"
        session.ask("PATCH", "/room", json={"open": True}).raise_for_status()
        wait_until(lambda: two.relay.get(path).status_code == 200)


def test_viewers_learn_that_a_session_has_ended(two):
    session = two.make()
    with watching(two.relay, session.id) as viewer:
        viewer.event()
        session.ask("DELETE").raise_for_status()
        assert viewer.event(lambda event: event["event"] == "closed")["reason"] == "The session was ended."
        with pytest.raises(ConnectionClosed, match="4404"):
            viewer.event()
    assert two.relay.get(f"/api/sessions/{session.id}").status_code == 404


def test_records_that_were_missed_come_from_the_origin(two):
    session = two.make()
    session.post("/step", {"steps": 40})
    with watching(two.relay, session.id) as viewer:
        viewer.say({"have": {"records": 11, "step": 10}})
        event = viewer.event(lambda event: event["event"] == "records")
    assert event["start"] == 11
    assert [record["step"] for record in event["records"]] == list(range(11, 41))


def test_viewers_outlive_the_origin(two):
    session = two.make()
    session.post("/play", {"steps_per_second": 200})
    with watching(two.relay, session.id) as viewer:
        viewer.say({"watch": MAPS})
        before = viewer.frame(lambda frame: has_maps(frame) and frame.stamp.step > 400).stamp.step
        two.restart()
        assert read_on(viewer, before).stamp.step > before
        assert viewer.socket.close_code is None
    assert two.relay.get("/api/health").json()["workers"]["wanted"] == 0


def read_on(viewer: Watcher, step: int) -> Any:
    """A frame with pictures after that step."""
    return viewer.frame(lambda frame: has_maps(frame) and frame.stamp.step > step)


def test_the_page_of_a_server_without_an_origin_says_so(tmp_path):
    with running("--relay", "http://127.0.0.1:9") as (_, here), httpx.Client(base_url=here, timeout=60) as client:
        assert client.get("/").status_code == 200
        assert client.get("/api/health").json()["status"] == "ok"
        assert client.get("/api/catalogue").status_code == 200
