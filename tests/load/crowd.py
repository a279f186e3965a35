"""A hundred sessions that train, each with its owner at 10 frames a second, and one with a thousand viewers more.

``python -m tests.load.crowd`` measures the training without viewers, then everything at once, with some viewers who
take nothing. Load, service and training share the machine's cores.
"""

from typing import NamedTuple

from tests.load.lean import LEAN
from tests.load.service import WATCH, Service, asking, p99, service, speed
from tests.load.swarm import swarm
from tests.options import options

RATE = 10


class Figures(NamedTuple):
    """What was measured."""

    delivered: float
    """Part of the frames made of the watched session that reached its healthy viewers."""
    worst: float
    """The same of the viewer that got fewest."""
    owners: float
    """Frames a second that owners got, in the mean."""
    crowd: float
    """Frames a second that healthy viewers got."""
    training: float
    """Steps a second with all viewers, as a part of those without any."""
    steps: float
    idle_p99: float
    """Seconds for an answer of a server that does nothing else."""
    busy_p99: float
    hub: float
    """Cores that the web process used."""
    load: float
    """Cores that the load used."""
    lag: float
    """Seconds by which frames reached one viewer later than another, p99."""


def groups(sessions: list[dict], viewers: int, stalled: int, wishes: dict) -> list[dict]:
    """Who watches what: first the healthy, then the stalled, then each session's owner."""
    crowd = {"session": sessions[0]["id"], "rate": RATE, **wishes}
    return [
        {**crowd, "viewers": viewers - stalled},
        *([{**crowd, "viewers": stalled, "reads": False, "acknowledges": False}] if stalled else []),
        *({"session": session["id"], "viewers": 1, "watch": WATCH, "rate": RATE} for session in sessions),
    ]


def training_alone(server: Service, sessions: list[dict], seconds: float) -> float:
    """Steps a second of all sessions while nobody watches."""
    before = server.marks(sessions)
    with asking(server.address, seconds):
        pass
    return speed(before, server.marks(sessions))


def measure(
    server: Service,
    sessions: int = 100,
    viewers: int = 1000,
    stalled: int = 100,
    seconds: float = 12.0,
    warm: int = 5000,
    painted: bool = False,
) -> Figures:
    """Measure it all once, after ``warm`` steps: at first every step is written down, which takes longest.

    The crowd watches as pages of so large an audience do, or all maps ``painted`` as a single viewer's page has them.
    """
    wishes = {"watch": WATCH} if painted else LEAN
    with asking(server.address, seconds / 2) as idle:
        pass
    made = server.open_sessions(sessions)
    server.advance(made, warm)
    server.play(made)
    alone = training_alone(server, made, seconds)
    with swarm(server.address, groups(made, viewers, stalled, wishes)) as remote:
        before, hub = server.marks(made), server.cpu_seconds()
        with asking(server.address, seconds) as busy:
            came = remote.ask({"measure": seconds})
        hub = (server.cpu_seconds() - hub) / seconds
        steps = speed(before, server.marks(made))
    crowd, owners = came["groups"][0], came["groups"][-sessions:]
    return Figures(
        sum(crowd["frames"]) / len(crowd["frames"]) / crowd["made"],
        min(crowd["frames"]) / crowd["made"],
        sum(owner["per_second"] for owner in owners) / sessions,
        crowd["per_second"],
        steps / alone,
        steps,
        p99(idle),
        p99(busy),
        hub,
        came["load"],
        crowd["p99"],
    )


def main() -> None:
    """Print the figures."""
    chosen = options(__doc__, sessions=100, viewers=1000, stalled=100, seconds=12.0, warm=5000, painted=False)
    with service() as server:
        figures = measure(server, **vars(chosen))
    print(f"frames that reached healthy viewers: {figures.delivered:.1%}, the worst {figures.worst:.1%} "
          f"({figures.crowd:.2f} a second; owners {figures.owners:.2f})")  # fmt: skip
    print(f"training: {figures.steps:,.0f} steps a second, {figures.training:.2f}x of without viewers")
    print(f"answers' p99: {1000 * figures.idle_p99:.1f} ms idle, {1000 * figures.busy_p99:.1f} ms now "
          f"({figures.busy_p99 / figures.idle_p99:.1f}x)")  # fmt: skip
    print(f"cores: hub {figures.hub:.2f}, load {figures.load:.2f}; last viewer after first: "
          f"{1000 * figures.lag:.0f} ms (p99)")  # fmt: skip


if __name__ == "__main__":
    main()
