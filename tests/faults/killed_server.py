"""Kill a server that trains, start it again, and see what of its sessions is back, when, and how much was lost.

Run with ``python -m tests.faults.killed_server [how often]``.
"""

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import random
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx

from app.live.keeping import Stored, revive
from app.settings import Settings
from app.store.store import Store
from tests.command import Process, start
from tests.faults.sessions import Trained, differences, make

SESSIONS = 12
PATIENCE = 60.0


class Result(NamedTuple):
    """What came of it."""

    kills: int
    lost: int
    """Sessions that are gone."""
    different: int
    """Sessions whose curve is another than without the kills."""
    damaged: int
    """How often SQLite found something wrong with the file."""
    starts: list[float]
    """Seconds from each new start of the command until the server said where it listens."""
    returns: list[float]
    """Seconds from then on until every session had answered."""
    repeated: list[float]
    """Of how many seconds the steps had to be done again, at most, after each kill."""


def kill_servers(times: int, count: int = SESSIONS) -> Result:
    """Kill one server after the other, each while all of so many sessions train."""
    damaged, starts, returns, repeated = 0, [], [], []
    with TemporaryDirectory() as name:
        folder = Path(name)
        with serving(folder) as (process, client):
            sessions = [make(client, number) for number in range(count)]
            for session in sessions:
                session.play(client)
            seen = train_until_kept(client, sessions, folder)
            kill(process)
        for _ in range(times):
            damaged += not is_sound(folder)
            repeated.append(max(seen[each.id] / each.speed - kept_step(folder, each) / each.speed for each in sessions))
            begin = time.monotonic()
            with serving(folder) as (process, client):
                starts.append(time.monotonic() - begin)
                lost = sum(client.get(f"/api/sessions/{each.id}").status_code != 200 for each in sessions)
                returns.append(time.monotonic() - begin - starts[-1])
                seen = train_until_kept(client, sessions, folder)
                kill(process)
        with serving(folder) as (process, client):
            different = differences(client, sessions)
    return Result(times, lost, different, damaged, starts, returns, repeated)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Process, httpx.Client]]:
    """A server that keeps its sessions in a folder, and somebody who calls it."""
    process, address = start(folder, "--workers", "2")
    with httpx.Client(base_url=address, timeout=PATIENCE) as client:
        try:
            yield process, client
        finally:
            kill(process)


def kill(process: Process) -> None:
    """End a process without a word."""
    process.kill()
    process.communicate()


def train_until_kept(client: httpx.Client, sessions: list[Trained], folder: Path) -> dict[str, int]:
    """Wait until what is kept of every session has changed, and some more; return the steps that are seen then."""
    store = Store(Settings(data=folder).database_url)  # only read, so it need not be the only one
    before = {session.id: store.find(session.id).state for session in sessions}
    deadline = time.monotonic() + PATIENCE
    while any(store.find(session.id).state == before[session.id] for session in sessions):
        if time.monotonic() > deadline:
            raise TimeoutError("sessions do not train, or are not kept")
        time.sleep(0.05)
    time.sleep(random())  # at any moment between two times of keeping
    return {session.id: session.ask(client, "GET")["step"] for session in sessions}


def kept_step(folder: Path, session: Trained) -> int:
    """How far a session had come when it was kept last."""
    store = Store(Settings(data=folder).database_url)
    record = store.find(session.id)
    stored = Stored(record.run, record.document, record.state, store.chunks(record.id, record.run, record.chunks))
    return revive(session.id, stored, 0)[0].training.state.step


def is_sound(folder: Path) -> bool:
    """Whether SQLite finds everything in its file in order."""
    with closing(sqlite3.connect(folder / "sessions.db")) as database:
        return database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


if __name__ == "__main__":
    result = kill_servers(int(sys.argv[1]) if len(sys.argv) > 1 else 25)
    print(f"{result.kills} kills: {result.lost} of {SESSIONS} sessions lost, {result.different} curves different,")
    print(f"{result.damaged} files damaged; started after {median(result.starts):.2f} s (median),", end=" ")
    print(f"all sessions back {median(result.returns):.2f} s later ({max(result.returns):.2f} s at most);", end=" ")
    print(f"done again: {median(result.repeated):.2f} s of work ({max(result.repeated):.2f} s at most)")
