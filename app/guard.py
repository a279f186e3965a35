"""The guard: how many connections there are, from where, and which of them are given up because nothing moves."""

import asyncio
import logging
from collections import Counter
from functools import lru_cache
from ipaddress import ip_address, ip_network
from math import ceil
from time import monotonic
from typing import Protocol

from app.limits import Budgets, party
from app.problems import Problem
from app.settings import Settings

LOOK_SECONDS = 0.5
"""Every connection is looked at once in so many seconds, a few at a time."""
BATCH = 50
MOST_REFUSED = 64
"""So many connections above the limit are told why; others are dropped."""

logger = logging.getLogger(__name__)


class Watched(Protocol):
    """A connection as the guard knows it."""

    transport: asyncio.Transport

    def look(self, now: float) -> str | None:
        """Return why the connection is to be given up; None if it is not."""


class Patience:
    """For how long something has been the same."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._mark: object = None
        self._since = 0.0

    def waited(self, mark: object, now: float) -> float:
        """Return for how many seconds ``mark`` has been what it is; 0 for None, which is nothing to wait for."""
        if mark != self._mark:
            self._mark, self._since = mark, now
        return now - self._since if mark is not None else 0.0


class Guard:
    """All connections of a server."""

    def __init__(self, settings: Settings, most_files: int, floods: Budgets) -> None:
        """Keep to ``settings``, and below ``most_files``, which the system lets this process open; count ``floods``."""
        self.settings = settings
        self.floods = floods
        """What each address may still flood."""
        self.most = max(1, min(settings.max_connections, most_files))
        self.refused = self.given_up = 0
        """Connections that were too many, and that were too slow or too loud."""
        self._networks = tuple(map(ip_network, settings.trusted_proxies))
        self._connections: dict[asyncio.Transport, Watched] = {}
        self._parties: dict[asyncio.Transport, str] = {}
        self._counts: Counter[str] = Counter()
        self._patrol: asyncio.Task[None] | None = None
        self.is_proxy = lru_cache(1024)(self._is_proxy)

    def __len__(self) -> int:
        """How many connections there are."""
        return len(self._connections)

    def admit(self, connection: Watched, address: str) -> Problem | None:
        """Count a new connection; return why it is one too many, if it is."""
        problem = self._excess(party(address))
        self._connections[connection.transport] = connection
        self._parties[connection.transport] = party(address)
        self._counts[party(address)] += 1
        if self._patrol is None or self._patrol.done():
            self._patrol = asyncio.ensure_future(self._look_around())
        if problem is not None:
            self.refused += 1
            if len(self._connections) > self.most + MOST_REFUSED:
                connection.transport.abort()
        return problem

    def hand_over(self, connection: Watched) -> None:
        """Note that another protocol has taken over a connection."""
        self._connections[connection.transport] = connection

    def leave(self, transport: asyncio.Transport) -> None:
        """Count out a connection that has ended."""
        if self._connections.pop(transport, None) is None:
            return
        name = self._parties.pop(transport)
        self._counts[name] -= 1
        if not self._counts[name]:
            del self._counts[name]

    def give_up(self, connection: Watched, reason: str) -> None:
        """End a connection without waiting for anything."""
        self.given_up += 1
        logger.debug("connection given up", extra={"reason": reason})
        connection.transport.abort()

    def _excess(self, name: str) -> Problem | None:
        most = self.settings.max_connections_per_address
        if len(self._connections) >= self.most:
            return Problem(503, f"This server has {self.most:,} connections, which is the most that it takes.")
        if self._counts[name] >= most and not self.is_proxy(name):
            return Problem(429, f"One address may have {most:,} connections here.")
        return None

    def _is_proxy(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self._networks)
        except ValueError:
            return False

    async def _look_around(self) -> None:
        """Look at all connections again and again, until there are none."""
        while self._connections:
            connections = list(self._connections.values())
            batches = ceil(len(connections) / BATCH)
            for start in range(0, len(connections), BATCH):
                await asyncio.sleep(LOOK_SECONDS / batches)
                self._look_at(connections[start : start + BATCH])

    def _look_at(self, connections: list[Watched]) -> None:
        now = monotonic()
        for connection in connections:
            is_there = self._connections.get(connection.transport) is connection
            if is_there and (reason := connection.look(now)) is not None:
                self.give_up(connection, reason)
