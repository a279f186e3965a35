from math import inf
from time import monotonic

from app.live.keeping import Keeper
from app.live.resident import Resident
from app.live.session import Session
from app.schemas import NewSession
from app.wire.commands import parse_watch


def resident() -> Resident:
    session = Session.begin_new("s", NewSession())
    made = Resident(session, Keeper(session), 0, ("paused", 0))
    made.keeper.keep()
    return made


def test_where_all_is_kept_and_nobody_watches_nothing_is_to_be_done():
    assert resident().due(0.0) is None


def test_a_change_is_to_be_kept():
    made = resident()
    made.session.training.advance(1)
    made.session.changes += 1
    assert made.due(0.0) == made.keeper.due


def test_training_is_due_at_once_or_when_the_worker_has_rested():
    made = resident()
    made.session.play(None)
    made.keeper.keep()
    assert made.due(0.0) == 0.0
    rest = monotonic() + 3600
    assert made.due(rest) == rest


def test_frames_do_not_rest():
    made = resident()
    made.session.play(None)
    made.keeper.keep()
    made.session.channels.open(1, parse_watch({"weights": {}}, 30))
    assert made.due(inf) <= monotonic()
