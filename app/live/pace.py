"""Pace: how many steps to take now, so that others get their turn and a chosen speed is kept."""

from collections import deque
from math import floor, inf

STRIDE = 0.002
"""So many seconds of steps are taken at a time, before the clock is read again."""
LARGEST_LAG = 0.25
"""Seconds that a session may be behind its speed; what it missed beyond that is not made up for."""
WINDOW = 0.5
"""The measured speed is that of the last so many seconds."""


class Stride:
    """How many steps fill STRIDE seconds, learned from those taken."""

    def __init__(self) -> None:
        """Begin carefully, with one step."""
        self.steps = 1

    def within(self, seconds: float) -> int:
        """Return how many steps to take where only so many seconds are left; at least one."""
        return max(1, min(self.steps, floor(self.steps * seconds / STRIDE)))

    def learn(self, steps: int, seconds: float) -> None:
        """Adapt to what ``steps`` took; never more than twice as many as before."""
        fitting = floor(steps * STRIDE / max(seconds, 1e-9))
        self.steps = max(1, min(fitting, 2 * self.steps))


class Pace:
    """When the next step is due at a chosen speed."""

    def __init__(self, steps_per_second: float | None, now: float) -> None:
        """Take the first step at once; None for as fast as it goes."""
        self.steps_per_second, self.due = steps_per_second, now

    def steps_due(self, now: float) -> float:
        """Return how many steps are due at ``now``."""
        if self.steps_per_second is None:
            return inf
        self.due = max(self.due, now - LARGEST_LAG)
        return floor((now - self.due) * self.steps_per_second) + 1 if now >= self.due else 0

    def take(self, steps: int) -> None:
        """Note that so many steps were taken."""
        if self.steps_per_second is not None:
            self.due += steps / self.steps_per_second


class Speedometer:
    """Steps per second, measured."""

    def __init__(self, now: float) -> None:
        """Start standing still."""
        self._marks = deque([(now, 0)])

    def count(self, steps: int, now: float) -> None:
        """Note that so many steps were taken by ``now``."""
        self._marks.append((now, self._marks[-1][1] + steps))
        while len(self._marks) > 2 and self._marks[1][0] <= now - WINDOW:
            self._marks.popleft()

    @property
    def steps_per_second(self) -> float:
        """The speed between the first and the last mark that count."""
        (start, before), (end, after) = self._marks[0], self._marks[-1]
        return (after - before) / (end - start) if end > start else 0.0
