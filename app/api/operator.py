"""The operator: whoever has the token that the server prints at its start sees all sessions and may end any."""

from typing import Any

from fastapi import APIRouter, Depends, Request

from app.api.access import Sessions
from app.live.keys import fits
from app.live.overview import end_session, list_sessions
from app.problems import Problem


def expect_operator(request: Request) -> None:
    """Let nobody pass who does not show the operator's token; Problem (401 or 403)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "This needs the operator's token: Authorization: Bearer <token>.")
    if not fits(token.strip(), request.app.state.operator):
        raise Problem(403, "This is not the operator's token.")


router = APIRouter(
    prefix="/operator",
    tags=["operator"],
    dependencies=[Depends(expect_operator)],
)
NEEDS_TOKEN: dict[str, Any] = {"security": [{"operator": []}]}
"""For the description."""


@router.get("/sessions", openapi_extra=NEEDS_TOKEN)
async def sessions(homes: Sessions) -> list[dict[str, Any]]:
    """Every session, awake or asleep: when it was made and last wanted, whether it trains, and how many watch."""
    return await list_sessions(homes)


@router.delete("/sessions/{session_id}", status_code=204, openapi_extra=NEEDS_TOKEN)
async def end(homes: Sessions, session_id: str) -> None:
    """End a session for good. Its viewers are told."""
    await end_session(homes, session_id)
