"""What is kept of a session, and what of it changes at a checkpoint. Documents, states and rooms are opaque here."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, Self


@dataclass(frozen=True)
class Record:
    """All that is kept of a session, except its chunks of history. Times are in seconds since 1970."""

    id: str
    kept: bytes
    """The digest of its key."""
    title: str
    created: float
    touched: float
    """When somebody last watched or called it."""
    epoch: int
    """Of whoever trains it now: what comes from an older one no longer counts."""
    document: bytes
    """What the session is: its experiment as written, its phase and so on."""
    state: bytes
    """What its training needs in order to go on exactly where it was."""
    run: int
    """How often it was started anew; every run has a history of its own."""
    chunks: int
    """How many pieces of this run's history are kept."""
    room: bytes
    """Who may watch and who may control."""
    playing: bool = False
    """Whether it was training, and so should go on."""


class Summary(NamedTuple):
    """What is known of a session without reading what is long."""

    id: str
    kept: bytes
    title: str
    created: float
    touched: float
    epoch: int
    playing: bool


class Size(NamedTuple):
    """What is kept in all."""

    sessions: int
    bytes: int


@dataclass(frozen=True)
class Checkpoint:
    """A session at a moment, as whoever trains it tells.

    The chunk, if there is a new one, becomes number ``first`` of the run; older chunks from that number on are
    dropped, and so is the history of every other run.
    """

    id: str
    epoch: int
    document: bytes | None
    """None: nothing new."""
    state: bytes
    run: int
    first: int
    chunk: bytes | None
    playing: bool = False


@dataclass(frozen=True)
class Change:
    """One checkpoint or several of a session's in a row, made into one."""

    id: str
    epoch: int
    document: bytes | None
    state: bytes
    run: int
    first: int
    pieces: tuple[bytes, ...]
    """Chunks number ``first``, ``first + 1``, …"""
    playing: bool

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> Self:
        """Return the change that a single checkpoint is."""
        pieces = () if checkpoint.chunk is None else (checkpoint.chunk,)
        return cls(
            checkpoint.id, checkpoint.epoch, checkpoint.document, checkpoint.state,
            checkpoint.run, checkpoint.first, pieces, checkpoint.playing,
        )  # fmt: skip

    @property
    def end(self) -> int:
        """How many chunks the run has afterwards."""
        return self.first + len(self.pieces)

    def takes(self, later: "Change") -> bool:
        """Return whether ``later`` can be added to this with the same result as one after the other."""
        same = (self.id, self.epoch) == (later.id, later.epoch)
        return same and (self.run != later.run or later.first <= self.end)

    def then(self, later: "Change") -> "Change":
        """Return both as one; the newest state wins, no chunk is lost."""
        document = self.document if later.document is None else later.document
        if self.run != later.run or later.first < self.first:
            return replace(later, document=document)
        pieces = self.pieces[: later.first - self.first] + later.pieces
        return replace(later, document=document, first=self.first, pieces=pieces)


def in_rounds(checkpoints: Iterable[Checkpoint | Change]) -> list[list[Change]]:
    """Return the changes in lists that have each session at most once; what can be made into one is."""
    rounds: list[dict[str, Change]] = []
    places: dict[str, int] = {}
    for each in checkpoints:
        change = Change.of(each) if isinstance(each, Checkpoint) else each
        place = places.get(change.id, -1)
        if place >= 0 and (before := rounds[place][change.id]).takes(change):
            rounds[place][change.id] = before.then(change)
            continue
        places[change.id] = place + 1
        if place + 1 == len(rounds):
            rounds.append({})
        rounds[place + 1][change.id] = change
    return [list(changes.values()) for changes in rounds]
