"""Events: the texts on the stream. Unlike frames none is skipped, and they arrive in order.

``{"event": "session", "session": {…}}`` brings the session's document, at connection and whenever its settings or its
phase have changed. ``{"event": "closed", "reason": "…"}`` is the last one: the session does not exist any more.
"""

import json

CLOSE_UNSUPPORTED, CLOSE_POLICY, CLOSE_TOO_BIG, CLOSE_LATER = 1003, 1008, 1009, 1013
CLOSE_GONE, CLOSE_SILENT = 4404, 4408
CLOSES = {
    CLOSE_UNSUPPORTED: "a message was not a text",
    CLOSE_POLICY: "a message was no command, or the viewer took events too slowly",
    CLOSE_TOO_BIG: "a message was too long",
    1012: "the server ends or starts again; come back in a moment",
    CLOSE_LATER: "too many viewers; come back later",
    CLOSE_GONE: "there is no such session; the event before says why",
    CLOSE_SILENT: "the viewer took nothing, or acknowledged nothing, for too long",
}
"""Close codes and what they mean."""


def session_event(document: bytes) -> str:
    """Return the event with a session's document, given as JSON."""
    return f'{{"event":"session","session":{document.decode()}}}'


def closed_event(reason: str) -> str:
    """Return the last event of a session."""
    return json.dumps({"event": "closed", "reason": reason})
