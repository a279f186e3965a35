"""Load: how much workers train, and how late sessions get their turns. Counted in the workers, added up in the hub."""

from bisect import bisect_left
from collections.abc import Mapping
from time import monotonic
from typing import Any

BOUNDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Turns are counted by whether they were at most so many seconds late."""
INTERVAL = 1.0
"""What was counted is told once in so many seconds."""


class Load:
    """What is counted."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.steps = 0
        self.seconds = 0.0
        """By which all turns together were late."""
        self.turns = [0] * (len(BOUNDS) + 1)
        """How many were late by at most each of BOUNDS and more than the one before, and how many by even more."""
        self._told = monotonic()

    def count(self, steps: int, late: float) -> None:
        """Count a turn."""
        self.steps += steps
        self.seconds += late
        self.turns[bisect_left(BOUNDS, late)] += 1

    @property
    def due(self) -> float | None:
        """When to tell what was counted, by the monotonic clock; None if nothing was."""
        return self._told + INTERVAL if any(self.turns) else None

    def take(self) -> dict[str, Any]:
        """Return what was counted, and start at nothing again."""
        document = {"steps": self.steps, "seconds": round(self.seconds, 6), "turns": self.turns}
        self.steps, self.seconds, self.turns, self._told = 0, 0.0, [0] * len(self.turns), monotonic()
        return document

    def add(self, document: Mapping[str, Any]) -> None:
        """Add what somebody else has counted."""
        self.steps += document["steps"]
        self.seconds += document["seconds"]
        self.turns = [before + more for before, more in zip(self.turns, document["turns"], strict=True)]
