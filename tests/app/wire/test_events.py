import json

from app.wire.events import CLOSES, closed_event, session_event


def test_a_session_event_holds_the_document_as_it_is():
    assert json.loads(session_event(b'{"id":"a"}')) == {"event": "session", "session": {"id": "a"}}


def test_the_last_event_gives_a_reason():
    assert json.loads(closed_event("the end")) == {"event": "closed", "reason": "the end"}


def test_close_codes_are_those_of_the_standard_or_private():
    assert all(1000 <= code < 1016 or 4000 <= code < 5000 for code in CLOSES)
