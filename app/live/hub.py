"""The hub: which session lives where, who watches what, and what goes to whom. It opens nothing that it passes on."""

import asyncio
import itertools
import json
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any

from app.live.fanout import Fanout
from app.live.keys import digest, fits, new_id, new_key
from app.live.link import Message
from app.live.outbox import Outbox, Waiting
from app.live.pool import Pool, WorkerLink
from app.live.reception import Reception
from app.live.room import Role, Room
from app.problems import Problem
from app.settings import Settings
from app.wire.commands import Watch, watch_document
from app.wire.events import closed_event, session_event
from engine.probes import Probe

LONGEST_PAUSE = 10.0
"""Idle sessions are looked for at least every so many seconds."""


@dataclass(eq=False)
class Viewer:
    """Somebody at the other end of a stream."""

    number: int
    can_control: bool
    outbox: Outbox = field(default_factory=Outbox)
    channel: "Channel | None" = None


@dataclass(eq=False)
class Channel:
    """A set of probes and those who watch exactly that."""

    number: int
    probes: tuple[Probe, ...]
    viewers: set[Viewer] = field(default_factory=set)
    owed: int = 0
    """Frames since the last one that anybody has taken."""


@dataclass(eq=False)
class Entry:
    """What the hub knows of a session."""

    id: str
    worker: WorkerLink
    kept: bytes
    """Of its key."""
    touched: float
    viewers: dict[int, Viewer] = field(default_factory=dict)
    channels: dict[tuple[Probe, ...], Channel] = field(default_factory=dict)
    reception: Reception = field(default_factory=Reception)

    @property
    def room(self) -> Room:
        """Who may do what, and who is in."""
        return self.reception.room

    def is_owned_by(self, key: str) -> bool:
        """Return whether ``key`` is this session's."""
        return fits(key, self.kept)

    def role_of(self, credential: str | None) -> Role:
        """Return what somebody is to this session who shows a key, a token or nothing."""
        if credential is not None and self.is_owned_by(credential):
            return Role.OWNER
        return self.room.role_of(credential)

    def is_idle(self, since: float) -> bool:
        """Return whether nobody has watched or called after ``since``."""
        return not self.viewers and self.touched < since


