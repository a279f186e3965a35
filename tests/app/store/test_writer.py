import asyncio
import logging
import resource
import threading
from contextlib import contextmanager
from functools import partial

import pytest

from app.store.errors import StoreError
from app.store.store import Store
from app.store.writer import Writer
from tests.app.store.keeping import checkpoint, opened, record, url_of

PATIENCE = 60


@pytest.fixture
def writer(store):
    writer = Writer(store)
    yield writer
    writer.close()


@contextmanager
def held(writer: Writer):
    """The writer busy: what is asked of it inside waits together."""
    busy, free = threading.Event(), threading.Event()

    def hold(store: Store) -> None:
        busy.set()
        assert free.wait(PATIENCE)

    writer.submit(hold)
    assert busy.wait(PATIENCE)
    try:
        yield
    finally:
        free.set()


@contextmanager
def largest_file(size: int):
    """A disk that takes no file larger than so many bytes, which is what the system says then, not SQLite."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def keep(writer: Writer, *names: str) -> None:
    for name in names:
        writer.submit(partial(Store.add, record=record(name))).result(PATIENCE)


def test_what_is_told_to_be_written_is_written(store, writer):
    keep(writer, "a")
    assert writer.save(checkpoint(number=0)).result(PATIENCE) is None
    assert writer.submit(lambda store: store.raise_epoch("a")).result(PATIENCE) == 2
    assert (store.find("a").state, store.find("a").epoch) == (b"state 0", 2)


def test_everything_that_waits_is_one_transaction(store, writer, monkeypatch):
    keep(writer, *"abc")
    saved = []
    with held(writer):
        monkeypatch.setattr(store, "save", lambda changes: (saved.append(len(changes)), Store.save(store, changes)))
        futures = [writer.save(checkpoint(name, number)) for number in range(4) for name in "abc"]
    for future in futures:
        future.result(PATIENCE)
    assert saved == [3]
    assert [store.chunks(name, 0, 4)[3] for name in "abc"] == [b"chunk 3"] * 3


def test_the_order_is_that_of_asking(store, writer):
    with held(writer):
        writer.submit(partial(Store.add, record=record()))
        writer.save(checkpoint(number=0))
        raised = writer.submit(lambda store: store.raise_epoch("a"))
        late = writer.save(checkpoint(number=0, epoch=2, chunk=b"new"))
    assert (raised.result(PATIENCE), late.result(PATIENCE)) == (2, None)
    assert store.chunks("a", 0, 1) == [b"new"]


def test_one_mistake_harms_nobody_else(store, writer, caplog):
    keep(writer, "a", "b")
    with held(writer):
        good = [writer.save(checkpoint("a", 0)), writer.submit(lambda store: store.change_room("b", b"new"))]
        hole = writer.save(checkpoint("b", 5))
        double = writer.submit(partial(Store.add, record=record("a")))
    assert [future.result(PATIENCE) for future in good] == [None, None]
    with pytest.raises(ValueError, match="hole"):
        hole.result(PATIENCE)
    with pytest.raises(Exception, match=r"(?i)unique"):
        double.result(PATIENCE)
    assert (store.find("a").chunks, store.find("b").room) == (1, b"new")
    assert caplog.text.count("is dropped") == 2
    assert writer.trouble is None


def test_a_checkpoint_soon_goes_without_being_pushed(store, writer):
    keep(writer, "a")
    writer.save(checkpoint(number=0)).result(PATIENCE)
    writer.save(checkpoint(number=1), urgent=True).result(PATIENCE)
    assert store.find("a").chunks == 2


def test_who_no_longer_wants_to_know_disturbs_nobody(store, writer):
    async def ask() -> None:
        with held(writer):
            waiting = asyncio.wrap_future(writer.submit(partial(Store.add, record=record())))
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    asyncio.run(ask())
    assert writer.submit(lambda store: store.raise_epoch("a")).result(PATIENCE) == 2


def test_closing_writes_what_waits_and_refuses_more(store):
    writer = Writer(store)
    writer.submit(partial(Store.add, record=record()))
    futures = [writer.save(checkpoint(number=number)) for number in range(3)]
    writer.close()
    assert all(future.done() for future in futures)
    assert store.find("a").chunks == 3
    with pytest.raises(StoreError, match="ends"):
        writer.save(checkpoint(number=3)).result(PATIENCE)


def test_a_full_disk_is_told_once_and_costs_nothing_once_there_is_room(tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    with opened(url_of(tmp_path / "sessions.db")) as store:
        writer = Writer(store)
        keep(writer, "a", "b")
        writer.save(checkpoint("a", 0)).result(PATIENCE)
        with largest_file(1_000_000):
            for number in range(1, 4):
                with pytest.raises(StoreError):
                    writer.save(checkpoint("a", number, state=bytes(2_000_000)), urgent=True).result(PATIENCE)
            with pytest.raises(StoreError):
                writer.submit(lambda store: store.raise_epoch("b"), keep=False).result(PATIENCE)
            assert writer.trouble
            assert store.find("a").state == b"state 0"
        writer.submit(lambda store: store.change_room("b", b"new")).result(PATIENCE)
        assert writer.trouble is None
        assert store.find("a").state == bytes(2_000_000)
        assert store.chunks("a", 0, 4) == [b"chunk 0", b"chunk 1", b"chunk 2", b"chunk 3"]
        assert (store.find("b").room, store.find("b").epoch) == (b"new", 1)
        writer.close()
    told = [record.getMessage() for record in caplog.records if record.thread == writer._thread.ident]
    assert [text.startswith("sessions are not being kept") for text in told].count(True) == 1  # others failed as well
    assert caplog.text.count("sessions are being kept again") == 1


def test_a_disk_that_became_read_only_is_read_and_told(tmp_path):
    with opened(url_of(tmp_path / "sessions.db")) as store:
        store.add(record())
        with store.transaction() as connection:
            driver = connection.connection.driver_connection
        driver.execute("PRAGMA query_only = ON")
        writer = Writer(store)
        with pytest.raises(StoreError, match="readonly"):
            writer.save(checkpoint(number=0)).result(PATIENCE)
        assert "readonly" in writer.trouble
        assert store.find("a") == record()
        driver.execute("PRAGMA query_only = OFF")
        writer.close()
        assert store.find("a").chunks == 1


def test_what_cannot_be_written_at_the_end_is_counted(tmp_path, caplog):
    with opened(url_of(tmp_path / "sessions.db")) as store:
        writer = Writer(store)
        keep(writer, "a")
        with largest_file(1_000_000):
            lost = writer.save(checkpoint("a", 0, state=bytes(2_000_000)))
            writer.close()
        with pytest.raises(StoreError):
            lost.result(PATIENCE)
    assert "1 changes of sessions could not be kept" in caplog.text
