"""The relay: sessions that live at another Livenet, its origin, and are watched here by an audience of its own.

For each session the relay is one viewer of the origin, with a stream for each distinct set of probes that is watched
here. What comes goes to all viewers by the same audience and fan-out as from a worker. Nothing can be changed here.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode

from pydantic_core import from_json, to_json

from app.live.entry import Entry
from app.live.link import Message
from app.live.load import Load
from app.live.origin import Origin, Stream, sequence_of
from app.live.reception import CLOSED
from app.problems import Problem, elsewhere
from app.settings import Settings
from app.store.records import Record, Summary
from app.wire.commands import Watch, parse_watch, watch_document
from app.wire.events import CLOSE_CLOSED, missed_event
from app.wire.frames import decode_frame

NAME = re.compile(r"[\w-]{8,64}", re.ASCII)
"""What an id of a session looks like."""
ARRIVAL = 20.0
"""Seconds in which the origin must show a session."""
REST = 60.0
"""A session that nobody has watched or asked for in so many seconds is watched no longer."""
HOUSEKEEPING = 5.0
MOST_STREAMS = 64
"""So many distinct sets of probes of a session are watched at a time; who wants another one waits."""
SETTLING = 0.05
"""Who wants something else within so many seconds costs the origin no stream."""
PAUSE = 1.0
"""Seconds after which the origin is asked again for records that viewers wait for."""
CALLS = {"describe": "", "metrics": "/metrics", "parameters": "/parameters", "gradients": "/gradients", "data": "/data"}
"""What may be asked of the origin, by the names that workers know."""

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class RelayedEntry(Entry):
    """A session of the origin, and those who watch it here; nobody here owns it."""

    line: "Line | None" = field(default=None)

    def tell(self, what: str, **header: Any) -> None:
        """Tell the origin what is wanted."""
        if self.line is not None:
            self.line.do(what, header)


class Line:
    """All that is between a session here and its origin."""

    def __init__(self, origin: Origin, entry: RelayedEntry, on_message: Callable[[Entry, Message], None]) -> None:
        """Begin to watch; tell what comes as a worker would."""
        self._origin, self._entry, self._tell = origin, entry, on_message
        self.token, self.reason = "", ""
        self.arrived = asyncio.Event()
        """Whether the session has been shown, or refused."""
        self.refusal: Problem | None = None
        """Why it cannot be watched."""
        self._document = b""
        self._plain, self._newest = 0, b""
        self._room_for_streams = asyncio.Semaphore(MOST_STREAMS)
        self._channels: dict[int, asyncio.Task[None]] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self.news = Stream(self._address, list, self._hear)

    def do(self, what: str, header: dict[str, Any]) -> None:
        """Do what a worker would be told to do. (Credits are no matter: the newest frame wins on the way, too.)"""
        match what:
            case "greet":
                self._ask(self._greet())
            case "recall":
                self._ask(self._recall(header["records"], header["step"]))
            case "open":
                self._open(header["channel"], parse_watch(header["watch"], header["rate"], header["tail"]))
            case "close" if header["channel"] == self._plain:
                self._plain = 0
            case "close" if header["channel"] in self._channels:
                self._channels.pop(header["channel"]).cancel()

    async def keep(self) -> Problem:
        """Watch until the session or its room is closed for good; return what viewers are told."""
        farewell = await self.news.follow()
        is_closed = farewell.code == CLOSE_CLOSED
        self.refusal = Problem(403, CLOSED) if is_closed else Problem(404, self.reason or "There is no such session.")
        self.arrived.set()
        return self.refusal

    def close(self) -> None:
        """Watch no longer."""
        for task in (*self._channels.values(), *self._asking):
            task.cancel()

    def _address(self) -> str:
        return self._origin.stream(self._entry.id, self.token)

    def _open(self, channel: int, watch: Watch) -> None:
        """Watch something; what comes without a wish is what watches nothing sees."""
        if watch == Watch(()):
            self._plain = channel
            asyncio.get_running_loop().call_soon(self._pass_plain)
        else:
            task = self._channels[channel] = asyncio.create_task(self._watch(channel, watch))
            task.add_done_callback(log_mistake)

    async def _watch(self, channel: int, watch: Watch) -> None:
        """Pass on the frames of one set of probes."""
        wanted, is_ours = {probe.kind for probe in watch.probes}, False

        def hear(message: str | bytes) -> None:
            nonlocal is_ours
            if isinstance(message, bytes):  # the first one is of a viewer who has not said anything yet
                is_ours = is_ours or decode_frame(message).directory["probes"].keys() == wanted
                if is_ours:
                    self._pass(channel, message)

        def say_first() -> list[str]:
            nonlocal is_ours
            is_ours = False
            return [to_json({key: value for key, value in watch_document(watch).items() if value is not None}).decode()]

        await asyncio.sleep(SETTLING)
        async with self._room_for_streams:
            await Stream(self._address, say_first, hear).follow()

    def _hear(self, message: str | bytes) -> None:
        """Note or pass on what the origin says to a viewer."""
        if isinstance(message, bytes):
            self._newest = message
            self._pass_plain()
            return
        event = from_json(message)
        match event["event"]:
            case "welcome":
                self.token = event["token"]
            case "session":
                self._document = without_control(event["session"])
                self._tell(self._entry, Message({"is": "news"}, self._document))
                self.arrived.set()
            case "presence" if event["open"] != self._entry.room.is_open:
                self._entry.reception.change(is_open=event["open"])
            case "closed":
                self.reason = event["reason"]

    def _pass_plain(self) -> None:
        if self._plain and self._newest:
            self._pass(self._plain, self._newest)

    def _pass(self, channel: int, frame: bytes) -> None:
        self._tell(self._entry, Message({"is": "frame", "channel": channel, "sequence": sequence_of(frame)}, frame))

    async def _greet(self) -> None:
        """Say what the session is now, or if the origin is away, what it was."""
        try:
            document = without_control(from_json(await self._origin.get(path_of(self._entry), self.token)))
        except Problem:
            document = self._document
        self._tell(self._entry, Message({"is": "greeting"}, document))

    async def _recall(self, records: int, step: int) -> None:
        """Say what has been recorded after so many records, as soon as the origin answers."""
        while True:
            try:
                history = from_json(await self._origin.get(path_of(self._entry) + "/metrics", self.token))["history"]
            except Problem:
                await asyncio.sleep(PAUSE)
                continue
            text = missed_event(history, records, step)
            self._tell(self._entry, Message({"is": "recall", "records": records, "step": step}, text))
            return

    def _ask(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        task.add_done_callback(log_mistake)


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


def log_mistake(task: "asyncio.Task[None]") -> None:
    """Log why a task has failed, if it has."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("a task has failed", exc_info=error)


def path_of(entry: Entry) -> str:
    """Return where a session is, here and there."""
    return f"/api/sessions/{entry.id}"


def without_control(document: dict[str, Any]) -> bytes:
    """Return a session's document without what it says to the relay about control."""
    return to_json({name: value for name, value in document.items() if name != "can_control"})
