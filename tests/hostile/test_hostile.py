"""Short forms of the scripts beside this file. They check what was refused, and leave the figures to the scripts."""

import resource
from collections.abc import Iterator

import httpx
import pytest

from tests.hostile import farewell, flips, floods, fuzz, half_open, malformed
from tests.hostile.target import Target, target


@pytest.fixture(scope="module")
def server() -> Iterator[Target]:
    """A server that waits for little."""
    with target("--request-seconds", "1") as server:
        yield server
        assert server.tracebacks() == 0


@pytest.fixture
def session(server: Target) -> str:
    """A session there."""
    return httpx.post(f"{server.address}/api/sessions").json()["id"]


def test_half_open_handshakes_are_closed(server):
    left, _ = half_open.attack(server.address, 2 * len(half_open.KINDS))
    assert left == 0


def test_floods_are_closed(server, session):
    attack = floods.floods(server.address, session, 0.05, 0)
    assert len(attack.taken) >= len(floods.KINDS)
    assert max(attack.taken) < floods.PATIENCE


def test_malformed_messages_are_refused(server):
    figures = malformed.send_all(server, 10 * len(malformed.KINDS), seed=1)
    assert figures.accepted == []
    assert set(figures.codes) == {kind.__name__.replace("_", " ") for kind in malformed.KINDS}


def test_flipped_bytes_are_noticed():
    figures = flips.flip(100, seed=1)
    assert figures.accepted == []
    assert sum(figures.refused.values()) == 100


def test_a_server_with_damaged_sessions_believes_none():
    answers = flips.serve_damaged(len(flips.COLUMNS), seed=1)
    assert answers == ({"document": {404: 1}, "state": {200: 1}, "piece": {200: 1}, "room": {403: 1}}, [], 0)


def test_no_call_that_openapi_describes_is_a_mistake_of_ours():
    figures = fuzz.run(20, start=1, modes=[fuzz.GenerationMode.NEGATIVE])
    assert figures.failures == []
    assert figures.accepted == []
    assert figures.tracebacks == 0
    assert figures.calls >= 20


def test_all_who_watch_are_told_of_the_end_though_some_take_nothing():
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    figures = farewell.run(40, 5)
    resource.setrlimit(resource.RLIMIT_NOFILE, files)
    assert figures.told == 35
    assert figures.tracebacks == 0
