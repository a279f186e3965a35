from typing import Any

import pytest

from app.live.channels import CREDIT, FRAME_SECONDS
from app.live.session import Session
from app.schemas import NewSession
from app.wire.commands import Watch
from app.wire.frames import DIRECTORY, decode_frame
from engine.probes import Measurement, Probe, probes


@pytest.fixture
def session():
    return Session.begin_new("s", NewSession())


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def later(self) -> float:
        self.now += FRAME_SECONDS
        return self.now


def frames(session, now):
    return [(number, decode_frame(data)) for number, _, data in session.channels.frames(session, now)]


def test_nobody_watches_nothing_is_made(session):
    assert session.channels.due(session.changes) is None
    assert frames(session, 100.0) == []


def test_a_frame_is_made_at_once_and_then_only_for_news(session):
    clock = Clock()
    session.channels.open(1, Watch(()))
    assert len(frames(session, clock.later())) == 1
    assert frames(session, clock.later()) == []
    session.reset()
    assert len(frames(session, clock.later())) == 1


def test_no_more_than_thirty_a_second(session):
    session.channels.open(1, Watch(()))
    made = 0
    for millisecond in range(1000):
        session.changes += 1
        session.channels.give_credit(1, 1)
        made += len(frames(session, 100 + millisecond / 1000))
    assert 29 <= made <= 31  # those at both ends of the second


def test_a_channel_may_want_fewer(session):
    weights = (probes["weights"](),)
    session.channels.open(1, Watch(weights, rate=30))
    session.channels.open(2, Watch(weights, rate=10))
    made = {1: 0, 2: 0}
    for millisecond in range(3000):
        session.changes += 1
        for number in made:
            session.channels.give_credit(number, 1)
        for number, _ in frames(session, 100 + millisecond / 1000):
            made[number] += 1
    assert 29 * 3 <= made[1] <= 31 * 3
    assert 29 <= made[2] <= 32  # two at the start


def test_between_its_frames_a_slow_channel_wakes_nobody(session):
    session.channels.open(1, Watch((), rate=1))
    for now in (100.0, 100.05):
        session.changes += 1
        assert len(frames(session, now)) == 1
    session.changes += 1
    session.channels.give_credit(1, 2)
    assert session.channels.due(session.changes) == pytest.approx(101.0, abs=0.06)


def test_without_credit_nothing_is_made(session):
    clock = Clock()
    session.channels.open(1, Watch(()))
    made = 0
    for _ in range(10):
        session.changes += 1
        made += len(frames(session, clock.later()))
    assert made == CREDIT
    assert session.channels.due(session.changes) is None
    session.channels.give_credit(1, 50)
    for _ in range(10):
        session.changes += 1
        made += len(frames(session, clock.later()))
    assert made == 2 * CREDIT


def test_a_probe_that_two_channels_watch_is_measured_once(session, monkeypatch):
    counted = []
    weights = probes["weights"]
    measure = weights.measure
    monkeypatch.setattr(weights, "measure", lambda probe, training: counted.append(probe) or measure(probe, training))
    session.channels.open(1, Watch((weights(),)))
    session.channels.open(2, Watch((weights(), probes["boundary"](resolution=4))))
    first, second = frames(session, 100.0)
    assert (first[0], second[0]) == (1, 2)
    assert "weights.output.bias" in first[1].arrays
    assert "boundary.values" in second[1].arrays
    assert len(counted) == 1


def test_a_probe_that_fails_spoils_no_frame(session, caplog):
    class Broken(Probe):
        kind = "broken"

        def measure(self, training: Any) -> Measurement:
            raise ZeroDivisionError

    session.channels.open(1, Watch((Broken(), probes["weights"]())))
    ((_, frame),) = frames(session, 100.0)
    assert frame.directory["probes"]["broken"] == {"unavailable": "This could not be measured."}
    assert "weights.output.bias" in frame.arrays
    assert "ZeroDivisionError" in caplog.text


def test_a_frame_has_every_entry_of_the_description(session):
    session.training.advance(200)
    session.channels.open(1, Watch(()))
    ((_, frame),) = frames(session, 100.0)
    assert frame.directory.keys() == DIRECTORY.keys()
    assert frame.directory["history_length"] == len(session.training.history)
    assert frame.directory["learning_rate"] == 0.03


def test_a_short_tail_brings_what_two_frames_before_have_not_brought(session):
    clock, tails = Clock(), []
    session.channels.open(1, Watch((), tail=4))
    for new in (9, 0, 2, 1, 0, 0, 6):
        session.training.advance(new)  # a record each, so early
        session.changes += 1
        session.channels.give_credit(1, 1)
        ((_, frame),) = frames(session, clock.later())
        assert frame.directory["history_length"] == len(session.training.history)
        tails.append([record["step"] for record in frame.directory["history_tail"]])
    assert tails == [[6, 7, 8, 9], [6, 7, 8, 9], [10, 11], [10, 11, 12], [12], [], [15, 16, 17, 18]]


def test_a_short_tail_after_a_reset_begins_anew(session):
    clock = Clock()
    session.channels.open(1, Watch((), tail=4))
    for _ in range(2):
        session.training.advance(9)
        session.changes += 1
        session.channels.give_credit(1, 1)
        frames(session, clock.later())
    session.reset()
    session.channels.give_credit(1, 1)
    ((_, frame),) = frames(session, clock.later())
    assert [record["step"] for record in frame.directory["history_tail"]] == [0]


def test_closed_channels_get_nothing(session):
    session.channels.open(1, Watch(()))
    session.channels.close(1)
    session.channels.give_credit(1, 1)
    assert frames(session, 100.0) == []
