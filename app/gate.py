"""The gate: which requests may come in at all, judged by the names they use, by whose page makes them, and how many.

A page of somebody else can point a name of its own at this machine ("DNS rebinding") and would then be of our own
origin. It cannot do so with an address in figures, nor with a name that this server does not answer to.
"""

import logging
import re
import socket
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.access import is_foreign, own_origin
from app.errors import problem_response
from app.limits import CALL, FILE, HANDSHAKE, Budgets, address_of, party, too_fast
from app.problems import Problem, shorten
from app.settings import Settings

HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(:\d{1,5})?", re.ASCII | re.IGNORECASE)
"""Name or address, and perhaps a port."""
LONGEST_NAME = 253
BURST = 10
"""An address may at once make the calls of so many seconds."""
FILES = "/static/"
"""What lies below this is read from the disk and given away."""
MENTION_SECONDS = 60
"""An address that is refused for making too many calls is logged once in so many seconds."""
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
"""What these ask for changes nothing, and pages of others cannot read the answers."""

logger = logging.getLogger(__name__)


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
    """Refuses requests to other hosts, those that pages of other origins make, and too many."""

    def __init__(self, app: ASGIApp, settings: Settings, floods: Budgets) -> None:
        """Stand before ``app``; ``floods`` knows who has flooded streams."""
        self.app, self._settings, self._floods = app, settings, floods
        self._hosts = Hosts(settings.host, settings.allowed_hosts)
        self._calls = Budgets(settings.calls_per_second, BURST * settings.calls_per_second)
        self._mentions = Budgets(1 / MENTION_SECONDS, 1)
        self._streams: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            self._check(connection)
        except Problem as problem:
            await problem_response(problem)(scope, receive, send)
            return
        with self._counting(connection):
            await self.app(scope, receive, send)

    def _check(self, connection: HTTPConnection) -> None:
        """Raise Problem (429, 400, 421 or 403) if a request may not come in."""
        self._check_budget(connection)
        self._check_names(connection)

    def _check_budget(self, connection: HTTPConnection) -> None:
        address, settings = address_of(connection), self._settings
        if wait := self._calls.spend(address, cost_of(connection)):
            if not self._mentions.spend(address):
                logger.warning("too many calls", extra={"address": address})
            raise too_fast(f"One address may make {settings.calls_per_second:g} calls a second here.", wait)
        if is_stream(connection) and (wait := self._floods.wait(address)):
            raise too_fast("Streams of your address were closed for too many messages.", wait)
        if is_stream(connection) and self._streams[party(address)] >= settings.max_connections_per_address:
            raise Problem(429, f"One address may have {settings.max_connections_per_address:,} streams here.")

    def _check_names(self, connection: HTTPConnection) -> None:
        name = host_name(connection.headers.getlist("host"))
        if not self._hosts.allows(name):
            asked = shorten(name, LONGEST_NAME)
            raise Problem(421, f"This server does not answer to the name {asked}; see the setting allowed_hosts.")
        if is_foreign(connection) and not is_safe(connection):
            raise Problem(403, f"Pages of other origins may not do this; this server is {own_origin(connection)} here.")

    @contextmanager
    def _counting(self, connection: HTTPConnection) -> Iterator[None]:
        """Count a stream as long as it lasts."""
        if not is_stream(connection):
            yield
            return
        name = party(address_of(connection))
        self._streams[name] += 1
        try:
            yield
        finally:
            self._streams[name] -= 1
            if not self._streams[name]:
                del self._streams[name]


def is_stream(connection: HTTPConnection) -> bool:
    """Return whether a request asks for a WebSocket."""
    return bool(connection.scope["type"] == "websocket")


def cost_of(connection: HTTPConnection) -> float:
    """Return what a request costs, in calls."""
    if is_stream(connection):
        return HANDSHAKE
    is_file = connection.scope["path"].startswith(FILES) and connection.scope["method"] in SAFE_METHODS
    return FILE if is_file else CALL


def is_safe(connection: HTTPConnection) -> bool:
    """Return whether a request does no harm, whoever's page makes it. A stream would: its answers could be read."""
    return not is_stream(connection) and connection.scope["method"] in SAFE_METHODS


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