class Hub:
    """All sessions of this server."""

    def __init__(self, settings: Settings) -> None:
        """Serve within the limits of ``settings``."""
        self.settings = settings
        self.pool = Pool(settings.workers, self._on_message, self._on_lost)
        self.fanout = Fanout()
        self._entries: dict[str, Entry] = {}
        self._numbers = itertools.count()
        self._promised = 0
        self._reaper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the workers."""
        await self.pool.start()
        self._reaper = asyncio.create_task(self._end_idle_sessions())

    async def stop(self) -> None:
        """End everything."""
        if self._reaper is not None:
            self._reaper.cancel()
        await self.pool.stop()

    async def create(self, body: bytes) -> tuple[Entry, str, bytes]:
        """Make a session on the least loaded worker; return it, its key and its document."""
        most = self.settings.max_sessions
        if len(self._entries) + self._promised >= most:
            raise Problem(429, f"There are {most} sessions, which is the most that this server keeps; end one first.")
        self._promised += 1
        try:
            worker, name, key = await self.pool.least_loaded(), new_id(), new_key()
            status, text = await worker.call({"do": "create", "session": name}, body)
            expect_success(status, text)
        finally:
            self._promised -= 1
        entry = self._entries[name] = Entry(name, worker, digest(key), monotonic())
        worker.sessions += 1
        return entry, key, text

    def find(self, name: str) -> Entry:
        """Return a session; Problem (404) if there is none with this id."""
        if name not in self._entries:
            raise Problem(404, "There is no such session; it may have been ended.")
        entry = self._entries[name]
        entry.touched = monotonic()
        return entry

    async def call(self, entry: Entry, name: str, body: bytes = b"", **parameters: Any) -> bytes:
        """Ask a session something and return the text of the answer; Problem if it is refused."""
        header = {"do": "call", "session": entry.id, "name": name, "parameters": parameters}
        status, text = await entry.worker.call(header, body)
        entry.touched = monotonic()
        return expect_success(status, text)

    def end(self, entry: Entry, reason: str) -> None:
        """End a session and tell its viewers why."""
        if self._entries.pop(entry.id, None) is None:
            return
        entry.worker.sessions -= 1
        entry.worker.send({"do": "end", "session": entry.id})
        for viewer in entry.viewers.values():
            viewer.outbox.put_event(closed_event(reason))
            viewer.outbox.close()

    def join(self, entry: Entry, can_control: bool, outbox: Outbox | None = None) -> Viewer:
        """Let somebody watch; Problem (429) if there are too many."""
        most = self.settings.max_viewers
        if len(entry.viewers) >= most:
            raise Problem(429, f"{most} viewers watch this session, which is the most that may.")
        viewer = Viewer(next(self._numbers), can_control, outbox or Outbox())
        entry.viewers[viewer.number] = viewer
        entry.worker.send({"do": "greet", "session": entry.id, "viewer": viewer.number})
        self.watch(entry, viewer, Watch(()))
        return viewer

    def watch(self, entry: Entry, viewer: Viewer, watch: Watch) -> None:
        """Let a viewer see these probes instead of those before."""
        self._forsake(entry, viewer)
        channel = entry.channels.get(watch.probes)
        if channel is None:
            channel = entry.channels[watch.probes] = Channel(next(self._numbers), watch.probes)
        channel.viewers.add(viewer)
        channel.owed = 0
        viewer.channel = channel
        entry.worker.send(
            {"do": "open", "session": entry.id, "channel": channel.number, **watch_document(watch.probes)}
        )

    def leave(self, entry: Entry, viewer: Viewer) -> None:
        """Let a viewer go."""
        entry.viewers.pop(viewer.number, None)
        self._forsake(entry, viewer)
        entry.touched = monotonic()

    def _forsake(self, entry: Entry, viewer: Viewer) -> None:
        channel, viewer.channel = viewer.channel, None
        if channel is None:
            return
        channel.viewers.discard(viewer)
        if channel.viewers:
            self._credit(entry, channel)  # what this viewer had not taken, nobody else may ever take
        else:
            del entry.channels[channel.probes]
            entry.worker.send({"do": "close", "session": entry.id, "channel": channel.number})

    def _credit(self, entry: Entry, channel: Channel) -> None:
        """Let the worker make as many frames as have been taken."""
        if channel.owed:
            header = {"do": "credit", "session": entry.id, "channel": channel.number, "frames": channel.owed}
            entry.worker.send(header)
            channel.owed = 0

    def _on_message(self, message: Message) -> None:
        """Pass on what a worker says of a session."""
        header = message.header
        entry = self._entries.get(header["session"])
        if entry is None:
            return
        match header["is"]:
            case "frame":
                self._pass_frame(entry, header, message.payload)
            case "news":
                self._pass_news(entry, header.get("viewer"), message.payload)
            case "ended":
                self.end(entry, header["reason"])

    def _pass_frame(self, entry: Entry, header: dict[str, Any], frame: bytes) -> None:
        channel = next((each for each in entry.channels.values() if each.number == header["channel"]), None)
        if channel is None:
            return
        channel.owed += 1
        waiting = Waiting(header["sequence"], frame, partial(self._credit, entry, channel))
        for viewer in channel.viewers:
            viewer.outbox.put_frame(waiting)

    def _pass_news(self, entry: Entry, number: int | None, document: bytes) -> None:
        """Send a session's document to one viewer, or to all."""
        chosen = entry.viewers.values() if number is None else filter(None, [entry.viewers.get(number)])
        for viewer in chosen:
            viewer.outbox.put_event(session_event(with_fields(document, can_control=viewer.can_control)))

    def _on_lost(self, worker: WorkerLink) -> None:
        """End the sessions of a worker that has died."""
        for entry in [entry for entry in self._entries.values() if entry.worker is worker]:
            self.end(entry, "The process that trained this session has died; the session is lost.")

    async def _end_idle_sessions(self) -> None:
        seconds = self.settings.idle_seconds
        while True:
            await asyncio.sleep(min(seconds / 4, LONGEST_PAUSE))
            for entry in list(self._entries.values()):
                if entry.is_idle(monotonic() - seconds):
                    self.end(entry, f"Nobody has watched or called this session for {seconds:g} seconds.")


def expect_success(status: int, text: bytes) -> bytes:
    """Return the text of an answer; Problem if it is a refusal."""
    if status >= 400:
        document = json.loads(text)
        raise Problem(status, document["detail"], document.get("errors", ()))
    return text


def with_fields(document: bytes, **fields: Any) -> bytes:
    """Return a JSON object with fields added, without reading it."""
    return document[:-1] + b"," + json.dumps(fields).encode()[1:]
