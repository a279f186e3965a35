"""Events: the texts on the stream. Unlike frames none is skipped, and they arrive in order.

``{"event": "session", "session": {…}}`` brings the session's document, at connection and whenever its settings or its
phase have changed. ``{"event": "records", "start": 412, "records": […]}`` answers ``have``: the history of the metrics
from its 413th record on; from the first one if what the viewer has is not (or no longer) its beginning.
``{"event": "closed", "reason": "…"}`` is the last one: the session does not exist any more. Where
``{"event": "restart", "reason": "…"}`` is the last one, the server ends or starts again: the session is kept.

About who else watches: ``{"event": "welcome", "viewer": 3, "token": "…", "role": "viewer", "name": ""}`` comes first.
With the token a lost connection comes back under the same number (``…/stream?viewer=<token>``), into a closed room too.
``{"event": "presence", "viewers": 24, "open": true}`` says how many are in and whether others may come, after each
change and at most twice a second. ``{"event": "control", "key": "…"}`` hands control to this viewer: the key goes into
``Authorization: Bearer <key>``; with ``"key": null`` control has been taken back. The session's owner gets
``{"event": "request", "viewer": 3, "name": "Ada"}`` when somebody asks for control; who is not given it is told so by
``{"event": "declined"}``.
"""

import json
from typing import Any

from pydantic_core import to_json

CLOSE_UNSUPPORTED, CLOSE_POLICY, CLOSE_TOO_BIG, CLOSE_LATER = 1003, 1008, 1009, 1013
CLOSE_CLOSED, CLOSE_GONE, CLOSE_SILENT = 4403, 4404, 4408
CLOSES = {
    CLOSE_UNSUPPORTED: "a message was not a text",
    CLOSE_POLICY: "a message was no command, or the viewer took events too slowly",
    CLOSE_TOO_BIG: "a message was too long",
    1012: "the server ends or starts again; come back in a moment",
    CLOSE_LATER: "too many viewers; come back later",
    CLOSE_CLOSED: "the room is closed; come back when its owner has opened it, or with the token of an earlier stream",
    CLOSE_GONE: "there is no such session; the event before says why",
    CLOSE_SILENT: "the viewer took nothing, or acknowledged nothing, for too long",
}
"""Close codes and what they mean."""


def restart_event() -> str:
    """Return the last event of a stream whose server ends; the session is kept."""
    return json.dumps({"event": "restart", "reason": "The server ends or starts again; come back in a moment."})


def session_event(document: bytes) -> str:
    """Return the event with a session's document, given as JSON."""
    return f'{{"event":"session","session":{document.decode()}}}'


def records_event(start: int, records: list[dict[str, Any]]) -> bytes:
    """Return the event with the history from the record with index ``start`` on."""
    return to_json({"event": "records", "start": start, "records": records}, inf_nan_mode="null")


def missed_event(history: list[dict[str, Any]], held: int, step: int) -> bytes:
    """Return the event with the records after the first ``held``; all of them if the last held is not that of ``step``.

    It may not be: the session may have been started again, or go on from an earlier moment since its worker died.
    """
    stands = 0 < held <= len(history) and history[held - 1]["step"] == step
    start = held if stands else 0
    return records_event(start, history[start:])


def closed_event(reason: str) -> str:
    """Return the last event of a session."""
    return json.dumps({"event": "closed", "reason": reason})


def welcome_event(viewer: int, token: str, role: str, name: str) -> str:
    """Return the first event: who the viewer is here, and the token that brings it back."""
    return json.dumps({"event": "welcome", "viewer": viewer, "token": token, "role": role, "name": name})


def presence_event(viewers: int, is_open: bool) -> str:
    """Return how many are in, and whether others may come."""
    return json.dumps({"event": "presence", "viewers": viewers, "open": is_open})


def control_event(key: str | None) -> str:
    """Return that control was handed to this viewer, or taken back (None)."""
    return json.dumps({"event": "control", "key": key})


def declined_event() -> str:
    """Return that this viewer has asked for control and is not given it."""
    return json.dumps({"event": "declined"})


def request_event(viewer: int, name: str) -> str:
    """Return that a viewer asks for control."""
    return json.dumps({"event": "request", "viewer": viewer, "name": name})
