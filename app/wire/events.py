"""Events: the texts on the stream. Unlike frames none is skipped, and they arrive in order."""

import json

CLOSE_GONE = 4404
"""Close code: the session does not exist (any more); the event "closed" came before it."""


def session_event(document: bytes) -> str:
    """Return the event with the session's new document, at connection and whenever settings or phase change."""
    return f'{{"event":"session","session":{document.decode()}}}'


def closed_event(reason: str) -> str:
    """Return the last event of a session."""
    return json.dumps({"event": "closed", "reason": reason})
