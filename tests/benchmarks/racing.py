"""Timing two things that do the same work in turn, so that whatever else the machine does slows both alike."""

from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

from engine.calls import Calculating
from engine.replica_steps import ReplicaSteps
from engine.steps import Steps

Run = Callable[[], object]
ROUNDS = 15


class Result(NamedTuple):
    """Medians of the rounds."""

    own: float
    """Microseconds of a unit of work."""
    theirs: float
    ratio: float
    """Of the rounds' ratios, which is not that of the medians."""

    def line(self, name: str) -> str:
        """Return a line of a table."""
        return f"{name:44}{self.own:10.1f}{self.theirs:10.1f}{self.ratio:8.2f}"


def heading(unit: str) -> str:
    """Return the first line of a table."""
    return f"{'microseconds ' + unit:44}{'Livenet':>10}{'PyTorch':>10}{'ratio':>8}"


def taking(steps: Steps | ReplicaSteps, number: int) -> Run:
    """Return what takes a number of steps as a training does, but keeps no history and checks nothing."""

    def run() -> None:
        with Calculating(all="ignore"):
            steps.run(number)

    return run


def microseconds(run: Run, units: float) -> float:
    """Return what one of so many ``units`` of work costs; of clock and processor time the smaller."""
    clock, processor = perf_counter(), process_time()
    run()
    return min(perf_counter() - clock, process_time() - processor) / units * 1e6


def fastest(peers: Sequence[Run]) -> Run:
    """Return the one of ``peers`` that takes the least time."""
    return min(peers, key=lambda run: min(microseconds(run, 1) for _ in range(4)))


def race(own: Run, own_units: float, peer: Run, peer_units: float, rounds: int = ROUNDS) -> Result:
    """Time both in turn; a run does so many units of work."""
    found = [(microseconds(own, own_units), microseconds(peer, peer_units)) for _ in range(rounds)]
    ours, theirs = (median(column) for column in zip(*found, strict=True))
    return Result(ours, theirs, median(other / one for one, other in found))
