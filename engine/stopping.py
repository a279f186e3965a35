"""Stopping rules: when training has done enough. They look at the metrics after every epoch, and at nothing else."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, TypeAlias

from annotated_types import Ge

from engine.registry import Component, Help, Registry, Slider
from engine.types import Split

Patience: TypeAlias = Annotated[
    int,
    Ge(1),
    Slider(1, 200, "log", step=1),
    Help("Patience", "How many epochs may pass without progress before training stops.", "p"),
]


@dataclass(frozen=True)
class Progress:
    """What a rule remembers from epoch to epoch; plain numbers, so a checkpoint can hold it."""

    best: float | None = None
    """The smallest loss that counted as progress."""
    best_step: int = 0
    """The step after which it was reached."""
    waited: int = 0
    """How many epochs have passed since then."""
    reason: str = ""
    """Why training should stop, as a sentence for the learner; empty while it should go on."""


class Stopping(Component):
    """A rule for the end of training."""

    split: Split = "train"
    """Whose loss it looks at."""
    needs_metrics: ClassVar[bool] = True
    """Whether :meth:`look` reads the loss, or the number of epochs only."""
    keeps_best: ClassVar[bool] = False
    """Whether the parameters of the best epoch may be wanted back at the end."""

    def look(self, progress: Progress, metrics: dict[str, Any]) -> Progress:
        """Return what is known after one more epoch; ``metrics`` as :meth:`Training.metrics` answers."""
        return progress

    def loss(self, metrics: dict[str, Any]) -> float | None:
        """Return the loss that the rule looks at; None where there is no such part, or no finite number."""
        part = metrics[self.split]
        found: float | None = part["loss"] if part else None
        return found


stoppings: Registry[Stopping] = Registry(
    "stoppings", Stopping, "Stopping", "When training has done enough: after a time, at a goal, or before it overfits."
)


@stoppings.register("none")
class NoStopping(Stopping):
    """Trains until it is told to pause."""

    title = "Never"
    formula = r"t \to \infty"
    try_this = "Let a large network train on few noisy examples for very long: the test loss turns upwards."
    source = "The playground's habit"
    needs_metrics = False


@stoppings.register("epochs")
class Epochs(Stopping):
    """Stops after a fixed number of passes over the training set."""

    title = "After epochs"
    formula = r"t \ge T"
    try_this = "Give two optimizers 20 epochs each and compare what they made of them."
    source = "Robbins and Monro, 1951 (a budget of observations)"
    needs_metrics = False

    epochs: Annotated[
        int, Ge(1), Slider(1, 1000, "log", step=1), Help("Epochs", "After how many passes to stop.", "T")
    ] = 100

    def look(self, progress: Progress, metrics: dict[str, Any]) -> Progress:
        """Stop once the number is reached."""
        if metrics["epoch"] < self.epochs:
            return progress
        return replace(progress, reason=f"Training has made {metrics['epoch']} passes over the training set.")


@stoppings.register("target_loss")
class TargetLoss(Stopping):
    """Stops as soon as the loss is as small as wanted."""

    title = "Target loss"
    formula = r"J(\theta_t) \le J^{*}"
    try_this = "Set the goal to 0.1 and see which learning rate gets there in the fewest epochs."
    source = "Prechelt, 1998 (the PROBEN1 rules)"

    target: Annotated[
        float, Ge(0), Slider(0.001, 1, "log"), Help("Target", "The loss at which training is done.", "J^{*}")
    ] = 0.05
    split: Annotated[Split, Help("Part", "Whose loss is looked at.")] = "train"

    def look(self, progress: Progress, metrics: dict[str, Any]) -> Progress:
        """Stop once the loss is there."""
        loss = self.loss(metrics)
        if loss is None or loss > self.target:
            return progress
        reason = f"The {self.split} loss has reached {loss:.4g}; the goal was {self.target:g}."
        return Progress(loss, metrics["step"], 0, reason)


class Patient(Stopping):
    """Base of the rules that wait for progress."""

    patience: int

    def goal(self, best: float) -> float:
        """Return below what a loss counts as progress."""
        raise NotImplementedError

    def look(self, progress: Progress, metrics: dict[str, Any]) -> Progress:
        """Count the epochs without progress; one without a finite loss is none."""
        loss = self.loss(metrics)
        if loss is not None and (progress.best is None or loss < self.goal(progress.best)):
            return Progress(loss, metrics["step"])
        waited = progress.waited + 1
        if waited < self.patience:
            return replace(progress, waited=waited)
        best = "has never been a number" if progress.best is None else f"was best at step {progress.best_step}"
        reason = f"The {self.split} loss {best}, and {waited} epochs have passed without progress."
        return replace(progress, waited=waited, reason=reason)


@stoppings.register("early_stopping")
class EarlyStopping(Patient):
    """Stops when the validation loss no longer falls, before the network learns the noise by heart.

    As in Keras: an epoch counts as progress if the loss is smaller than the best so far by more than the minimum; after
    as many epochs without as the patience allows, training stops. It needs validation examples.
    """

    title = "Early stopping"
    formula = r"J_{\text{val}}(t) \ge \min_{s < t} J_{\text{val}}(s) - \delta \quad \text{for } p \text{ epochs}"
    try_this = "Noise 0.4 and a third of the examples for validation: it stops where the two loss curves part."
    source = "Morgan and Bourlard, 1990; Prechelt, 1998"
    keeps_best = True

    patience: Patience = 10
    min_delta: Annotated[
        float,
        Ge(0),
        Slider(0, 0.1, step=0.001),
        Help("Minimum", "By how much the loss must fall to count as progress.", r"\delta"),
    ] = 0.0
    restore_best: Annotated[bool, Help("Restore the best", "At the end take back the weights of the best epoch.")] = (
        True
    )
    split: Annotated[Split, Help("Part", "Whose loss is looked at.")] = "validation"

    def goal(self, best: float) -> float:
        """Return best − δ."""
        return best - self.min_delta


@stoppings.register("plateau")
class Plateau(Patient):
    """Stops when the training loss hardly falls any more: the valley floor, or a plateau on the way there."""

    title = "Plateau"
    formula = r"J(t) \ge (1 - \rho)\,\min_{s < t} J(s) \quad \text{for } p \text{ epochs}"
    try_this = "Start from zeros: the loss stands still from the first epoch, and training ends soon."
    source = "As scikit-learn's n_iter_no_change; Prechelt, 1998"

    patience: Patience = 20
    tolerance: Annotated[
        float,
        Ge(0),
        Slider(0, 0.1, step=0.001),
        Help("Tolerance", "Which part of the loss must be gained to count as progress.", r"\rho"),
    ] = 0.001
    split: Annotated[Split, Help("Part", "Whose loss is looked at.")] = "train"

    def goal(self, best: float) -> float:
        """Return (1 − ρ) best."""
        return (1 - self.tolerance) * best
