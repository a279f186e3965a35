"""The store: sessions in a database, written by one thread, read by any."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from threading import RLock
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    LargeBinary,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError

from app.store.engines import claimed, give_back_space, make_engine, parse_url
from app.store.errors import MISTAKES, StoreError, in_words
from app.store.migrate import migrate
from app.store.records import Change, Checkpoint, Record, Size, Summary, in_rounds
from app.store.tables import chunks, sessions

RECORD = [sessions.c[name] for name in Record.__dataclass_fields__]
SUMMARY = [sessions.c[name] for name in Summary._fields]
LENGTHS = [func.length(sessions.c[name]).label(f"{name}_bytes") for name in ("state", "document")]
BEFORE = [sessions.c[name] for name in ("id", "epoch", "run", "chunks", "bytes")] + LENGTHS
ADVANCE = (
    update(sessions)
    .where(sessions.c.id == bindparam("session"))
    .values(
        {name: bindparam(f"new_{name}") for name in ("epoch", "playing", "run", "chunks", "bytes", "state")}
        | {"document": func.coalesce(bindparam("new_document", type_=LargeBinary), sessions.c.document)}
    )
)


class Store:
    """The sessions that survive.

    Every method may raise StoreError: the disk is full, the database away or damaged. Nothing of the transaction is
    written then.
    """

    def __init__(self, url: str) -> None:
        """Keep sessions in the database at ``url``, an SQLAlchemy address; StoreError if it is none."""
        self._engine: Engine = make_engine(parse_url(url))
        self._writing = RLock()
        self._connection: Connection | None = None
        self._has_freed = False
        self._claim = ExitStack()

    def open(self) -> None:
        """Make the file if there is none, migrate it and look whether it is sound; StoreError if it cannot be used."""
        with ExitStack() as claim, in_plain_words():
            claim.callback(self._engine.dispose)
            claim.enter_context(claimed(self._engine))
            self._check()
            with self.transaction() as connection:
                migrate(connection)
            self._claim = claim.pop_all()

    def close(self) -> None:
        """Let go of the database."""
        with in_plain_words():
            self._claim.close()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write everything inside at once or not at all; a transaction inside another is part of it."""
        with self._writing:
            if self._connection is not None:
                yield self._connection
                return
            with in_plain_words(), self._engine.connect() as connection:
                try:
                    with connection.execution_options(writing=True).begin():
                        self._connection = connection
                        yield connection
                    if self._has_freed:
                        give_back_space(connection)
                finally:
                    self._connection, self._has_freed = None, False

    def add(self, record: Record) -> None:
        """Keep a new session, which has no history yet."""
        with self.transaction() as connection:
            taken = sum(map(len, (record.state, record.document, record.room)))
            connection.execute(insert(sessions), {**vars(record), "bytes": taken})

    def save(self, checkpoints: Sequence[Checkpoint | Change]) -> None:
        """Write checkpoints, in order.

        Those of sessions that are not kept (any more), or from an epoch before the session's, are ignored. ValueError
        if a history would have a hole.
        """
        with self.transaction() as connection:
            for changes in in_rounds(checkpoints):
                self._save(connection, changes)

    def touch(self, times: Mapping[str, float]) -> None:
        """Note when sessions were last watched or called."""
        self._change({"touched": bindparam("time")}, [{"session": name, "time": time} for name, time in times.items()])

    def change_room(self, id: str, room: bytes) -> None:
        """Keep who may watch and control a session from now on."""
        taken = sessions.c.bytes - func.length(sessions.c.room) + len(room)
        self._change({"room": bindparam("new_room"), "bytes": taken}, [{"session": id, "new_room": room}])

    def raise_epoch(self, id: str) -> int:
        """Return the session's new epoch: what comes from older ones is ignored; LookupError if it is not kept."""
        with self.transaction() as connection:
            self._change({"epoch": sessions.c.epoch + 1}, [{"session": id}])
            epoch = connection.scalar(select(sessions.c.epoch).where(sessions.c.id == id))
            if epoch is None:
                raise LookupError(f"no session {id} is kept")
            return int(epoch)

    def find(self, id: str) -> Record | None:
        """Return all of a session but its history; None if it is not kept."""
        with self._reading() as connection:
            row = connection.execute(select(*RECORD).where(sessions.c.id == id)).one_or_none()
            return None if row is None else Record(*row)

    def chunks(self, id: str, run: int, count: int) -> list[bytes]:
        """Return the first ``count`` chunks of a run's history; StoreError if one is missing."""
        wanted = (chunks.c.session == id, chunks.c.run == run, chunks.c.number < count)
        with self._reading() as connection:
            found = list(connection.scalars(select(chunks.c.blob).where(*wanted).order_by(chunks.c.number)))
        if len(found) != count:
            raise StoreError(f"Of the history of session {id}, {count - len(found)} of {count} pieces are missing.")
        return found

    def ids(self) -> list[Summary]:
        """Return what is known of each session at a glance, the one touched last first."""
        with self._reading() as connection:
            return [Summary(*row) for row in connection.execute(select(*SUMMARY).order_by(sessions.c.touched.desc()))]

    def delete(self, ids: Iterable[str]) -> None:
        """Forget sessions with all their history."""
        named = [{"session": name} for name in ids]
        if named:
            with self.transaction() as connection:
                connection.execute(delete(sessions).where(sessions.c.id == bindparam("session")), named)
                self._has_freed = True

    def purge(self, older_than: float, most_bytes: int, spared: Collection[str] = ()) -> list[str]:
        """Forget what was touched before ``older_than``, then the longest untouched while more is kept than allowed.

        Return the ids of those forgotten; those ``spared`` stay in any case.
        """
        with self.transaction() as connection:
            rows = connection.execute(
                select(sessions.c.id, sessions.c.touched, sessions.c.bytes).order_by(sessions.c.touched, sessions.c.id)
            ).all()
            kept, forgotten = sum(row.bytes for row in rows), []
            for row in rows:
                if row.id not in spared and (row.touched < older_than or kept > most_bytes):
                    kept -= row.bytes
                    forgotten.append(row.id)
            self.delete(forgotten)
            return forgotten

    def size(self) -> Size:
        """Return how many sessions are kept and how many bytes their contents have."""
        with self._reading() as connection:
            count, taken = connection.execute(select(func.count(), func.coalesce(func.sum(sessions.c.bytes), 0))).one()
            return Size(count, int(taken))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with in_plain_words(), self._engine.connect() as connection:
            yield connection

    def _change(self, values: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
        if rows:
            with self.transaction() as connection:
                connection.execute(update(sessions).where(sessions.c.id == bindparam("session")).values(values), rows)

    def _save(self, connection: Connection, changes: Sequence[Change]) -> None:
        """Write changes of different sessions."""
        ids = [change.id for change in changes]
        found = connection.execute(select(*BEFORE).where(sessions.c.id.in_(ids)).with_for_update())
        rows = {row.id: row for row in found}
        valid = [change for change in changes if change.id in rows and rows[change.id].epoch <= change.epoch]
        if not valid:
            return
        dropped = {change.id: _drop_chunks(connection, change, rows[change.id]) for change in valid}
        connection.execute(ADVANCE, [_advance(change, rows[change.id], dropped[change.id]) for change in valid])
        pieces = [row for change in valid for row in _chunk_rows(change)]
        if pieces:
            connection.execute(insert(chunks), pieces)

    def _check(self) -> None:
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
            if found != "ok":
                raise StoreError(f"{self._engine.url.database} is damaged ({found}): put a copy back or move it away.")


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turn what a database cannot do at the moment into a StoreError; mistakes in what it was asked stay."""
    try:
        yield
    except MISTAKES:
        raise
    except DBAPIError as error:
        raise StoreError(in_words(error)) from error


def _drop_chunks(connection: Connection, change: Change, row: Any) -> int:
    """Delete the chunks that a change replaces or leaves behind; return how many bytes they had."""
    same = change.run == row.run
    if change.first > (row.chunks if same else 0):
        raise ValueError(f"chunk {change.first} of run {change.run} of session {change.id} would come after a hole")
    if row.chunks == 0 or (same and change.first == row.chunks):
        return 0
    gone = (
        chunks.c.session == change.id,
        or_(chunks.c.run != change.run, chunks.c.number >= change.first),
    )
    taken = connection.scalar(select(func.coalesce(func.sum(func.length(chunks.c.blob)), 0)).where(*gone))
    connection.execute(delete(chunks).where(*gone))
    return int(taken or 0)


def _advance(change: Change, row: Any, dropped: int) -> dict[str, Any]:
    """Return the parameters that bring a session's row to where a change leaves it."""
    taken = row.bytes - dropped + sum(map(len, change.pieces)) - row.state_bytes + len(change.state)
    if change.document is not None:
        taken += len(change.document) - row.document_bytes
    return {
        "session": change.id,
        "new_epoch": change.epoch,
        "new_playing": change.playing,
        "new_run": change.run,
        "new_chunks": change.end,
        "new_bytes": taken,
        "new_state": change.state,
        "new_document": change.document,
    }


def _chunk_rows(change: Change) -> Iterator[dict[str, Any]]:
    for number, piece in enumerate(change.pieces, change.first):
        yield {"session": change.id, "run": change.run, "number": number, "blob": piece}
