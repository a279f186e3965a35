"""A thousand viewers of one session lose their lines at the same moment: when does each have a picture again?

``python -m tests.load.storm`` lets each come back as the page does: after a short pause of its own it asks whether the
session is there, and opens the stream anew. Whoever finds no session would have to begin again.
"""

from typing import NamedTuple

from tests.load.service import WATCH, Service, service
from tests.load.swarm import swarm
from tests.options import options

RATE, STEPS_PER_SECOND = 10, 200


class Figures(NamedTuple):
    """What was measured."""

    median: float
    """Seconds until a picture."""
    last: float
    missing: int
    """Viewers who never had one again."""
    refused: int
    """Tries that failed."""


def measure(server: Service, viewers: int = 1000) -> Figures:
    """Measure it once."""
    session = server.open_sessions(1)[0]
    server.play([session], STEPS_PER_SECOND)
    wishes = {"session": session["id"], "viewers": viewers, "watch": WATCH, "rate": RATE}
    with swarm(server.address, [wishes]) as remote:
        done = remote.ask({"drop": True})
    back = done["back"]
    return Figures(back[len(back) // 2], back[-1], done["missing"], done["refused"])


def main() -> None:
    """Print the figures."""
    with service(workers=1) as server:
        figures = measure(server, **vars(options(__doc__, viewers=1000)))
    print(f"a picture again after {figures.median:.2f} s (median), all after {figures.last:.2f} s; "
          f"{figures.missing} never, {figures.refused} tries failed")  # fmt: skip


if __name__ == "__main__":
    main()
