"""Allowances: how much sessions may compute, each in a day and all together. Counted in seconds of a processor."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, time
from typing import TypedDict

from app.problems import Problem

DAY = 86_400
LONGEST_REST = 5.0
"""Training rests for at most so many seconds at a time, however slow a step was."""


class Limits(TypedDict, total=False):
    """What the hub lets a worker's sessions compute."""

    seconds: float | None
    """Each of them in a day; None for as much as it likes."""
    share: float
    """All of them together for training and frames, as a part of the worker's time."""


@dataclass(frozen=True)
class Spent:
    """What a session has computed, so that it survives sleep, a move and a new start."""

    day: int = 0
    """Counted from the beginning of 1970, UTC."""
    seconds: float = 0.0


@dataclass
class Allowance:
    """What one session may compute in a day."""

    most: float | None = None
    """Seconds; None for as many as it likes."""
    spent: Spent = field(default_factory=Spent)
    clock: Callable[[], float] = time

    def spend(self, seconds: float) -> None:
        """Count so many seconds."""
        self.spent = Spent(self._today, self.seconds + seconds)

    @property
    def seconds(self) -> float:
        """How many have been spent today."""
        return self.spent.seconds if self.spent.day == self._today else 0.0

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left until tomorrow."""
        return self.most is not None and self.seconds >= self.most

    @property
    def reason(self) -> str | None:
        """Why nothing more is computed; None while something may be."""
        if not self.is_spent:
            return None
        return (
            f"This session has computed for {self.most:,g} seconds today, which is the most that this server lets one "
            "(max_compute_seconds). It is paused, nothing is lost, and it can go on after midnight, UTC."
        )

    def problem(self) -> Problem:
        """Return the refusal of what would compute more (429)."""
        return Problem(429, self.reason or "")

    def check(self) -> None:
        """Raise Problem (429) if nothing is left."""
        if self.is_spent:
            raise self.problem()

    def document(self) -> dict[str, float | str | None]:
        """Return the limit, what has been spent, and why nothing more is computed if that is so."""
        return {"seconds": round(self.seconds, 3), "most_seconds": self.most, "exhausted": self.reason}

    @property
    def _today(self) -> int:
        return int(self.clock()) // DAY


class Throttle:
    """Keeps the training of all sessions of a worker together to a share of its time: all become slower alike.

    Calls are not counted: whoever asks much would keep others from training.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Let it train all the time."""
        self.share = 1.0
        self.until = 0.0
        """Training rests until this time of the monotonic clock."""
        self._clock = clock

    @property
    def rests(self) -> bool:
        """Whether training has to wait."""
        return self.until > self._clock()

    def spend(self, seconds: float) -> None:
        """Count what a turn has taken: training rests the longer, the smaller the share."""
        now = self._clock()
        rest = seconds * (1 / self.share - 1)
        self.until = min(max(self.until, now) + rest, now + LONGEST_REST)
