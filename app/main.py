"""The service put together: the only module that knows all others, and the command ``livenet``."""

import logging
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from threading import Thread

import uvicorn
from fastapi import APIRouter, FastAPI
from pydantic import ValidationError

from app import VERSION
from app.api import catalogue, health, probes, room, sessions, stream
from app.catalogue import catalogue_json
from app.errors import answer_errors
from app.gate import Gate
from app.headers import SecurityHeaders
from app.limits import new_session_budgets
from app.live.fanout import StreamProtocol
from app.live.hub import Hub
from app.openapi import describe_api
from app.pages import files
from app.pages import router as pages
from app.settings import Settings
from app.wire.commands import LARGEST_MESSAGE

ROUTERS = (
    health.router,
    catalogue.router,
    sessions.router,
    sessions.watch,
    sessions.control,
    probes.router,
    room.router,
    stream.router,
)
LAST_WORDS = 2
"""Seconds in which requests under way may end after Ctrl-C."""


def create_app(settings: Settings) -> FastAPI:
    """Return the whole service; its workers live as long as its lifespan."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        Thread(target=catalogue_json, daemon=True).start()  # it takes a second or two: not while the first page waits
        hub = app.state.hub = Hub(settings)
        try:
            await hub.start()
            yield
        finally:
            await hub.stop()

    app = FastAPI(title="Livenet", version=VERSION, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.new_sessions = new_session_budgets(settings)
    app.add_middleware(Gate, settings=settings)
    app.add_middleware(SecurityHeaders)  # outside the gate: its refusals have them too
    answer_errors(app)
    api = APIRouter(prefix="/api")
    for router in ROUTERS:
        api.include_router(router)
    app.include_router(api)
    app.include_router(pages)
    app.mount("/static", files)
    describe_api(app)
    return app


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Return whether a log record is more than a client's mistake, of which the client has been told."""
    return not record.getMessage().startswith("Invalid UTF-8")


class Server(uvicorn.Server):
    """A server that says where it is once it is there."""

    def __init__(self, config: uvicorn.Config, address: str, browser: bool) -> None:
        """Announce ``address``, and open it in the browser if wanted."""
        super().__init__(config)
        self._address, self._browser = address, browser

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and then tell."""
        await super().startup(sockets)
        if self.started:
            print(f"Livenet is at {self._address}  (Ctrl-C ends it)", flush=True)
            if self._browser:
                webbrowser.open(self._address)


def server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Return how the service is served: messages small, and never compressed for each viewer apart."""
    logging.getLogger("uvicorn.error").addFilter(is_worth_a_line)
    return uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        forwarded_allow_ips=list(settings.trusted_proxies),
        ws=StreamProtocol,
        ws_per_message_deflate=False,
        ws_max_size=LARGEST_MESSAGE,
        timeout_graceful_shutdown=LAST_WORDS,
    )


def listen(settings: Settings) -> socket.socket:
    """Return a socket at the chosen address; SystemExit says why there is none."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        sys.exit(f"livenet: cannot listen on {settings.host}, port {settings.port}: {error.strerror}")


def address_of(listener: socket.socket) -> str:
    """Return the address that a browser on this machine can open."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def read_settings(arguments: Sequence[str]) -> Settings:
    """Return the settings from the command line and the environment; SystemExit says what is wrong with them."""
    try:
        return Settings.from_command_line(arguments)
    except ValidationError as error:
        found = error.errors(include_url=False)
        sys.exit("\n".join(f"livenet: {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found))


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until Ctrl-C."""
    settings = read_settings(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(format="livenet: %(message)s", level=logging.WARNING)
    listener = listen(settings)
    server = Server(server_config(create_app(settings), settings), address_of(listener), settings.browser)
    with suppress(KeyboardInterrupt):  # repeated once everything has ended
        server.run([listener])


if __name__ == "__main__":
    main()
