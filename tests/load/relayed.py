"""What a relay takes off its origin: the same viewers once at the origin, once at a relay of it.

``python -m tests.load.relayed``: printed are the cores that the origin's web process and the relay's use, and how many
frames a second each viewer gets.
"""

from typing import NamedTuple

from tests.load.service import WATCH, Service, service
from tests.load.swarm import swarm
from tests.options import options

STEPS_PER_SECOND = 200


class Figures(NamedTuple):
    """What serving in one way takes."""

    origin_cores: float
    relay_cores: float
    per_second: float
    """Frames that a viewer got."""


def measured(origin: Service, place: Service, wishes: dict, seconds: float) -> Figures:
    """Let viewers watch at a place, which may be the origin itself."""
    with swarm(place.address, [wishes]) as remote:
        before = origin.cpu_seconds(), place.cpu_seconds()
        came = remote.ask({"measure": seconds})["groups"][0]
        used = [each.cpu_seconds() - start for each, start in zip((origin, place), before, strict=True)]
    return Figures(used[0] / seconds, 0.0 if place is origin else used[1] / seconds, came["per_second"])


def measure(server: Service, viewers: int = 500, rate: float = 20, seconds: float = 8) -> dict[str, Figures]:
    """Measure both ways."""
    session = server.open_sessions(1)[0]
    server.play([session], STEPS_PER_SECOND)
    wishes = {"session": session["id"], "viewers": viewers, "watch": WATCH, "rate": rate}
    direct = measured(server, server, wishes, seconds)
    with service(relay=server.address) as relay:
        return {"direct": direct, "relayed": measured(server, relay, wishes, seconds)}


def main() -> None:
    """Print the figures."""
    with service(workers=1) as server:
        for name, found in measure(server, **vars(options(__doc__, viewers=500, rate=20.0, seconds=8.0))).items():
            print(f"{name:>8}: {found.origin_cores:.3f} cores at the origin, {found.relay_cores:.3f} at the relay; "
                  f"{found.per_second:.2f} frames a second for each viewer")  # fmt: skip


if __name__ == "__main__":
    main()
