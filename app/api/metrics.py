"""Figures for a monitor."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from app.api.access import hub_of
from app.metrics import figures_text

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """The server's figures for Prometheus: sessions, viewers, frames, steps, lateness, restarts."""
    guard = getattr(request.app.state, "guard", None)
    return Response(figures_text(hub_of(request), guard), media_type=CONTENT_TYPE_LATEST)
