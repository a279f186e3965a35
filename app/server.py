"""The server: where it listens, how it serves, and what it says about that."""

import resource
import socket
import sys
import webbrowser

import uvicorn
from fastapi import FastAPI

from app.guard import Guard
from app.protocols import protocols
from app.settings import Settings
from app.wire.commands import LARGEST_MESSAGE

LAST_WORDS = 2
"""Seconds in which requests under way may end after Ctrl-C."""
SPARE_FILES = 200
"""Files that this process opens for other things than connections."""


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
    guard = app.state.guard = Guard(settings, connections_allowed())
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(settings.trusted_proxies),
        **protocols(guard),
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


def raise_file_limit() -> None:
    """Let this process open as many files, of which connections are some, as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def connections_allowed() -> int:
    """Return how many connections the system lets this process have."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if files == resource.RLIM_INFINITY else files - SPARE_FILES
