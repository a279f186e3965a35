"""The stream: live frames and events for whoever watches a session."""

from fastapi import APIRouter, WebSocket

from app.api.access import hub_of, key_of
from app.live.socket import serve_stream

router = APIRouter(prefix="/sessions/{session_id}")


@router.websocket("/stream")
async def stream(socket: WebSocket, session_id: str) -> None:
    """Watch a session; see ``/docs/stream``."""
    await serve_stream(socket, hub_of(socket), session_id, key_of(socket, session_id))
