"""Entries: what the hub knows of a session that is awake, and of those who watch it."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from app.live.audience import Audience
from app.live.keys import fits
from app.live.pool import WorkerLink
from app.live.reception import Reception
from app.live.room import Role, Room
from app.problems import Problem
from app.wire.events import closed_event


@dataclass(eq=False)
class Entry:
    """What the hub knows of a session that is awake."""

    id: str
    kept: bytes
    """Of its key."""
    touched: float = field(default_factory=monotonic)
    epoch: int = 0
    """Counts the workers with which it has lived; what a former one still says is ignored."""
    worker: WorkerLink | None = None
    """Where it lives; None while it moves."""
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    """Whether it lives anywhere, or has ended."""
    ended: str = ""
    """Why it has ended."""
    sequence: int = 0
    """Number of its newest frame."""
    stored: bool = False
    """Whether the store knows it."""
    stored_room: int = 0
    """The version of its room that the store knows."""
    saved: "asyncio.Future[None] | None" = None
    """Done when the newest of what its worker had kept is in the store."""
    steps: set[int] = field(default_factory=set)
    """``step`` calls that wait for their answer."""
    job: int | None = None
    """The one for which it was training when it came to its worker."""
    reception: Reception = field(default_factory=Reception)
    audience: Audience = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nobody who watches."""
        self.audience = Audience(self.tell)

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
        """Return whether nobody has watched or called after ``since``, or waits for an answer."""
        return not self.audience.viewers and not self.steps and self.touched < since

    def tell(self, what: str, **header: Any) -> None:
        """Tell the worker something; one that comes later is told how things are then."""
        if self.worker is not None and self.settled.is_set():
            self.worker.send({"do": what, "session": self.id, **header})

    def close(self, reason: str) -> None:
        """Be awake no longer; whoever watches is told why."""
        if self.worker is not None:
            self.worker.sessions -= 1
        self.worker, self.ended = None, reason
        self.settled.set()
        self.audience.tell_all(lambda _: closed_event(reason))
        self.audience.close()

    async def home(self) -> WorkerLink:
        """Return the worker with which it lives, as soon as it does; Problem (404) if it has ended."""
        await self.settled.wait()
        if self.worker is None:
            raise Problem(404, self.ended or "There is no such session; it may have been ended.")
        return self.worker
