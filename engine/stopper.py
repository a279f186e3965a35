"""The stopper: follows a training with a stopping rule, and brings the best parameters back at the end."""

from typing import TYPE_CHECKING

from engine.stopping import Progress, Stopping
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training


class Stopper:
    """What one training's rule knows so far."""

    def __init__(self, rule: Stopping) -> None:
        """Start before the first epoch."""
        self.rule, self.progress = rule, Progress()
        self.best: tuple[Array, Array] | None = None
        """Parameters and statistics of the best epoch, if the rule may want them back."""

    def look(self, training: "Training") -> bool:
        """Take notice of a completed epoch, and return whether to stop; then the best parameters are back."""
        if self.rule.kind == "none" or training.divergence is not None:
            return training.divergence is not None
        state = training.state
        metrics = training.metrics() if self.rule.needs_metrics else {"step": state.step, "epoch": state.epoch}
        self.progress = self.rule.look(self.progress, metrics)
        keeps = self.rule.keeps_best and getattr(self.rule, "restore_best", False)
        if keeps and self.progress.best_step == state.step and not self.progress.waited:
            self.best = state.theta.copy(), state.statistics.copy()
        if self.progress.reason and self.best is not None:
            state.theta[...], state.statistics[...] = self.best
        return bool(self.progress.reason)
