"""A viewer of a session's stream, for tests."""

import json
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from app.wire.frames import Frame, decode_frame

PATIENCE = 60


class Watcher:
    """Reads the stream until what a test waits for has come."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def say(self, message: object) -> None:
        self.socket.send(json.dumps(message))

    def frame(self, wanted: Callable[[Frame], bool] = lambda frame: True) -> Frame:
        """The next frame that is wanted."""
        while True:
            message = self.socket.recv(PATIENCE)
            if isinstance(message, bytes) and wanted(frame := decode_frame(message)):
                return frame

    def event(
        self, wanted: Callable[[dict[str, Any]], bool] = lambda event: not is_about_others(event)
    ) -> dict[str, Any]:
        """The next event that is wanted: by default of the session, not of those who watch it."""
        while True:
            message = self.socket.recv(PATIENCE)
            if isinstance(message, str) and wanted(event := json.loads(message)):
                return event


def is_about_others(event: dict[str, Any]) -> bool:
    """Whether an event says who else watches, or who may control."""
    return event["event"] in ("welcome", "presence", "control", "request")


def address(client: httpx.Client, session_id: str) -> str:
    return f"ws://{client.base_url.host}:{client.base_url.port}/api/sessions/{session_id}/stream"


@contextmanager
def watching(client: httpx.Client, session_id: str, query: str = "", **request: Any):
    """Somebody who watches."""
    with connect(address(client, session_id) + query, **request) as socket:
        yield Watcher(socket)
