"""Access: which session a call means, what it sends, and whether it may control."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import ClientDisconnect, HTTPConnection

from app.live.entry import Entry
from app.live.hub import Hub
from app.live.overview import AnyHomes
from app.live.reception import CLOSED
from app.live.room import Role
from app.network import origin_for_others
from app.problems import Problem, elsewhere

UNCHANGING = ("GET", "HEAD")
SCHEMES = {"ws": "http", "wss": "https"}


def hub_of(connection: HTTPConnection) -> Hub:
    """Return the hub of the application that serves a connection."""
    hub: Hub = connection.app.state.hub
    return hub


def sessions_of(connection: HTTPConnection) -> AnyHomes:
    """Return the sessions of the application that serves a connection."""
    return hub_of(connection).homes


def expect_place(connection: HTTPConnection) -> None:
    """Let nothing through that would change a session which only is relayed here; Problem (421)."""
    origin = hub_of(connection).settings.relay
    if origin is not None and connection.scope.get("method", "GET") not in UNCHANGING:
        raise elsewhere(origin)


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


def link_of(request: Request, session_id: str) -> str:
    """Return the address at which others watch a session."""
    return f"{origin_for_others(own_origin(request), hub_of(request).settings.host)}/?session={session_id}"


def is_foreign(connection: HTTPConnection) -> bool:
    """Return whether a page of somebody else makes this request."""
    origin = connection.headers.get("origin")
    return origin is not None and origin != own_origin(connection)


def is_page(connection: HTTPConnection) -> bool:
    """Return whether a page of this server makes this request: browsers send their origin with every POST."""
    return connection.headers.get("origin") == own_origin(connection)


def credential_of(connection: HTTPConnection, session_id: str) -> str | None:
    """Return the key or token that came with a request, as a bearer token or in the session's cookie."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return connection.cookies.get(cookie_name(session_id)) or None


async def find_session(request: Request, session_id: str) -> Entry:
    """Return the session that an address names; it wakes if it was asleep."""
    return await sessions_of(request).find(session_id)


Found = Annotated[Entry, Depends(find_session)]


def find_role(request: Request, entry: Found) -> Role:
    """Return what whoever makes a request is to the session."""
    return entry.role_of(credential_of(request, entry.id))


Asker = Annotated[Role, Depends(find_role)]


def watched_session(entry: Found, role: Asker) -> Entry:
    """Return the session that an address names; its id is enough to watch it unless the room is closed (403)."""
    if role is Role.STRANGER:
        raise Problem(403, CLOSED)
    return entry


def controlled_session(request: Request, entry: Found, role: Asker) -> Entry:
    """Return the session if the request came with its key or that of a grant; Problem (401 or 403) if not."""
    return expect_right(request, entry, role.controls)


def owned_session(request: Request, entry: Found, role: Asker) -> Entry:
    """Return the session if the request came with its key; Problem (401 or 403) if not."""
    return expect_right(request, entry, role is Role.OWNER)


def expect_right(request: Request, entry: Entry, has_right: bool) -> Entry:
    """Return the session; Problem if the request may not do to it what it wants."""
    if credential_of(request, entry.id) is None:
        raise Problem(401, "Controlling a session needs its key: Authorization: Bearer <key>.")
    if not has_right:
        raise Problem(403, "What this request shows is not the key for this.")
    return entry


async def read_body(request: Request) -> bytes:
    """Return what a request sends; Problem (413) if it is too large, (400) if the client goes away meanwhile."""
    most = hub_of(request).settings.max_body_bytes
    received = bytearray()
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > most:
                raise Problem(413, f"A request may have at most {most:,} bytes.")
    except ClientDisconnect:
        raise Problem(400, "The request did not come to its end.") from None
    return bytes(received)


Sessions = Annotated[AnyHomes, Depends(sessions_of)]
Watched = Annotated[Entry, Depends(watched_session)]
Controlled = Annotated[Entry, Depends(controlled_session)]
Owned = Annotated[Entry, Depends(owned_session)]
Body = Annotated[bytes, Depends(read_body)]
