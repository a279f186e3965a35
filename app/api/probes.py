"""Probes: the JSON twin of what a chart streams."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.access import Sessions, Watched

router = APIRouter(prefix="/sessions/{session_id}/probes", tags=["watch"])


@router.get("/{kind}", response_class=Response)
async def probe(request: Request, sessions: Sessions, entry: Watched, kind: str) -> Response:
    """Measure something now; the query holds the probe's parameters, as in ?resolution=25."""
    text = await sessions.call(entry, "probe", kind=kind, query=dict(request.query_params))
    return Response(text, media_type="application/json")
