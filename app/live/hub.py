"""The hub: who watches what, and what goes to whom. It opens nothing that it passes on."""

import itertools
import json
from functools import partial
from time import monotonic
from typing import Any

from app.live.entry import Channel, Entry, Viewer
from app.live.fanout import Fanout
from app.live.homes import Homes
from app.live.link import Message
from app.live.outbox import Outbox, Waiting
from app.problems import Problem
from app.settings import Settings
from app.wire.commands import Watch, watch_document
from app.wire.events import session_event


class Hub:
    """All sessions of this server, and those who watch them."""

    def __init__(self, settings: Settings) -> None:
        """Serve within the limits of ``settings``."""
        self.settings = settings
        self.homes = Homes(settings, self._on_message)
        self.fanout = Fanout()
        self._numbers = itertools.count()

    async def start(self) -> None:
        """Begin: sessions that were awake go on."""
        await self.homes.start()

    async def stop(self) -> None:
        """Have everything kept, and end."""
        await self.homes.stop()

    def join(self, entry: Entry, can_control: bool, outbox: Outbox | None = None) -> Viewer:
        """Let somebody watch; Problem (429) if there are too many."""
        most = self.settings.max_viewers
        if len(entry.viewers) >= most:
            raise Problem(429, f"{most} viewers watch this session, which is the most that may.")
        viewer = Viewer(next(self._numbers), can_control, outbox or Outbox())
        entry.viewers[viewer.number] = viewer
        entry.tell("greet", viewer=viewer.number)
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
        entry.tell("open", channel=channel.number, **watch_document(watch.probes))

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
            entry.tell("close", channel=channel.number)

    def _credit(self, entry: Entry, channel: Channel) -> None:
        """Let the worker make as many frames as have been taken."""
        if channel.owed:
            entry.tell("credit", channel=channel.number, frames=channel.owed)
            channel.owed = 0

    def _on_message(self, entry: Entry, message: Message) -> None:
        """Pass on what a worker says of a session."""
        if message.header["is"] == "frame":
            self._pass_frame(entry, message.header, message.payload)
        else:
            self._pass_news(entry, message.header.get("viewer"), message.payload)

    def _pass_frame(self, entry: Entry, header: dict[str, Any], frame: bytes) -> None:
        entry.sequence = max(entry.sequence, header["sequence"])
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


def with_fields(document: bytes, **fields: Any) -> bytes:
    """Return a JSON object with fields added, without reading it."""
    return document[:-1] + b"," + json.dumps(fields).encode()[1:]
