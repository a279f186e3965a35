"""The server: where it listens, how it serves, and what it says about that."""

import resource
import socket
import sys
import webbrowser
from ipaddress import ip_address
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from app.gate import is_address
from app.guard import Guard
from app.network import ANYWHERE, origin_for_others
from app.protocols import protocols
from app.settings import Settings
from app.wire.commands import LARGEST_MESSAGE

LAST_WORDS = 1
"""Seconds in which requests under way may end after Ctrl-C."""
SPARE_FILES = 200
"""Files that this process opens for other things than connections."""


class Server(uvicorn.Server):
    """A server that says where it is once it is there."""

    def __init__(self, config: uvicorn.Config, announcement: str, opened: str | None) -> None:
        """Print ``announcement``, and open an address in the browser, if one is to be ``opened``."""
        super().__init__(config)
        self._announcement, self._opened = announcement, opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and then tell."""
        await super().startup(sockets)
        if self.started:
            print(self._announcement, flush=True)
            if self._opened is not None:
                webbrowser.open(self._opened)


def announcement(address: str, host: str, token: str | None) -> str:
    """Return what is said at the start: where the server is, who can reach it, and a token that was made for it."""
    lines = [f"Livenet is at {address}  (Ctrl-C ends it)"]
    if not is_loopback(host):
        lines += [
            for_others(address, host),
            f"It listens on {place(host)}: whoever can reach this machine over a network can use it, make sessions",
            'and let it compute. What is sent, keys included, is not encrypted. See "Serve others" in the README.',
        ]
    if token is not None:
        lines.append(f"The operator's token is {token}")
    return "\n".join(lines)


def for_others(address: str, host: str) -> str:
    """Return what somebody at another machine is to open, as far as it is known here."""
    others = origin_for_others(address, host)
    if is_loopback(urlsplit(others).hostname or ""):  # this machine knows no network
        return f"Others open the address that this machine has in their network, with port {urlsplit(others).port}."
    return f"Others in the network open {others}" + ("; the address above is for this machine." * (others != address))


def place(host: str) -> str:
    """Return where the server listens, in words."""
    return f"all addresses of this machine ({host})" if host in ANYWHERE else host


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches what listens on ``host``."""
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)


def server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Return how the service is served: messages small, and never compressed for each viewer apart."""
    guard = app.state.guard = Guard(settings, connections_allowed(), app.state.floods)
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
