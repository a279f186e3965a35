"""Access: which session a call means, what it sends, and whether it may control."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from app.live.hub import Entry, Hub
from app.problems import Problem

SCHEMES = {"ws": "http", "wss": "https"}


def hub_of(connection: HTTPConnection) -> Hub:
    """Return the hub of the application that serves a connection."""
    hub: Hub = connection.app.state.hub
    return hub


def cookie_name(session_id: str) -> str:
    """Return the name of the cookie that holds a session's key."""
    return f"livenet-{session_id}"


def cookie_path(session_id: str) -> str:
    """Return where the browser sends the cookie."""
    return f"/api/sessions/{session_id}"


def own_origin(connection: HTTPConnection) -> str:
    """Return the origin at which the client sees this server."""
    scheme = SCHEMES.get(connection.url.scheme, connection.url.scheme)
    return f"{scheme}://{connection.headers.get('host', '')}"


def is_foreign(connection: HTTPConnection) -> bool:
    """Return whether a page of somebody else makes this request."""
    origin = connection.headers.get("origin")
    return origin is not None and origin != own_origin(connection)


def is_page(connection: HTTPConnection) -> bool:
    """Return whether a page of this server makes this request: browsers send their origin with every POST."""
    return connection.headers.get("origin") == own_origin(connection)


def key_of(connection: HTTPConnection, session_id: str) -> str | None:
    """Return the key that came with a request, as a bearer token or in the session's cookie."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return connection.cookies.get(cookie_name(session_id)) or None


def find_session(request: Request, session_id: str) -> Entry:
    """Return the session that an address names; its id is enough to watch it."""
    return hub_of(request).find(session_id)


def may_control(request: HTTPConnection, entry: Entry) -> bool:
    """Return whether a request could control a session."""
    key = key_of(request, entry.id)
    return key is not None and entry.may_control(key)


def controlled_session(request: Request, entry: Annotated[Entry, Depends(find_session)]) -> Entry:
    """Return the session that an address names if the request came with its key; Problem (401 or 403) if not."""
    if key_of(request, entry.id) is None:
        raise Problem(401, "Controlling a session needs its key: Authorization: Bearer <key>.")
    if not may_control(request, entry):
        raise Problem(403, "This is not the key of this session.")
    return entry


async def read_body(request: Request) -> bytes:
    """Return what a request sends; Problem (413) if it is too large."""
    most = hub_of(request).settings.max_body_bytes
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > most:
            raise Problem(413, f"A request may have at most {most:,} bytes.")
    return bytes(received)


Sessions = Annotated[Hub, Depends(hub_of)]
Watched = Annotated[Entry, Depends(find_session)]
Controlled = Annotated[Entry, Depends(controlled_session)]
Body = Annotated[bytes, Depends(read_body)]
