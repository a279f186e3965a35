"""Lines: all that is between a relayed session and its origin. It does what a worker would be told to do."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json, to_json

from app.live.entry import Entry
from app.live.link import Message
from app.live.origin import Origin, Stream, sequence_of
from app.live.reception import CLOSED
from app.problems import Problem
from app.wire.commands import Watch, parse_watch, watch_document
from app.wire.events import CLOSE_CLOSED, missed_event
from app.wire.frames import decode_frame

MOST_STREAMS = 64
"""So many distinct sets of probes of a session are watched at a time; who wants another one waits."""
SETTLING = 0.05
"""Who wants something else within so many seconds costs the origin no stream."""
PAUSE = 1.0
"""Seconds after which the origin is asked again for records that viewers wait for."""

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
