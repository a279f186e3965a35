import json

import pytest

from app.live.calls import CALLS, Answer, Request, read_probe
from app.live.jobs import Job
from app.live.session import Session
from app.problems import Problem
from app.schemas import NewSession
from engine.probes import probes


@pytest.fixture
def session():
    return Session.begin_new("s", NewSession())


def call(session: Session, name: str, body: object = None, **parameters: object) -> Answer:
    text = b"" if body is None else json.dumps(body).encode()
    return CALLS[name](session, Request(1, text, parameters))


def test_a_step_call_is_answered_later(session):
    assert call(session, "step", {"steps": 3}) == Answer(None)
    assert session.job == Job(1, steps=3)


def test_who_cuts_a_step_call_short_hands_it_back(session):
    for name, body in (("pause", None), ("reset", None), ("adopt", {"seed": 1})):
        call(session, "step", {"steps": 3})
        assert call(session, name, body).ended == Job(1, steps=3)


def test_a_patch_that_restarts_nothing_lets_a_step_call_go_on(session):
    call(session, "step", {"steps": 3})
    assert call(session, "adopt", {"optimizer": {"learning_rate": 0.1}}).ended is None
    assert session.job is not None


def test_a_second_step_call_has_to_wait(session):
    call(session, "step", {"steps": 3})
    with pytest.raises(Problem, match="Another call"):
        call(session, "step", {"steps": 3})


def test_play_needs_no_body(session):
    assert call(session, "play").document["speed"] is None
    assert call(session, "play", {"steps_per_second": 2}).document["speed"] == 2.0


@pytest.mark.parametrize("name", CALLS)
def test_every_call_that_is_answered_at_once_has_a_document(session, name):
    bodies = {"adopt": {}, "edit": {"layers": []}, "predict": {"inputs": [[0, 0]]}, "step": {"steps": 1}}
    parameters = {"kind": "weights", "query": {}} if name == "probe" else {}
    if name == "rewind":
        with pytest.raises(Problem, match="Nothing has diverged"):
            call(session, name)
    else:
        assert (call(session, name, bodies.get(name), **parameters).document is None) is (name == "step")


def test_probes_are_read_from_addresses():
    assert read_probe("boundary", {"resolution": "20"}) == probes["boundary"](resolution=20)
