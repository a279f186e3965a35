"""The stopper: follows a training with a stopping rule, and brings the best parameters back at the end."""

from dataclasses import replace
from typing import Any

from engine.state import TrainingState
from engine.stopping import Progress, Stopping
from engine.types import Array


class Stopper:
    """What one training's rule knows so far."""

    def __init__(
        self, rule: Stopping, progress: Progress | None = None, best: tuple[Array, Array] | None = None
    ) -> None:
        """Start before the first epoch, or where another one was."""
        self.rule, self.progress = rule, progress or Progress()
        self.best = best
        """Parameters and statistics of the best epoch, if the rule may want them back."""

    @property
    def reason(self) -> str:
        """Why training is over; empty while it goes on."""
        return self.progress.reason

    def copy(self) -> "Stopper":
        """Return another one that knows the same."""
        return Stopper(self.rule, self.progress, self.best)

    def look(self, state: TrainingState, metrics: dict[str, Any]) -> None:
        """Take notice of a completed epoch; if it was the last, the best parameters are back in ``state``.

        ``metrics`` as :meth:`engine.training.Training.metrics` answers; "step" and "epoch" are enough for a rule that
        needs no metrics.
        """
        self.progress = self.rule.look(self.progress, metrics)
        keeps = self.rule.keeps_best and getattr(self.rule, "restore_best", False)
        if keeps and self.progress.best_step == state.step and not self.progress.waited:
            self.best = state.theta.copy(), state.statistics.copy()
        if self.reason and self.best is not None:
            state.theta[...], state.statistics[...] = self.best
            self.progress = replace(self.progress, reason=f"{self.reason} The weights of that step are back.")
