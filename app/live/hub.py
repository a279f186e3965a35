"""The hub: who watches what, and what goes to whom. It opens nothing that it passes on."""

import json
from collections.abc import Callable
from functools import cache
from time import monotonic
from typing import Any

from app.live.audience import Viewer
from app.live.entry import Entry
from app.live.fanout import Fanout
from app.live.homes import Homes
from app.live.link import Message
from app.live.outbox import Outbox
from app.live.relay import RelayedHomes
from app.problems import Problem
from app.settings import Settings
from app.wire.commands import Have
from app.wire.events import session_event


class Hub:
    """All sessions of this server, and those who watch them."""

    def __init__(self, settings: Settings) -> None:
        """Serve within the limits of ``settings``."""
        self.settings = settings
        self.homes = (RelayedHomes if settings.relay else Homes)(settings, self._on_message)
        self.fanout = Fanout()

    async def start(self) -> None:
        """Begin: sessions that were awake go on."""
        await self.homes.start()

    async def stop(self) -> None:
        """Have everything kept, and end."""
        await self.homes.stop()

    def join(self, entry: Entry, can_control: bool, outbox: Outbox) -> Viewer:
        """Let somebody watch; Problem (429) if there are too many."""
        most = self.settings.max_viewers
        if len(entry.audience.viewers) >= most:
            raise Problem(429, f"{most} viewers watch this session, which is the most that may.")
        return entry.audience.join(can_control, outbox)

    def leave(self, entry: Entry, viewer: Viewer) -> None:
        """Let a viewer go."""
        entry.audience.leave(viewer)
        entry.touched = monotonic()

    def _on_message(self, entry: Entry, message: Message) -> None:
        """Pass on what a worker says of a session."""
        header = message.header
        match header["is"]:
            case "frame":
                entry.sequence = max(entry.sequence, header["sequence"])
                channel, sequence = header["channel"], header["sequence"]
                entry.audience.pass_frame(channel, sequence, message.payload, self.fanout.spread)
            case "greeting":
                entry.audience.greet(news(message.payload))
            case "recall":
                entry.audience.recall(Have(header["records"], header["step"]), message.payload.decode())
            case "news":
                entry.audience.tell_all(news(message.payload))


def news(document: bytes) -> Callable[[Viewer], str]:
    """Return what makes the event that brings a session's document to a viewer; it is made twice at most."""

    @cache
    def text(can_control: bool) -> str:
        return session_event(with_fields(document, can_control=can_control))

    return lambda viewer: text(viewer.can_control)


def with_fields(document: bytes, **fields: Any) -> bytes:
    """Return a JSON object with fields added, without reading it."""
    return document[:-1] + b"," + json.dumps(fields).encode()[1:]
