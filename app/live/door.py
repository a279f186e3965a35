"""The door: where workers dial in. Whoever cannot say hello is sent away before anything else that it says is read."""

import asyncio
import logging
import socket
from collections.abc import Callable
from time import monotonic
from typing import cast

from app.live.hello import RESPONSE, SECONDS, Credentials, Greeting, Refused

MOST_ARRIVALS = 256
"""So many may be saying hello at a time."""
SECONDS_BETWEEN_LINES = 1.0
"""Who knocks again and again does not fill the log."""
LIVELINESS = {"TCP_KEEPIDLE": 4, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
"""A machine that has vanished without a word is missed after ten seconds, where the system can be told so."""

logger = logging.getLogger(__name__)


class Door:
    """Lets workers in; each gets a link of its own."""

    def __init__(self, credentials: Credentials, make_link: Callable[[], asyncio.Protocol]) -> None:
        """Let those in who know the secret of ``credentials``."""
        self.credentials, self.make_link = credentials, make_link
        self.arrivals: set[Arrival] = set()
        self._last_line = -SECONDS_BETWEEN_LINES
        self._server: asyncio.Server | None = None

    async def open(self, address: str) -> str:
        """Listen at ``unix:path`` or ``tcp://host:port``, port 0 for a free one; return the address to dial."""
        loop = asyncio.get_running_loop()
        if address.startswith("unix:"):
            self._server = await loop.create_unix_server(lambda: Arrival(self), address.removeprefix("unix:"))
            return address
        host, port = parse_tcp(address)
        listener = socket.create_server((host, port), family=family_of(host))
        watch_for_silence(listener)  # what it accepts inherits that
        self._server = await loop.create_server(lambda: Arrival(self), sock=listener)
        return format_tcp(host, listener.getsockname()[1])

    def close(self) -> None:
        """Let nobody in any more."""
        if self._server is not None:
            self._server.close()
        for arrival in list(self.arrivals):
            arrival.transport.abort()

    def tell(self, arrival: "Arrival", reason: str) -> None:
        """Log that somebody has been sent away, unless somebody was a moment ago."""
        if monotonic() - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = monotonic()
            peer = arrival.transport.get_extra_info("peername")
            logger.warning("a worker was turned away", extra={"peer": peer and peer[0], "cause": reason})


class Arrival(asyncio.Protocol):
    """Somebody who has dialled and has not said hello yet."""

    transport: asyncio.Transport

    def __init__(self, door: Door) -> None:
        """Wait at ``door``."""
        self._door, self._said = door, bytearray()
        self._greeting = Greeting(door.credentials)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the hello."""
        self.transport = cast("asyncio.Transport", transport)
        if len(self._door.arrivals) >= MOST_ARRIVALS:
            self.transport.abort()
            return
        self._door.arrivals.add(self)
        self._timer = asyncio.get_running_loop().call_later(SECONDS, self._refuse, "it did not say hello in time")
        self.transport.write(self._greeting.challenge)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Wait no longer."""
        self._end()

    def data_received(self, data: bytes) -> None:
        """End the hello when all of it has come."""
        self._said += data
        if len(self._said) < RESPONSE:
            return
        try:
            if len(self._said) > RESPONSE:
                raise Refused("it said more than hello")
            proof = self._greeting.judge(bytes(self._said))
        except Refused as refusal:
            self._refuse(str(refusal))
        else:
            self._let_in(proof)

    def _let_in(self, proof: bytes) -> None:
        self._end()
        self.transport.write(proof)
        link = self._door.make_link()
        self.transport.set_protocol(link)
        link.connection_made(self.transport)

    def _refuse(self, reason: str) -> None:
        self._end()
        self._door.tell(self, reason)
        self.transport.abort()

    def _end(self) -> None:
        if self in self._door.arrivals:
            self._door.arrivals.discard(self)
            self._timer.cancel()


def dial(address: str) -> socket.socket:
    """Return a connection to the door at ``address``."""
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(address.removeprefix("unix:"))
        return connection
    connection = socket.create_connection(parse_tcp(address), timeout=SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    watch_for_silence(connection)
    return connection


def watch_for_silence(connection: socket.socket) -> None:
    """Have the system notice when the other end has vanished."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in LIVELINESS.items():
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def parse_tcp(address: str) -> tuple[str, int]:
    """Return host and port of ``tcp://host:port``, a host of version 6 in brackets; ValueError if it is none."""
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    if not address.startswith("tcp://") or not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"{address!r} is no address; it looks like tcp://10.0.0.1:8787, port 0 for a free one")
    return host.removeprefix("[").removesuffix("]"), int(port)


def format_tcp(host: str, port: int) -> str:
    """Return the address that ``parse_tcp`` takes apart."""
    return f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}"


def family_of(host: str) -> socket.AddressFamily:
    """Return the version of the internet protocol that an address, or the first one of a name, has."""
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]
