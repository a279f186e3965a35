"""The stream: live frames and events for whoever watches a session."""

from fastapi import APIRouter, WebSocket

from app.api.access import credential_of, hub_of
from app.live.socket import serve_stream

router = APIRouter(prefix="/sessions/{session_id}")


@router.websocket("/stream")
async def stream(socket: WebSocket, session_id: str) -> None:
    """Watch a session; see ``/docs/stream``."""
    shown = [credential_of(socket, session_id), socket.query_params.get("viewer")]
    await serve_stream(socket, hub_of(socket), session_id, [each for each in shown if each])
