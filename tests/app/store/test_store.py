import sqlite3
import stat
import threading
from contextlib import suppress

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.store.errors import StoreError
from app.store.records import Checkpoint, Record, Size
from app.store.store import Store
from tests.app.store.keeping import checkpoint, opened, record, url_of

BLOBS = st.binary(max_size=20)
NAMES = st.sampled_from("abc")


class Model(RuleBasedStateMachine):
    """A store, and a dictionary that must agree with it after every operation."""

    url: str

    @initialize()
    def begin(self) -> None:
        self.store = Store(self.url)
        self.store.open()
        self.store.delete([each.id for each in self.store.ids()])
        self.records: dict[str, dict] = {}
        self.pieces: dict[str, list[bytes]] = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    @rule(id=NAMES, document=BLOBS, state=BLOBS, room=BLOBS, touched=st.floats(0, 100))
    def add(self, id, document, state, room, touched):
        if id in self.records:
            return
        new = record(id, document=document, state=state, room=room, touched=touched)
        self.store.add(new)
        self.records[id], self.pieces[id] = dict(vars(new)), []

    @rule(data=st.data(), count=st.integers(1, 4))
    def save(self, data, count):
        saved = [self._one_checkpoint(data) for _ in range(count)]
        self.store.save(saved)

    def _one_checkpoint(self, data) -> Checkpoint:
        """Draw a checkpoint that makes no hole, and tell the dictionary."""
        id = data.draw(NAMES)
        known = self.records.get(id, vars(record(id)))
        pieces = self.pieces.get(id, [])
        run = data.draw(st.sampled_from([known["run"], known["run"] + 1]))
        first = data.draw(st.integers(0, len(pieces) if run == known["run"] else 0))
        new = Checkpoint(
            id, data.draw(st.integers(known["epoch"] - 1, known["epoch"] + 1)), data.draw(st.none() | BLOBS),
            data.draw(BLOBS), run, first, data.draw(st.none() | BLOBS), data.draw(st.booleans()),
        )  # fmt: skip
        if id in self.records and new.epoch >= known["epoch"]:
            self.pieces[id] = pieces[:first] + ([] if new.chunk is None else [new.chunk])
            if new.document is not None:
                known["document"] = new.document
            known |= {"epoch": new.epoch, "state": new.state, "run": run, "playing": new.playing}
            known["chunks"] = len(self.pieces[id])
        return new

    @rule(times=st.dictionaries(NAMES, st.floats(0, 100)))
    def touch(self, times):
        self.store.touch(times)
        for id, time in times.items():
            if id in self.records:
                self.records[id]["touched"] = time

    @rule(id=NAMES, room=BLOBS)
    def change_room(self, id, room):
        self.store.change_room(id, room)
        if id in self.records:
            self.records[id]["room"] = room

    @rule(id=NAMES)
    def raise_epoch(self, id):
        if id not in self.records:
            with pytest.raises(LookupError, match=id):
                self.store.raise_epoch(id)
            return
        self.records[id]["epoch"] += 1
        assert self.store.raise_epoch(id) == self.records[id]["epoch"]

    @rule(ids=st.lists(NAMES, max_size=2))
    def delete(self, ids):
        self.store.delete(ids)
        self._forget(ids)

    @rule(older_than=st.floats(0, 100), most=st.integers(0, 150), spared=st.sets(NAMES, max_size=1))
    def purge(self, older_than, most, spared):
        gone, left = [], self._bytes()
        for id, known in sorted(self.records.items(), key=lambda item: (item[1]["touched"], item[0])):
            if id not in spared and (known["touched"] < older_than or left > most):
                left -= self._bytes_of(id)
                gone.append(id)
        assert self.store.purge(older_than, most, spared) == gone
        self._forget(gone)

    @rule()
    def open_again(self):
        self.store.close()
        self.store = Store(self.url)
        self.store.open()

    @invariant()
    def both_agree(self):
        if not hasattr(self, "records"):
            return
        assert {each.id for each in self.store.ids()} == set(self.records)
        for id, known in self.records.items():
            assert self.store.find(id) == Record(**known)
            assert self.store.chunks(id, known["run"], known["chunks"]) == self.pieces[id]
        assert self.store.size() == Size(len(self.records), self._bytes())

    def _forget(self, ids):
        for id in ids:
            self.records.pop(id, None)
            self.pieces.pop(id, None)

    def _bytes_of(self, id: str) -> int:
        known = self.records[id]
        return sum(map(len, [known["document"], known["state"], known["room"], *self.pieces[id]]))

    def _bytes(self) -> int:
        return sum(map(self._bytes_of, self.records))


def test_whatever_is_done_the_store_and_a_dictionary_agree(url):
    model = type("ModelOfOne", (Model,), {"url": url})
    run_state_machine_as_test(model, settings=settings(max_examples=60, stateful_step_count=25, deadline=None))


