"""Whether the server is well."""

from typing import Any

from fastapi import APIRouter

from app import VERSION
from app.api.access import Sessions
from app.live.overview import health as overview

router = APIRouter(tags=["health"])


@router.get("/health")
async def health(homes: Sessions) -> dict[str, Any]:
    """Say that the server is there, which version it is, and how its workers and its store are."""
    return {"version": VERSION, **overview(homes)}
