"""The relay: sessions that live at another Livenet, its origin, and are watched here by an audience of its own.

For each session the relay is one viewer of the origin, with a stream for each distinct set of probes that is watched
here. What comes goes to all viewers by the same audience and fan-out as from a worker. Nothing can be changed here.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode

from pydantic_core import from_json

from app.live.entry import Entry
from app.live.line import Line, RelayedEntry, log_mistake, path_of, without_control
from app.live.link import Message
from app.live.load import Load
from app.live.origin import Origin
from app.problems import Problem, elsewhere
from app.settings import Settings
from app.store.records import Record, Summary

NAME = re.compile(r"[\w-]{8,64}", re.ASCII)
"""What an id of a session looks like."""
ARRIVAL = 20.0
"""Seconds in which the origin must show a session."""
REST = 60.0
"""A session that nobody has watched or asked for in so many seconds is watched no longer."""
HOUSEKEEPING = 5.0
CALLS = {"describe": "", "metrics": "/metrics", "parameters": "/parameters", "gradients": "/gradients", "data": "/data"}
"""What may be asked of the origin, by the names that workers know."""


class Nowhere:
    """What stands for workers and store of a server that has neither, to those who want an overview."""

    def __init__(self, homes: "RelayedHomes") -> None:
        """Speak of the sessions of ``homes``."""
        self._homes = homes
        self.load = Load()

    @property
    def links(self) -> list[Any]:
        """Workers: there are none."""
        return []

    ready = links

    @property
    def size(self) -> int:
        """How many workers there should be."""
        return 0

    @property
    def restarts(self) -> int:
        """How often the origin was lost."""
        return sum(line.news.losses for line in self._homes.lines)

    @property
    def trouble(self) -> str | None:
        """Whether the origin is away from any session; None while all is well."""
        away = any(not line.news.is_open for line in self._homes.lines)
        return f"{self._homes.origin.address} does not answer" if away else None

    async def recent(self, seconds: float) -> list[Summary]:  # noqa: ARG002
        """Return the sessions that are kept here: none."""
        return []

    async def find(self, name: str) -> Record | None:  # noqa: ARG002
        """Return nothing: none is kept here."""
        return None

    def delete(self, names: list[str]) -> None:
        """Forget what is kept of sessions: nothing is."""


class RelayedHomes:
    """The sessions of another Livenet; stands where ``Homes`` does otherwise."""

    def __init__(self, settings: Settings, on_message: Callable[[Entry, Message], None]) -> None:
        """Relay what ``settings.relay`` shows, within the limits of ``settings``."""
        assert settings.relay is not None
        self.settings, self._tell = settings, on_message
        self.origin = Origin(settings.relay)
        self.entries: dict[str, Entry] = {}
        self.pool = self.archive = Nowhere(self)
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def lines(self) -> list[Line]:
        """The lines to the origin."""
        return [entry.line for entry in self.entries.values() if isinstance(entry, RelayedEntry) and entry.line]

    async def start(self) -> None:
        """Begin with nothing to watch."""
        self._do("", self._keep_house())

    async def stop(self) -> None:
        """Watch nothing more."""
        for task in self._tasks.values():
            task.cancel()
        for line in self.lines:
            line.close()
        self.origin.close()

    async def create(self, body: bytes) -> tuple[Entry, str, bytes]:  # noqa: ARG002
        """Make nothing: Problem (421)."""
        raise elsewhere(self.origin.address)

    async def find(self, name: str) -> Entry:
        """Return a session as soon as the origin has shown it; Problem (403, 404, 502) if it does not."""
        if not NAME.fullmatch(name):
            raise Problem(404, "There is no such session; it may have been ended.")
        entry = self.entries.get(name) or self._begin(name)
        entry.touched = monotonic()
        assert isinstance(entry, RelayedEntry)
        assert entry.line is not None
        try:
            async with asyncio.timeout(ARRIVAL):
                await entry.line.arrived.wait()
        except TimeoutError:
            raise self.origin.silence() from None
        if entry.line.refusal is not None:
            raise entry.line.refusal
        return entry

    async def call(self, entry: Entry, name: str, body: bytes = b"", **parameters: Any) -> bytes:  # noqa: ARG002
        """Ask the origin something that changes nothing; Problem (421) for all else, or what the origin refuses."""
        assert isinstance(entry, RelayedEntry)
        assert entry.line is not None
        if name == "probe":
            rest = f"/probes/{quote(parameters['kind'], safe='')}?{urlencode(parameters['query'])}"
        elif name in CALLS:
            rest = CALLS[name]
        else:
            raise elsewhere(self.origin.address)
        text = await self.origin.get(path_of(entry) + rest, entry.line.token)
        return without_control(from_json(text)) if name == "describe" else text

    async def keep_room(self, entry: Entry) -> None:
        """Keep nothing: who may come in is the origin's word."""

    def end(self, entry: Entry, reason: str) -> None:
        """Watch a session no longer and tell its viewers why."""
        if entry.id in self.entries:
            self._tasks.pop(entry.id).cancel()
            self._forget(entry, reason)

    def _begin(self, name: str) -> Entry:
        most = self.settings.max_sessions
        if len(self.entries) >= most:
            raise Problem(429, f"{most} sessions are watched here, which is the most that may; come back later.")
        entry = RelayedEntry(name, b"")
        entry.line = Line(self.origin, entry, self._tell)
        self.entries[name] = entry
        self._do(name, self._follow(entry, entry.line))
        return entry

    async def _follow(self, entry: RelayedEntry, line: Line) -> None:
        """Watch a session until it ends."""
        refusal = await line.keep()
        if self.entries.get(entry.id) is entry:
            self._tasks.pop(entry.id)
            self._forget(entry, refusal.detail)

    def _forget(self, entry: Entry, reason: str) -> None:
        del self.entries[entry.id]
        entry.close(reason)
        if isinstance(entry, RelayedEntry) and entry.line is not None:
            entry.line.close()

    async def _keep_house(self) -> None:
        """Let go again and again what nobody watches."""
        while True:
            await asyncio.sleep(HOUSEKEEPING)
            for entry in [each for each in self.entries.values() if each.is_idle(monotonic() - REST)]:
                self.end(entry, "")

    def _do(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside everything else; a mistake in it is logged."""
        task = self._tasks[name] = asyncio.create_task(work)
        task.add_done_callback(log_mistake)
