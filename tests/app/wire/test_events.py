import json

import pytest

from app.wire.events import (
    CLOSES,
    closed_event,
    control_event,
    declined_event,
    missed_event,
    presence_event,
    request_event,
    session_event,
    welcome_event,
)


def test_a_session_event_holds_the_document_as_it_is():
    assert json.loads(session_event(b'{"id":"a"}')) == {"event": "session", "session": {"id": "a"}}


def test_the_last_event_gives_a_reason():
    assert json.loads(closed_event("the end")) == {"event": "closed", "reason": "the end"}


@pytest.mark.parametrize(
    ("text", "document"),
    [
        (
            welcome_event(3, "t", "viewer", "Ada"),
            {"event": "welcome", "viewer": 3, "token": "t", "role": "viewer", "name": "Ada"},
        ),
        (presence_event(24, True), {"event": "presence", "viewers": 24, "open": True}),
        (control_event("k"), {"event": "control", "key": "k"}),
        (control_event(None), {"event": "control", "key": None}),
        (declined_event(), {"event": "declined"}),
        (request_event(3, '"'), {"event": "request", "viewer": 3, "name": '"'}),
    ],
)
def test_events_about_others_say_who_and_what(text, document):
    assert json.loads(text) == document


def test_close_codes_are_those_of_the_standard_or_private():
    assert all(1000 <= code < 1016 or 4000 <= code < 5000 for code in CLOSES)


@pytest.mark.parametrize(
    ("held", "step", "start"), [(2, 10, 2), (3, 20, 3), (2, 20, 0), (0, 0, 0), (9, 10, 0)]
)  # fmt: skip
def test_records_are_missed_after_those_that_are_held_or_all_if_those_are_others(held, step, start):
    history = [{"step": 0}, {"step": 10}, {"step": 20}]
    event = json.loads(missed_event(history, held, step))
    assert event == {"event": "records", "start": start, "records": history[start:]}
