"""A hundred sessions that train as fast as they can on two workers, each watched at 30 frames a second: who gets fewer?

``python -m tests.load.fairness`` prints the frames and the steps of the slowest session, as parts of the mean.
"""

from typing import NamedTuple

from tests.load.service import WATCH, Service, service
from tests.load.swarm import swarm
from tests.options import options

RATE = 30


class Figures(NamedTuple):
    """What was measured."""

    per_second: float
    """Frames of a session, in the mean."""
    slowest: float
    """Frames of the session with fewest, as a part of the mean."""
    steps: float
    """Steps of the session with fewest, as a part of the mean."""


def measure(
    server: Service, sessions: int = 100, seconds: float = 12.0, warm: int = 5000, watch: dict = WATCH
) -> Figures:
    """Measure it once, after ``warm`` steps: at first every step is written down, which takes longest."""
    made = server.open_sessions(sessions)
    server.advance(made, warm)
    server.play(made)
    groups = [{"session": session["id"], "viewers": 1, "watch": watch, "rate": RATE} for session in made]
    with swarm(server.address, groups) as remote:
        before = server.marks(made)
        came = remote.ask({"measure": seconds})["groups"]
        after = server.marks(made)
    frames = [group["frames"][0] for group in came]
    speeds = [(b - a) / (end - start) for (start, a), (end, b) in zip(before, after, strict=True)]
    mean = sum(frames) / sessions
    return Figures(mean / seconds, min(frames) / mean, min(speeds) / (sum(speeds) / sessions))


def main() -> None:
    """Print the figures."""
    with service(workers=2) as server:
        figures = measure(server, **vars(options(__doc__, sessions=100, seconds=12.0)))
    print(f"{figures.per_second:.2f} frames a second for each; the slowest session gets {figures.slowest:.3f} of "
          f"the mean, and {figures.steps:.3f} of the mean's steps")  # fmt: skip


if __name__ == "__main__":
    main()
