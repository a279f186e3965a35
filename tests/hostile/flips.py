"""2,000 flipped bytes in what is kept of sessions: is every one noticed, and does the server answer as it should?

Each time one bit of one byte is flipped: in files of trainings, and in what the database has of a session. A damaged
document of a session must be refused, a damaged state or piece of history must not be gone on with (the session begins
again), and a damaged room must be closed. Then a real server is started on a database with damage in every session.
"""

import json
import logging
import random
import sqlite3
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from app.live.keeping import Keeper, Stored, revive
from app.live.room import Role, Room
from app.live.session import Session
from app.schemas import NEW_SESSION, parse
from engine.checkpoint import CheckpointError, from_bytes, to_bytes
from tests.hostile.target import target
from tests.options import options

PLACES = ("file", "document", "state", "piece", "room")
COLUMNS = ("document", "state", "piece", "room")
EXPERIMENT = {"batch_size": 50, "layers": [{"kind": "dense", "units": 3}, {"kind": "dropout"}]}


class Figures(NamedTuple):
    """What was measured of flips."""

    flips: int
    refused: dict[str, int]
    """How many were noticed in each place."""
    accepted: list[str]


class Answers(NamedTuple):
    """What a server said of sessions that were all damaged."""

    statuses: dict[str, dict[int, int]]
    """How often each status was answered, by the place of the damage."""
    believed: list[str]
    """Sessions that were gone on with nevertheless."""
    tracebacks: int


def begun() -> Session:
    """A session that has trained for a while."""
    session = Session.begin_new("s", parse(NEW_SESSION, json.dumps({"experiment": EXPERIMENT}).encode()))
    session.training.advance(40)
    return session


def flipped(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one bit of one of them flipped."""
    broken = bytearray(data)
    broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    return bytes(broken)


def is_noticed(place: str, parts: dict[str, bytes], broken: bytes) -> bool:
    """Whether somebody who reads these parts, of which one is ``broken``, does not believe it."""
    if place == "room":
        return Room.from_bytes(broken).role_of(None) is Role.STRANGER
    try:
        if place == "file":
            from_bytes(broken)
            return False
        read = parts | {place: broken}
        session, _ = revive("s", Stored(0, read["document"], read["state"], [read["piece"]]), 0)
    except CheckpointError:
        return True
    return place != "document" and session.training.state.step == 0


def flip(count: int, seed: int) -> Figures:
    """Flip so many bytes, each in parts that are otherwise whole."""
    session, chance = begun(), random.Random(seed)
    kept = Keeper(session).keep()
    assert kept.document is not None
    assert kept.piece is not None
    parts = {"document": kept.document, "state": kept.state, "piece": kept.piece}
    parts |= {"file": to_bytes(session.training), "room": Room().to_bytes()}
    refused, accepted = Counter[str](), []
    for number in range(count):
        place = PLACES[number % len(PLACES)]
        broken = flipped(parts[place], chance)
        if is_noticed(place, parts, broken):
            refused[place] += 1
        else:
            accepted.append(f"{place}: {number}")
    return Figures(count, dict(refused), accepted)


def damage(database: Path, chance: random.Random) -> dict[str, str]:
    """Flip a byte of every session in a database; return where, by the sessions' ids."""
    connection = sqlite3.connect(database)
    with connection:
        names = [name for (name,) in connection.execute("SELECT id FROM sessions ORDER BY id")]
        places = {name: COLUMNS[number % len(COLUMNS)] for number, name in enumerate(names)}
        for name, place in places.items():
            table, key = ("chunks", "session") if place == "piece" else ("sessions", "id")
            column = "blob" if place == "piece" else place
            (whole,) = connection.execute(f"SELECT {column} FROM {table} WHERE {key} = ?", (name,)).fetchone()
            change = f"UPDATE {table} SET {column} = ? WHERE {key} = ?"
            connection.execute(change, (flipped(whole, chance), name))
    connection.close()
    return places


def serve_damaged(sessions: int, seed: int) -> Answers:
    """Let a server keep sessions that have trained, damage them all, and ask the next server for them."""
    statuses: dict[str, Counter[int]] = {place: Counter() for place in COLUMNS}
    believed = []
    with tempfile.TemporaryDirectory() as folder:
        with target("--data", folder) as server, server.client() as client:
            for _ in range(sessions):
                made = client.post("/api/sessions", json={"experiment": EXPERIMENT}).json()
                control = {"Authorization": f"Bearer {made['key']}"}
                client.post(f"/api/sessions/{made['id']}/step", json={"steps": 5}, headers=control).raise_for_status()
        places = damage(Path(folder, "sessions.db"), random.Random(seed))
        with target("--data", folder) as server, server.client() as client:
            for name, place in places.items():
                answer = client.get(f"/api/sessions/{name}")
                statuses[place][answer.status_code] += 1
                if answer.status_code == 200 and answer.json()["step"] != 0:
                    believed.append(f"{place}: {name}")
            tracebacks = server.tracebacks()
    return Answers({place: dict(counted) for place, counted in statuses.items()}, believed, tracebacks)


def main() -> None:
    """Print the figures."""
    chosen = options(__doc__, count=2000, sessions=100, seed=0)
    logging.disable()
    figures = flip(chosen.count, chosen.seed)
    print(f"flipped bytes: {figures.flips}, accepted: {len(figures.accepted)} {figures.accepted[:10]}")
    print(f"noticed: {figures.refused}")
    answers = serve_damaged(chosen.sessions, chosen.seed)
    print(f"a server with {chosen.sessions} damaged sessions answers {answers.statuses}")
    print(f"believed: {len(answers.believed)}, tracebacks: {answers.tracebacks}")


if __name__ == "__main__":
    main()
