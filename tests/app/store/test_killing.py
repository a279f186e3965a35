"""The server is killed, again and again, in the middle of writing."""

import random
import sqlite3
import subprocess
import sys

from tests.app.store.keeping import opened, url_of
from tests.app.store.killed import state_of

TIMES = 12
SESSIONS = 10


def run_until_killed(url: str, checkpoints: int) -> int:
    """Kill a writing process somewhere after so many checkpoints; return the last one that it said is kept."""
    command = [sys.executable, "-m", "tests.app.store.killed", url, str(SESSIONS)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    said = [process.stdout.readline() for _ in range(checkpoints)]
    process.kill()
    rest, _ = process.communicate()
    lines = b"".join(said).split() + [line for line in rest.splitlines(True) if line.endswith(b"\n")]
    return int(lines[-1])


def integrity(path) -> str:
    with sqlite3.connect(path) as connection:
        [found] = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    return found


def test_kill_minus_nine_loses_nothing_that_was_said_to_be_kept(tmp_path):
    path, chance = tmp_path / "sessions.db", random.Random(7)
    for _ in range(TIMES):
        acknowledged = run_until_killed(url_of(path), chance.randint(1, 8))
        with opened(url_of(path)) as store:
            for each in store.ids():
                found = store.find(each.id)
                assert found.chunks > acknowledged
                assert found.state == state_of(found.chunks - 1)
                pieces = store.chunks(each.id, 0, found.chunks)
                assert pieces == [b"chunk %d" % number for number in range(found.chunks)]
        assert integrity(path) == "ok"
    assert acknowledged >= TIMES - 1
