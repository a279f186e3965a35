"""The room of a session: who watches, who has been handed control, and how others come in."""

import io
from typing import Any

import segno
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.access import Asker, Body, Owned, Sessions, Watched, credential_of, link_of
from app.schemas import CONTROL_REQUEST, NEW_GRANT, ROOM_CHANGE, parse

router = APIRouter(prefix="/sessions/{session_id}", tags=["room"])
NEEDS_KEY: dict[str, Any] = {"security": [{"key": []}]}
"""For the description."""


@router.get("/room")
async def describe(request: Request, entry: Watched, role: Asker) -> dict[str, object]:
    """The link to watch, whether the room is open, how many are in; to those who control also who, and the grants."""
    return entry.reception.document(role) | {"link": link_of(request, entry.id)}


@router.patch("/room", openapi_extra=NEEDS_KEY)
async def change(request: Request, sessions: Sessions, entry: Owned, role: Asker, body: Body) -> dict[str, object]:
    """Open or close the room. Who is in stays in, and comes back after a lost connection; nobody else comes in."""
    entry.reception.change(is_open=parse(ROOM_CHANGE, body).open)
    await sessions.keep_room(entry)
    return entry.reception.document(role) | {"link": link_of(request, entry.id)}


@router.post("/room/grants", status_code=201, openapi_extra=NEEDS_KEY)
async def hand_out(sessions: Sessions, entry: Owned, body: Body) -> dict[str, object]:
    """Hand control to a viewer, whose page gets the key; without a viewer the answer brings it, this once."""
    wanted = parse(NEW_GRANT, body or b"{}")
    handed = entry.reception.hand_out(wanted.viewer, wanted.name.strip())
    await sessions.keep_room(entry)
    return handed


@router.delete("/room/grants/{grant_id}", status_code=204, openapi_extra=NEEDS_KEY)
async def take_back(sessions: Sessions, entry: Owned, grant_id: str) -> None:
    """Take control back. It ends at once."""
    entry.reception.take_back(grant_id)
    await sessions.keep_room(entry)


@router.post("/room/requests", status_code=202)
async def ask(request: Request, entry: Watched, body: Body) -> dict[str, object]:
    """Ask the owner for control, with the token that came with the stream: Authorization: Bearer <token>."""
    wanted = parse(CONTROL_REQUEST, body or b"{}")
    member = entry.reception.ask(credential_of(request, entry.id), wanted.name.strip())
    return {"viewer": member.number, "name": member.name}


@router.delete("/room/requests/{viewer}", status_code=204, openapi_extra=NEEDS_KEY)
async def decline(entry: Owned, viewer: int) -> None:
    """Decline a viewer's request for control. Its page is told."""
    entry.reception.decline(viewer)


@router.get("/qr.svg", response_class=Response)
async def qr(request: Request, entry: Watched) -> Response:
    """The address at which others watch, as a QR code (ISO/IEC 18004)."""
    return Response(qr_code(link_of(request, entry.id)), media_type="image/svg+xml")


def qr_code(address: str) -> bytes:
    """Return a picture of ``address`` that grows without losing sharpness, black on white with its quiet zone."""
    picture = io.BytesIO()
    segno.make_qr(address, error="m").save(picture, kind="svg", xmldecl=False, light="white", omitsize=True)
    return picture.getvalue()
