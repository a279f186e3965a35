"""The load scripts, much shortened: that they measure, not how much."""

import pytest

from tests.app import raw
from tests.load import cost, crowd, fairness, lean, relayed, slow, storm
from tests.load.service import service
from tests.load.viewer import HIDDEN, beginning


@pytest.fixture(scope="module")
def shared():
    """A server for all scripts."""
    with service(workers=2) as server:
        yield server


@pytest.fixture
def server(shared):
    """The server, without the sessions of other scripts."""
    yield shared
    shared.end_sessions()


LIGHT = {"weights": {}}


def test_a_message_is_known_by_its_first_bytes():
    frame = b"LVN1" + bytes(4) + (7).to_bytes(4, "little") + bytes(20)
    whole = raw.frame(raw.BINARY, frame, masked=False)
    assert beginning(whole) == (len(whole), 7)
    assert beginning(whole[:13]) is None
    long = raw.frame(raw.BINARY, frame + bytes(70_000), masked=False)
    assert beginning(long[:24]) == (len(long), 7)
    assert beginning(raw.frame(raw.TEXT, b"{}", masked=False)[:2]) == (4, None)
    assert beginning(b"\xc2\x05") == (7, HIDDEN)


def test_a_crowd_gets_what_is_made(server):
    figures = crowd.measure(server, sessions=3, viewers=20, stalled=2, seconds=2, warm=10)
    assert figures.delivered > 0.5
    assert figures.owners > 0
    assert figures.steps > 0


def test_frames_reach_viewers_whatever_the_way(server):
    costs = cost.measure(server, cost.WATCHES["weights"], viewers=10, rate=10, seconds=1, compressed_viewers=3)
    assert set(costs) == {"direct", "send_bytes", "deflated"}
    assert all(each.per_second > 0 for each in costs.values())


def test_frames_of_weights_alone_are_small_and_quickly_made(server):
    figures = lean.measure(server, viewers=10, rate=10, seconds=1, frames=50)
    assert figures["lean"].bytes < 1000 < 20 * figures["lean"].bytes < figures["painted"].bytes
    assert all(each.per_second > 0 for each in figures.values())


def test_viewers_of_a_relay_get_frames(server):
    figures = relayed.measure(server, viewers=10, rate=10, seconds=1)
    assert all(each.per_second > 0 for each in figures.values())


def test_every_session_gets_frames(server):
    assert fairness.measure(server, sessions=4, seconds=2, warm=10, watch=LIGHT).slowest > 0


def test_slow_viewers_see_something(server):
    figures = slow.measure(server, viewers=20, seconds=2)
    assert figures.slow_per_second > 0
    assert figures.beside_per_second > 0


def test_all_come_back(server):
    figures = storm.measure(server, viewers=30)
    assert figures.missing == figures.refused == 0
