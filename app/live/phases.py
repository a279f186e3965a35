"""Phases: what a session is doing, and which calls are possible then."""

from enum import Enum

from app.problems import Problem


class Phase(Enum):
    """What a session is doing; the value is the word that clients see."""

    PAUSED = ("paused", "paused")
    STEPPING = ("stepping", "paused")
    """Training because of a ``step`` call that waits for the answer."""
    PLAYING = ("playing", "playing")
    DIVERGED = ("diverged", "diverged")
    """Numbers have stopped being finite; the last finite state is kept."""
    FINISHED = ("finished", "finished")
    """The stopping rule has ended the training."""

    @property
    def word(self) -> str:
        """The phase as clients see it."""
        return self.value[1]

    @property
    def trains(self) -> bool:
        """Whether steps are being taken."""
        return self in (Phase.STEPPING, Phase.PLAYING)


TRANSITIONS: dict[Phase, dict[str, Phase]] = {
    Phase.PAUSED: {
        "play": Phase.PLAYING, "pause": Phase.PAUSED, "step": Phase.STEPPING, "reset": Phase.PAUSED,
        "adopt": Phase.PAUSED, "restart": Phase.PAUSED, "edit": Phase.PAUSED,
    },
    Phase.STEPPING: {
        "pause": Phase.PAUSED, "reset": Phase.PAUSED, "adopt": Phase.STEPPING, "restart": Phase.PAUSED,
        "edit": Phase.STEPPING, "finish": Phase.PAUSED, "diverge": Phase.DIVERGED,
        "stop": Phase.FINISHED, "halt": Phase.PAUSED,
    },
    Phase.PLAYING: {
        "play": Phase.PLAYING, "pause": Phase.PAUSED, "reset": Phase.PAUSED, "adopt": Phase.PLAYING,
        "restart": Phase.PLAYING, "edit": Phase.PLAYING, "diverge": Phase.DIVERGED,
        "stop": Phase.FINISHED, "halt": Phase.PAUSED,
    },
    Phase.DIVERGED: {
        "pause": Phase.DIVERGED, "rewind": Phase.PAUSED, "reset": Phase.PAUSED, "adopt": Phase.PAUSED,
        "restart": Phase.PAUSED,
    },
    Phase.FINISHED: {
        "pause": Phase.FINISHED, "reset": Phase.PAUSED, "adopt": Phase.PAUSED, "restart": Phase.PAUSED,
        "edit": Phase.FINISHED,
    },
}  # fmt: skip
"""Phase → action → the phase after it. What is not here is forbidden."""

REASONS = {
    Phase.PAUSED: "Nothing has diverged, so there is nothing to go back from.",
    Phase.STEPPING: "Another call is taking steps; wait for its answer, or pause the session.",
    Phase.PLAYING: "The session is playing; pause it first.",
    Phase.DIVERGED: "The training has diverged: numbers became too large. Rewind, reset or change a setting first.",
    Phase.FINISHED: "The stopping rule has ended the training. Reset it, or change a setting to go on.",
}
"""Why a phase forbids something."""


def after(phase: Phase, action: str) -> Phase:
    """Return the phase after an action; Problem (409) where the present one forbids it."""
    if action not in TRANSITIONS[phase]:
        raise Problem(409, REASONS[phase])
    return TRANSITIONS[phase][action]
