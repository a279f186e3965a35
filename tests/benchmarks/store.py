"""What it costs to keep a hundred sessions: in one transaction, each in its own, and in SQLite with nothing around it.

Run with ``python -m tests.benchmarks.store``. States are of the size that small and larger networks have; every
checkpoint brings a piece of history. The ratio is to the same rows written by the standard library's sqlite3.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from app.store.records import Checkpoint, Record
from app.store.store import Store

SESSIONS = 100
ROUNDS = 25
STATES = (1_500, 6_000, 60_000)
DOCUMENT, CHUNK = os.urandom(1_000), os.urandom(200)
PLAIN = """
CREATE TABLE sessions (id TEXT PRIMARY KEY, epoch INTEGER, chunks INTEGER, document BLOB, state BLOB);
CREATE TABLE chunks (session TEXT, number INTEGER, blob BLOB, PRIMARY KEY (session, number)) WITHOUT ROWID;
"""


def record(name: str) -> Record:
    return Record(name, b"digest" * 5, "Benchmark", 0.0, 0.0, 1, DOCUMENT, b"", 0, 0, b"{}")


def checkpoints(number: int, state: bytes) -> list[Checkpoint]:
    return [Checkpoint(f"s{index:03}", 1, DOCUMENT, state, 0, number, CHUNK) for index in range(SESSIONS)]


def together(store: Store, number: int, state: bytes) -> None:
    store.save(checkpoints(number, state))


def apart(store: Store, number: int, state: bytes) -> None:
    for checkpoint in checkpoints(number, state):
        store.save([checkpoint])


def plain(connection: sqlite3.Connection, number: int, state: bytes) -> None:
    names = [f"s{index:03}" for index in range(SESSIONS)]
    connection.execute("BEGIN IMMEDIATE")
    update = "UPDATE sessions SET epoch = ?, chunks = ?, document = ?, state = ? WHERE id = ?"
    connection.executemany(update, [(1, number + 1, DOCUMENT, state, name) for name in names])
    connection.executemany("INSERT INTO chunks VALUES (?, ?, ?)", [(name, number, CHUNK) for name in names])
    connection.execute("COMMIT")


def timed(write: Callable[[int, bytes], None], size: int) -> tuple[float, float]:
    """Return the median time of a round and the processor's time for it, in milliseconds."""
    times, started = [], process_time()
    for number in range(ROUNDS):
        state = os.urandom(size)
        begin = perf_counter()
        write(number, state)
        times.append(1e3 * (perf_counter() - begin))
    return median(times), 1e3 * (process_time() - started) / ROUNDS


def measure(way: str, size: int) -> tuple[float, float]:
    """Time one way of writing, in a new database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sessions.db")
        if way == "plain":
            connection = sqlite3.connect(path, isolation_level=None)
            connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + PLAIN)
            connection.executemany("INSERT INTO sessions (id) VALUES (?)", [(f"s{i:03}",) for i in range(SESSIONS)])
            return timed(partial(plain, connection), size)
        store = Store(f"sqlite:///{path}")
        store.open()
        for index in range(SESSIONS):
            store.add(record(f"s{index:03}"))
        return timed(partial(together if way == "together" else apart, store), size)


def main() -> None:
    print(f"{SESSIONS} sessions, median of {ROUNDS} rounds, milliseconds (processor's time in brackets)")
    for size in STATES:
        found = {way: measure(way, size) for way in ("plain", "together", "apart")}
        words = ", ".join(f"{way} {wall:.1f} ({cpu:.1f})" for way, (wall, cpu) in found.items())
        print(f"state of {size:6} bytes: {words}; together is {found['together'][0] / found['plain'][0]:.1f} x plain")


if __name__ == "__main__":
    main()
