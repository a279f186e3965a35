"""The newest records of a history, as frames bring them: JSON, of which every record is written once."""

from collections import deque
from itertools import islice
from typing import Any

from app.wire.commands import LONGEST_TAIL
from app.wire.frames import json_of

TAIL_SECONDS = 0.5
"""A frame brings the records that came within so many seconds, so that a few frames may be missed."""


class Tail:
    """The end of a history that grows, or begins anew."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._texts: deque[bytes] = deque(maxlen=LONGEST_TAIL)
        self._length = 0
        self._last: dict[str, Any] | None = None
        self._lengths: deque[tuple[float, int]] = deque()

    def newest(self, history: list[dict[str, Any]], count: int) -> bytes:
        """Return the newest ``count`` records, at most LONGEST_TAIL, oldest first."""
        self._write_on(history)
        return b"[%b]" % b",".join(islice(self._texts, max(0, len(self._texts) - count), None))

    def recent(self, history: list[dict[str, Any]], now: float) -> bytes:
        """Return those that have come within TAIL_SECONDS before ``now``, at least one."""
        end, lengths = len(history), self._lengths
        lengths.append((now, end))
        while len(lengths) > 1 and lengths[1][0] <= now - TAIL_SECONDS:
            lengths.popleft()
        return self.newest(history, end - min(lengths[0][1], end - 1))

    def _write_on(self, history: list[dict[str, Any]]) -> None:
        """Write the records that have come since the last time."""
        known, end = self._length, len(history)
        if not (0 < known <= end and history[known - 1] is self._last):
            self._texts.clear()
            known = 0
        self._texts.extend(map(json_of, history[max(known, end - LONGEST_TAIL) :]))
        self._length, self._last = end, history[-1] if history else None
