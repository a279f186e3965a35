"""The archive: what the hub keeps of sessions, and gets back, without waiting for the disk.

Workers say what is to be kept; it goes to the store unread. Reading comes after all that was written before.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from time import time
from typing import Any, NamedTuple, TypeVar

from app.store.records import Checkpoint, Record, Summary
from app.store.store import Store
from app.store.writer import Writer

T = TypeVar("T")


class Kept(NamedTuple):
    """A session as the store has it."""

    record: Record
    pieces: list[bytes]

    @property
    def header(self) -> dict[str, Any]:
        """What a worker that is to go on with it has to know of the payload."""
        return {"run": self.record.run, "epoch": self.record.epoch, "lengths": [len(part) for part in self.parts]}

    @property
    def parts(self) -> list[bytes]:
        """Document, state and the pieces of the records: the payload."""
        return [self.record.document, self.record.state, *self.pieces]


class Archive:
    """The store, asked from an event loop."""

    def __init__(self, url: str) -> None:
        """Keep what is to be kept at a database's address."""
        self._store = Store(url)
        self._writer: Writer

    @property
    def trouble(self) -> str | None:
        """What keeps the store from writing; None while all is well."""
        return self._writer.trouble

    async def open(self) -> None:
        """Open the store; it is made, or brought up to date, if need be."""
        await asyncio.to_thread(self._store.open)
        self._writer = Writer(self._store)

    async def close(self) -> None:
        """Write what waits, and close."""
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._store.close)

    def add(self, name: str, key: bytes, room: bytes, header: Mapping[str, Any], payload: bytes) -> "Future[None]":
        """Store a new session, whose key has the digest ``key``, as its worker has described it."""
        document, state, _ = cut(payload, header["lengths"])
        assert document is not None
        assert state is not None
        now = time()
        record = Record(name, key, "", now, now, header["epoch"], document, state, header["run"], 0, room)
        self._writer.submit(lambda store: store.add(record))
        return self.keep(name, header, payload)

    def keep(self, name: str, header: Mapping[str, Any], payload: bytes) -> "Future[None]":
        """Store what a worker says of a session that is known."""
        document, state, piece = cut(payload, header["lengths"])
        assert state is not None
        place = header["run"], header["first"]
        checkpoint = Checkpoint(name, header["epoch"], document, state, *place, piece, header["playing"])
        return self._writer.save(checkpoint, header["urgent"])

    async def find(self, name: str) -> Record | None:
        """Return what is known of a session."""
        return await asyncio.to_thread(self._store.find, name)

    async def take(self, name: str) -> Kept | None:
        """Return a session for another place to live: what the former one still says of it is ignored from now on."""

        def taken(store: Store) -> None:
            with suppress(LookupError):  # then there is nothing to read either
                store.raise_epoch(name)

        await self._do(taken)
        return await asyncio.to_thread(self._read, name)

    def _read(self, name: str) -> Kept | None:
        record = self._store.find(name)
        return None if record is None else Kept(record, self._store.chunks(name, record.run, record.chunks))

    async def recent(self, seconds: float) -> list[Summary]:
        """Return the sessions that somebody has watched or called in the last so many seconds, latest first."""
        known = await asyncio.to_thread(self._store.ids)
        return [summary for summary in known if summary.touched >= time() - seconds]

    def touch(self, ages: Mapping[str, float]) -> None:
        """Note how many seconds ago sessions were watched or called."""
        times = {name: time() - age for name, age in ages.items()}
        self._writer.submit(lambda store: store.touch(times), keep=False)  # the next one says more

    def change_room(self, name: str, room: bytes) -> "Future[None]":
        """Store who may do what in a session; if that fails, whoever asks has to try again."""
        return self._writer.submit(lambda store: store.change_room(name, room), keep=False)

    def delete(self, names: Sequence[str]) -> None:
        """Forget sessions for good."""
        self._writer.submit(lambda store: store.delete(names))

    async def purge(self, seconds: float, most_bytes: int, spared: Collection[str]) -> list[str]:
        """Forget sessions that nobody has wanted for so long, and the oldest while all need too much room."""
        return await self._do(lambda store: store.purge(time() - seconds, most_bytes, spared))

    async def _do(self, operation: Callable[[Store], T]) -> T:
        return await asyncio.wrap_future(self._writer.submit(operation, keep=False))


def cut(payload: bytes, lengths: Sequence[int | None]) -> Iterator[bytes | None]:
    """Yield the parts of a payload; None for one that is not there."""
    start = 0
    for length in lengths:
        yield None if length is None else payload[start : start + length]
        start += length or 0
