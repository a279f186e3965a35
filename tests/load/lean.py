"""What the frames of a large audience save: weights alone, from which pages compute the maps, beside painted maps.

``python -m tests.load.lean``: the same session, the same viewers, at the same rate, once with either. Printed are the
bytes of a frame, what it costs the worker to make one, and what it costs the web process for each viewer it reaches.
"""

from time import process_time
from typing import NamedTuple

from app.live.session import Session
from app.schemas import NewSession
from app.wire.commands import Watch, parse_watch
from tests.load.cost import measured
from tests.load.service import WATCH, Service, service
from tests.options import options

PAINTED = {"watch": WATCH | {"boundary": {"resolution": 100, "encoding": "byte"}}}
"""What a page watches when it has just been opened."""
LEAN = {"watch": {"weights": {"precision": "single"}}, "tail": 4}
WAYS = {"painted": PAINTED, "lean": LEAN}
STEPS_PER_SECOND = 200


class Figures(NamedTuple):
    """What one way costs."""

    bytes: int
    made_microseconds: float
    """Of the worker's core, for a frame."""
    sent_microseconds: float
    """Of the web process's core, for each viewer whom a frame reaches."""
    per_second: float


def made(watch: Watch, frames: int) -> tuple[int, float]:
    """Return the bytes of a frame in the midst of a training, and how many microseconds it takes to make one."""
    session = Session.begin_new("s", NewSession())
    session.training.advance(2000)
    session.channels.open(1, watch)
    size, before = 0, process_time()
    for number in range(frames):
        session.changes += 1
        session.channels.give_credit(1, 1)
        ((_, _, frame),) = session.channels.frames(session, float(number))
        size = len(frame)
    return size, 1e6 * (process_time() - before) / frames


def measure(
    server: Service, viewers: int = 500, rate: float = 20, seconds: float = 8, frames: int = 500
) -> dict[str, Figures]:
    """Measure both ways."""
    session = server.open_sessions(1)[0]
    server.play([session], STEPS_PER_SECOND)
    found = {}
    for name, way in WAYS.items():
        cost = measured(
            server.address, server.process, {"session": session["id"], "viewers": viewers, "rate": rate, **way}, seconds
        )
        size, microseconds = made(parse_watch(way["watch"], rate, way.get("tail")), frames)
        found[name] = Figures(size, microseconds, cost.microseconds, cost.per_second)
    return found


def main() -> None:
    """Print the figures."""
    with service(workers=1) as server:
        for name, found in measure(server, **vars(options(__doc__, viewers=500, rate=20.0, seconds=8.0))).items():
            print(f"{name:>8}: {found.bytes:6,} bytes a frame; {found.made_microseconds:6.0f} µs to make one, "
                  f"{found.sent_microseconds:5.1f} µs for each viewer; {found.per_second:.2f} a second")  # fmt: skip


if __name__ == "__main__":
    main()
