"""Keeping: what of a session is kept, so that it can go on elsewhere. Made in the worker, opened nowhere but there.

A session is kept in three parts, as often as each changes: the document (title, version, the experiment as written),
the state (what it is doing, and the engine's state) and the pieces of its records, which are only added to.
"""

import logging
from dataclasses import dataclass
from time import monotonic, thread_time
from typing import Any, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from app.live.allowance import Spent
from app.live.channels import Channels
from app.live.jobs import Job
from app.live.phases import Phase
from app.live.session import Session
from engine.blocks import CheckpointError, seal, unseal
from engine.checkpoint import pack_state, restore
from engine.experiment import Experiment
from engine.records import Counts, pack_records
from engine.training import Training

T = TypeVar("T")
DOCUMENT_MAGIC, DOING_MAGIC = b"LIVEDOC\0", b"LIVEDOI\0"
INTERVAL = 1.0
"""A session that changes is kept every so many seconds."""
LEAST_SPENT = 1.0
"""Seconds of computing that are kept even if nothing else has changed."""
SHARE, LONGEST_INTERVAL = 0.05, 5.0
"""If that takes more than this share of the time it is done more rarely, but at least every so many seconds."""


@dataclass(frozen=True)
class Document:
    """What changes only when somebody changes it."""

    title: str
    version: int
    written: Experiment


@dataclass(frozen=True)
class Doing:
    """What a session is doing."""

    phase: str
    """The name of the phase."""
    speed: float | None
    job: Job | None
    finished: int | None = None
    """The last ``step`` call that has come to its end."""
    spent: Spent = Spent()
    """What it has computed; what an older version has kept does not say it."""


DOCUMENT, DOING = TypeAdapter(Document), TypeAdapter(Doing)

logger = logging.getLogger(__name__)


class Kept(NamedTuple):
    """What has to be stored now."""

    run: int
    """Counts the histories: where a session begins again, what was recorded before is forgotten."""
    first: int
    """The number of the piece."""
    document: bytes | None
    """None if it has not changed."""
    state: bytes
    piece: bytes | None
    """None if nothing new has been recorded."""

    @property
    def header(self) -> dict[str, Any]:
        """What describes the payload."""
        lengths = [None if part is None else len(part) for part in self.parts]
        return {"run": self.run, "first": self.first, "lengths": lengths}

    @property
    def parts(self) -> tuple[bytes | None, bytes, bytes | None]:
        """Document, state and piece."""
        return self.document, self.state, self.piece


class Keeper:
    """Knows what is kept of one session, and when the next time is."""

    def __init__(self, session: Session, run: int = 0, pieces: int = 0) -> None:
        """Begin with ``pieces`` of run ``run`` that are stored already: all that was recorded until now."""
        self._session, self._run, self._pieces = session, run, pieces
        self._path = session.training.path
        self._counts = session.training.records().counts if pieces else Counts()
        self._version = session.version if pieces else -1
        self._changes = session.changes if pieces else -1
        self._spent = session.allowance.spent
        self.due = monotonic() + INTERVAL * (hash(session.id) % 97) / 97  # so that sessions take turns
        """When to keep it again, by the monotonic clock, if it has changed."""

    @property
    def has_news(self) -> bool:
        """Whether anything has changed since it was kept."""
        spent = self._session.allowance.spent
        has_spent = spent is not self._spent and abs(spent.seconds - self._spent.seconds) > LEAST_SPENT
        return self._session.changes != self._changes or has_spent

    def keep(self) -> Kept:
        """Return what has to be stored, and take it for stored."""
        session, now, start = self._session, monotonic(), thread_time()
        training = session.training
        if training.path is not self._path:
            self._path, self._run, self._pieces, self._counts = training.path, self._run + 1, 0, Counts()
        records = training.records().after(self._counts)
        piece = pack_records(records) if any(records.counts) else None
        document = None if session.version == self._version else pack_document(session)
        kept = Kept(self._run, self._pieces, document, pack_doing(session), piece)
        self._pieces += piece is not None
        self._counts, self._version, self._changes = training.records().counts, session.version, session.changes
        self._spent = session.allowance.spent
        self.due = now + min(LONGEST_INTERVAL, max(INTERVAL, (thread_time() - start) / SHARE))
        return kept


def pack_document(session: Session) -> bytes:
    """Return the document of a session."""
    return seal(DOCUMENT_MAGIC, DOCUMENT.dump_json(Document(session.title, session.version, session.written)))


def pack_doing(session: Session) -> bytes:
    """Return what a session is doing, as a line, and the engine's state."""
    job, spent = session.job, session.allowance.spent
    line = DOING.dump_json(Doing(session.phase.name, session.speed, job, session.finished, spent))
    return seal(DOING_MAGIC, line + b"\n" + pack_state(session.training))


def read(adapter: TypeAdapter[T], text: bytes) -> T:
    """Return what a JSON text says; CheckpointError if this version of the program does not know such things."""
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        raise CheckpointError(f"The checkpoint is refused: {error.errors()[0]['msg']}.") from error


class Stored(NamedTuple):
    """A session as it was kept."""

    run: int
    document: bytes
    state: bytes
    pieces: list[bytes]


def revive(name: str, stored: Stored, sequence: int) -> tuple[Session, Keeper]:
    """Return the session that was kept so, and its keeper; its frames are counted from ``sequence``.

    A state that was damaged, or that this version of the program cannot read, is given up: the session begins again.
    CheckpointError if that is so of the document.
    """
    kept = read(DOCUMENT, unseal(DOCUMENT_MAGIC, stored.document))
    run, pieces = stored.run, len(stored.pieces)
    try:
        line, _, state = unseal(DOING_MAGIC, stored.state).partition(b"\n")
        doing, training = read(DOING, line), restore(kept.written, state, stored.pieces)
    except CheckpointError as error:
        logger.warning("session begins again", extra={"session": name, "reason": str(error)})
        training, doing, run, pieces = Training(kept.written), Doing(Phase.PAUSED.name, None, None), run + 1, 0
    session = Session(name, kept.title, kept.written, training)
    session.version = kept.version
    session.channels = Channels(sequence)
    session.allowance.spent = doing.spent
    session.resume(Phase[doing.phase], doing.speed, doing.job)
    session.finished = doing.finished
    return session, Keeper(session, run, pieces)
