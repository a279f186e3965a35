"""Channels: for each distinct set of watched probes of a session, when its next frame is due and what is in it."""

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from app.live.tail import Tail
from app.wire.commands import HIGHEST_RATE, Watch
from app.wire.frames import Stamp, encode_frame
from engine.probes import Measurement, Probe, ProbeUnavailable

if TYPE_CHECKING:
    from app.live.session import Session

FRAME_SECONDS = 1 / HIGHEST_RATE
"""The least time between two frames of a session."""
CREDIT = 2
"""So many frames may be on their way to viewers who have not taken any of them."""

logger = logging.getLogger(__name__)


@dataclass
class Channel:
    """What somebody watches."""

    watch: Watch
    next_frame: float = 0.0
    """When its rate allows another."""
    credit: int = CREDIT
    seen: int = -1
    """The session's count of changes at the last frame."""
    lengths: deque[int] = field(default_factory=lambda: deque(maxlen=CREDIT))
    """How long the history was at the frames before: whoever takes every other one misses no record."""

    def news(self, length: int) -> int:
        """Return how many records of a history of this ``length`` the frames before have not brought."""
        known = self.lengths[0] if len(self.lengths) == CREDIT else 0
        self.lengths.append(length)
        return length - known if known <= length else length  # it has begun anew


class Channels:
    """The channels of one session."""

    def __init__(self, sequence: int = 0) -> None:
        """Start with none; the next frame has the number after ``sequence``."""
        self._channels: dict[int, Channel] = {}
        self._next_frame = 0.0
        self._sequence = sequence
        self._tail = Tail()

    def open(self, number: int, watch: Watch) -> None:
        """Make frames of this from now on, the first one at once."""
        self._channels[number] = Channel(watch)

    def close(self, number: int) -> None:
        """Make no more frames for a channel."""
        self._channels.pop(number, None)

    def give_credit(self, number: int, frames: int) -> None:
        """Note that viewers have taken frames, so that others may follow."""
        if number in self._channels:
            channel = self._channels[number]
            channel.credit = min(CREDIT, channel.credit + frames)

    def due(self, changes: int) -> float | None:
        """Return when the next frame may be made; None if nobody waits for news."""
        nexts = [channel.next_frame for _, channel in self._waiting(changes)]
        return max(self._next_frame, min(nexts)) if nexts else None

    def frames(self, session: "Session", now: float) -> Iterator[tuple[int, int, bytes]]:
        """Yield channel, sequence and frame for each that waits; a probe that several watch is measured once."""
        if now < self._next_frame:
            return
        measured: dict[Probe, Measurement | str] = {}
        waiting = [(number, each) for number, each in self._waiting(session.changes) if now >= each.next_frame]
        if not waiting:
            return
        self._next_frame = max(self._next_frame + FRAME_SECONDS, now)  # a grid: being late makes no frame rarer
        history = session.training.history
        recent = self._tail.recent(history, now)
        for number, channel in waiting:
            channel.credit, channel.seen = channel.credit - 1, session.changes
            channel.next_frame = max(channel.next_frame + 1 / channel.watch.rate, now)
            for probe in channel.watch.probes:
                if probe not in measured:
                    measured[probe] = measure(probe, session)
            self._sequence += 1
            most = channel.watch.tail
            tail = recent if most is None else self._tail.newest(history, min(most, channel.news(len(history))))
            yield number, self._sequence, make_frame(session, self._sequence, tail, channel.watch, measured)

    def _waiting(self, changes: int) -> list[tuple[int, Channel]]:
        return [(number, each) for number, each in self._channels.items() if each.credit > 0 and each.seen != changes]


def measure(probe: Probe, session: "Session") -> Measurement | str:
    """Return what a probe answers, or why it cannot."""
    try:
        return probe.measure(session.training)
    except ProbeUnavailable as reason:
        return str(reason)
    except Exception:
        logger.exception("%s failed", probe)
        return "This could not be measured."


def make_frame(
    session: "Session", sequence: int, tail: bytes, watch: Watch, measured: dict[Probe, Measurement | str]
) -> bytes:
    """Return a frame with the measurements that are watched; ``tail`` are the newest records of the history."""
    training = session.training
    arrays: dict[str, npt.NDArray[Any]] = {}
    probes: dict[str, Any] = {}
    for probe in watch.probes:
        answer = measured[probe]
        if isinstance(answer, str):
            probes[probe.kind] = {"unavailable": answer}
        else:
            probes[probe.kind] = answer.meta
            arrays |= {f"{probe.kind}.{name}": array for name, array in answer.arrays.items()}
    directory = {
        "phase": session.phase.word,
        "speed": session.speed,
        "steps_per_second": session.steps_per_second,
        "learning_rate": training.learning_rate,
        "latest": session.metrics(),
        "history_length": len(training.history),
        "history_tail": tail,
        "distribution_rows": len(training.distributions),
        "divergence": training.divergence,
        "probes": probes,
    }
    stamp = Stamp(sequence, session.version, training.state.step, training.state.epoch)
    return encode_frame(stamp, directory, arrays)
