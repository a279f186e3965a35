"""What the service is compared with: a Starlette application that sends each frame to each viewer with ``send_bytes``.

``python -m tests.load.plain FRAME --rate 20`` serves the frame in that file, numbered anew each time, at whatever
address a session's stream has; with ``--deflate`` compressed for each viewer, which is uvicorn's default.
"""

import argparse
import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

SEQUENCE = slice(8, 12)
"""Where a frame has its number."""


class Viewer:
    """Somebody who gets the newest frame as soon as the one before has been sent."""

    def __init__(self) -> None:
        self.newest: bytes | None = None
        self.changed = asyncio.Event()

    async def send(self, stream: WebSocket) -> None:
        """Send what comes."""
        while True:
            await self.changed.wait()
            self.changed.clear()
            frame, self.newest = self.newest, None
            await stream.send_bytes(frame)


def application(frame: bytes, rate: float) -> Starlette:
    """Return an application that sends ``frame`` so many times a second to whoever watches."""
    viewers: set[Viewer] = set()

    async def publish() -> None:
        numbered, sequence, due = bytearray(frame), 0, asyncio.get_running_loop().time()
        while True:
            sequence, due = sequence + 1, due + 1 / rate
            numbered[SEQUENCE] = sequence.to_bytes(4, "little")
            newest = bytes(numbered)
            for viewer in viewers:
                viewer.newest = newest
                viewer.changed.set()
            await asyncio.sleep(due - asyncio.get_running_loop().time())

    async def stream(connection: WebSocket) -> None:
        await connection.accept()
        viewer = Viewer()
        viewers.add(viewer)
        sending = asyncio.create_task(viewer.send(connection))
        try:
            while True:
                await connection.receive_text()
        except WebSocketDisconnect:
            viewers.discard(viewer)
            sending.cancel()

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        publishing = asyncio.create_task(publish())
        yield
        publishing.cancel()

    return Starlette(routes=[WebSocketRoute("/api/sessions/{name}/stream", stream)], lifespan=lifespan)


def main() -> None:
    """Serve until somebody ends it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("frame", type=Path)
    arguments.add_argument("--rate", type=float, default=20)
    arguments.add_argument("--deflate", action="store_true")
    chosen = arguments.parse_args()
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    host, port = listener.getsockname()
    print(f"http://{host}:{port}", flush=True)
    app = application(chosen.frame.read_bytes(), chosen.rate)
    options = {"ws": "websockets-sansio", "ws_per_message_deflate": chosen.deflate, "log_level": "warning"}
    uvicorn.Server(uvicorn.Config(app, **options)).run([listener])


if __name__ == "__main__":
    main()
