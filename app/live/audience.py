"""The audience of a session: who watches what, which frames are wanted, and what goes to whom."""

import itertools
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from functools import partial

from app.live.outbox import Outbox, Waiting
from app.wire.commands import Have, Watch, watch_document

Spread = Callable[[Waiting, Set[Outbox]], None]
"""What sends a frame to many, who may leave before they have got it."""


@dataclass(eq=False)
class Viewer:
    """Somebody at the other end of a stream."""

    number: int
    can_control: bool
    outbox: Outbox
    channel: "Channel | None" = None


@dataclass(eq=False)
class Channel:
    """What some watch, and the outboxes of those who watch exactly that."""

    number: int
    watch: Watch
    outboxes: set[Outbox] = field(default_factory=set)
    owed: int = 0
    """Frames since the last one that anybody has taken."""
    newest: Waiting | None = None


class Audience:
    """The viewers of one session."""

    def __init__(self, tell: Callable[..., None]) -> None:
        """Begin with nobody; ``tell`` tells whoever makes the frames what to do, with named values."""
        self.viewers: dict[int, Viewer] = {}
        self.channels: dict[Watch, Channel] = {}
        self._by_number: dict[int, Channel] = {}
        self._ungreeted: list[Viewer] = []
        self._returned: dict[Have, list[Viewer]] = {}
        self._viewer_numbers, self._channel_numbers = itertools.count(1), itertools.count(1)
        self._tell = tell

    def join(self, can_control: bool, outbox: Outbox) -> Viewer:
        """Let somebody watch; the session's document comes first. One document serves all who join meanwhile."""
        viewer = Viewer(next(self._viewer_numbers), can_control, outbox)
        self.viewers[viewer.number] = viewer
        if not self._ungreeted:
            self._tell("greet")
        self._ungreeted.append(viewer)
        self.watch(viewer, Watch(()))
        return viewer

    def watch(self, viewer: Viewer, watch: Watch) -> None:
        """Let a viewer see this instead of what it saw before; what others see already, it sees at once."""
        self._forsake(viewer)
        channel = self.channels.get(watch)
        if channel is None:
            channel = self._open(Channel(next(self._channel_numbers), watch))
        elif channel.newest is not None:
            viewer.outbox.put_frame(channel.newest)
        channel.outboxes.add(viewer.outbox)
        viewer.channel = channel

    def come_back(self, viewer: Viewer, have: Have) -> None:
        """Ask for what a viewer has missed; who has the same meanwhile gets the same answer."""
        if have not in self._returned:
            self._tell("recall", records=have.records, step=have.step)
        self._returned.setdefault(have, []).append(viewer)

    def recall(self, have: Have, text: str) -> None:
        """Send what has been missed to all who have this much."""
        for viewer in self._returned.pop(have, []):
            viewer.outbox.put_event(text)

    def leave(self, viewer: Viewer) -> None:
        """Let a viewer go."""
        self.viewers.pop(viewer.number, None)
        self._forsake(viewer)

    def reopen(self) -> None:
        """Ask somebody else, who knows nothing yet, for all that is wanted; everybody gets the session's document."""
        self._ungreeted = list(self.viewers.values())
        if self._ungreeted:
            self._tell("greet")
        for have in self._returned:
            self._tell("recall", records=have.records, step=have.step)
        for channel in self.channels.values():
            self._open(channel)

    def pass_frame(self, number: int, sequence: int, frame: bytes, spread: Spread) -> None:
        """Send a frame to all who watch a channel, by means of ``spread``."""
        channel = self._by_number.get(number)
        if channel is None:
            return
        channel.owed += 1
        waiting = channel.newest = Waiting(sequence, frame, partial(self._credit, channel))
        spread(waiting, channel.outboxes)

    def greet(self, make_text: Callable[[Viewer], str]) -> None:
        """Send an event to those who have joined and have not got one yet."""
        ungreeted, self._ungreeted = self._ungreeted, []
        for viewer in ungreeted:
            viewer.outbox.put_event(make_text(viewer))

    def tell_all(self, make_text: Callable[[Viewer], str]) -> None:
        """Send an event to everybody."""
        for viewer in self.viewers.values():
            viewer.outbox.put_event(make_text(viewer))

    def close(self) -> None:
        """Send nothing more."""
        for viewer in self.viewers.values():
            viewer.outbox.close()

    def _open(self, channel: Channel) -> Channel:
        self.channels[channel.watch] = self._by_number[channel.number] = channel
        channel.owed = 0
        self._tell("open", channel=channel.number, **watch_document(channel.watch))
        return channel

    def _forsake(self, viewer: Viewer) -> None:
        channel, viewer.channel = viewer.channel, None
        if channel is None:
            return
        channel.outboxes.discard(viewer.outbox)
        if channel.outboxes:
            self._credit(channel)  # what this viewer had not taken, nobody else may ever take
        else:
            del self.channels[channel.watch], self._by_number[channel.number]
            self._tell("close", channel=channel.number)

    def _credit(self, channel: Channel) -> None:
        """Let as many frames be made as have been taken."""
        if channel.owed:
            self._tell("credit", channel=channel.number, frames=channel.owed)
            channel.owed = 0
