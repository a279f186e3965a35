"""The gate: which requests may come in at all, judged by the names they use and by whose page makes them.

A page of somebody else can point a name of its own at this machine ("DNS rebinding") and would then be of our own
origin. It cannot do so with an address in figures, nor with a name that this server does not answer to.
"""

import re
import socket
from collections.abc import Iterable
from ipaddress import ip_address

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.access import is_foreign, own_origin
from app.errors import problem_response
from app.problems import Problem, shorten

HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?", re.ASCII | re.IGNORECASE)
"""Name or address, and perhaps a port."""
LONGEST_NAME = 253
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
"""What these ask for changes nothing, and pages of others cannot read the answers."""


class Hosts:
    """The names by which clients may call this server."""

    def __init__(self, listening: str, allowed: Iterable[str]) -> None:
        """Answer to localhost, to ``listening`` and to ``allowed``, in which *.example.org stands for all below it."""
        names = {"localhost", *(name.lower() for name in allowed)}
        if is_address(listening):
            names |= set() if ip_address(listening).is_loopback else own_names()
        else:
            names.add(listening.lower())
        self._names = {name for name in names if not name.startswith("*")}
        self._endings = tuple(name[1:] for name in names if name.startswith("*"))

    def allows(self, name: str) -> bool:
        """Return whether ``name``, without its port, is one of them; every address in figures is."""
        return is_address(name) or name in self._names or name.endswith(self._endings)


class Gate:
    """Refuses requests to other hosts, and those that pages of other origins make."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        """Stand before ``app``."""
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        app = self.app
        if scope["type"] in ("http", "websocket"):
            try:
                self._check(HTTPConnection(scope))
            except Problem as problem:
                app = problem_response(problem)
        await app(scope, receive, send)

    def _check(self, connection: HTTPConnection) -> None:
        """Raise Problem (400, 421 or 403) if a request may not come in."""
        name = host_name(connection.headers.getlist("host"))
        if not self.hosts.allows(name):
            asked = shorten(name, LONGEST_NAME)
            raise Problem(421, f"This server does not answer to the name {asked}; see the setting allowed_hosts.")
        if is_foreign(connection) and not is_safe(connection):
            raise Problem(403, f"Pages of other origins may not do this; this server is {own_origin(connection)} here.")


def is_safe(connection: HTTPConnection) -> bool:
    """Return whether a request does no harm, whoever's page makes it. A stream would: its answers could be read."""
    return connection.scope["type"] == "http" and connection.scope["method"] in SAFE_METHODS


def host_name(headers: list[str]) -> str:
    """Return the name in the Host headers, in small letters and without its port; Problem (400) if it is not one."""
    found = HOST.fullmatch(headers[0]) if len(headers) == 1 and len(headers[0]) <= LONGEST_NAME + 6 else None
    if found is None:
        raise Problem(400, "A request needs one Host header, with a name or an address and perhaps a port.")
    return found[1].strip("[]").removesuffix(".").lower()


def is_address(name: str) -> bool:
    """Return whether a name is an address in figures."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def own_names() -> set[str]:
    """Return what this machine is called in its network."""
    name = socket.gethostname().lower()
    return {name, name.split(".")[0], f"{name.split('.')[0]}.local"}
