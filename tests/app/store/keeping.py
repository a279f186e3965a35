"""Sessions and checkpoints for tests of what is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.store.records import Checkpoint, Record
from app.store.store import Store

RECORD = Record(
    id="a", kept=b"digest", title="Spirals", created=100.0, touched=200.0, epoch=1,
    document=b'{"phase": "paused"}', state=b"state", run=0, chunks=0, room=b'{"open": true}',
)  # fmt: skip


def record(id: str = "a", **fields: object) -> Record:
    return replace(RECORD, id=id, **fields)  # type: ignore[arg-type]


def checkpoint(id: str = "a", number: int = 0, **fields: object) -> Checkpoint:
    """Checkpoint number so and so, with that chunk."""
    state = b"state %d" % number
    made = Checkpoint(id, 1, document=None, state=state, run=0, first=number, chunk=b"chunk %d" % number)
    return replace(made, **fields)  # type: ignore[arg-type]


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


@contextmanager
def opened(url: str) -> Iterator[Store]:
    store = Store(url)
    store.open()
    try:
        yield store
    finally:
        store.close()