def test_what_is_not_kept_is_not_found(store):
    assert store.find("a") is None
    assert store.ids() == []
    assert store.size() == (0, 0)


def test_the_session_touched_last_comes_first_and_without_what_is_long(store):
    for name, touched in (("a", 1.0), ("b", 3.0), ("c", 2.0)):
        store.add(record(name, touched=touched))
    assert [each.id for each in store.ids()] == ["b", "c", "a"]
    assert store.ids()[0] == ("b", b"digest", "Spirals", 100.0, 3.0, 1, False)


def test_who_had_the_session_before_writes_no_more(store):
    store.add(record(epoch=1))
    store.save([checkpoint(number=0, epoch=1)])
    assert store.raise_epoch("a") == 2
    store.save([checkpoint(number=1, epoch=1, state=b"stale")])
    assert store.find("a").state == b"state 0"
    store.save([checkpoint(number=1, epoch=2)])
    assert store.chunks("a", 0, 2) == [b"chunk 0", b"chunk 1"]


def test_a_new_run_has_a_new_history(store):
    store.add(record())
    store.save([checkpoint(number=0), checkpoint(number=1)])
    store.save([checkpoint(number=0, run=1, chunk=b"new")])
    assert store.chunks("a", 1, 1) == [b"new"]
    with pytest.raises(StoreError, match="2 of 2 pieces"):
        store.chunks("a", 0, 2)


def test_a_history_never_has_a_hole(store):
    store.add(record())
    with pytest.raises(ValueError, match="chunk 1 of run 0 of session a"):
        store.save([checkpoint(number=1)])
    with pytest.raises(ValueError, match="chunk 1 of run 1"):
        store.save([checkpoint(number=0), checkpoint(number=1, run=1)])
    assert store.find("a").chunks == 0


def test_all_of_a_transaction_is_written_or_nothing(store):
    store.add(record())
    with suppress(ZeroDivisionError), store.transaction():
        store.change_room("a", b"other")
        store.raise_epoch("a")
        raise ZeroDivisionError
    assert store.find("a") == record()


def test_a_session_is_kept_once(store):
    store.add(record())
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.add(record(title="Another"))
    assert store.find("a").title == "Spirals"


def test_others_read_while_one_writes(store):
    store.add(record())
    seen = []
    with store.transaction():
        store.change_room("a", b"other")
        reader = threading.Thread(target=lambda: seen.append(store.find("a").room))
        reader.start()
        reader.join(10)
    assert seen == [record().room]
    assert store.find("a").room == b"other"


def test_the_file_becomes_smaller_when_sessions_go(tmp_path):
    path = tmp_path / "sessions.db"
    with opened(url_of(path)) as store:
        for name in "abcd":
            store.add(record(name, state=bytes(1_000_000)))
    large = path.stat().st_size
    with opened(url_of(path)) as store:
        store.purge(older_than=0.0, most_bytes=1_500_000)
    assert path.stat().st_size < 0.5 * large


def test_folder_and_files_are_for_their_owner_alone(tmp_path):
    folder = tmp_path / "new" / "folder"
    with opened(url_of(folder / "sessions.db")) as store:
        store.add(record())
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        files = sorted(path.name for path in folder.iterdir())
        assert files == ["sessions.db", "sessions.db-shm", "sessions.db-wal", "sessions.db.lock"]
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "sessions.db"
    with opened(url_of(path)) as store:
        for name in "abcdefgh":
            store.add(record(name, state=bytes(5000)))
    damaged = bytearray(path.read_bytes())
    damaged[8192:12288] = b"x" * 4096
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match=r"damaged|malformed"):
        Store(url_of(path)).open()


def test_what_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "sessions.db"
    path.write_text("my diary " * 1000)
    with pytest.raises(StoreError, match="not a database"):
        Store(url_of(path)).open()
    assert path.read_text() == "my diary " * 1000


def test_after_a_failed_opening_the_file_is_free(tmp_path):
    path = tmp_path / "sessions.db"
    path.write_text("my diary " * 1000)
    with pytest.raises(StoreError):
        Store(url_of(path)).open()
    path.unlink()
    with opened(url_of(path)) as store:
        assert store.size() == (0, 0)


def test_what_is_written_is_plain_sqlite(tmp_path):
    path = tmp_path / "sessions.db"
    with opened(url_of(path)) as store:
        store.add(record())
    with sqlite3.connect(path) as connection:
        row = connection.execute("SELECT title, document, bytes FROM sessions").fetchone()
    connection.close()
    assert row == ("Spirals", b'{"phase": "paused"}', len(b'{"phase": "paused"}' + b"state" + b'{"open": true}'))
