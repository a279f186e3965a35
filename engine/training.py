"""Training: an experiment brought to life. The same experiment gives the same numbers, bit for bit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.adoption import Adoption, Inheritance, describe, describe_layers, restart_reason
from engine.data import PreparedData, prepare
from engine.distributions import distributions
from engine.divergence import Alarm, Divergence, is_finite, locate, parameters_are_finite
from engine.documents import as_document, read_inputs, read_parameters
from engine.evaluation import Evaluation, finite
from engine.experiment import Experiment, complete
from engine.history import DISTRIBUTIONS_NUMBERS, DISTRIBUTIONS_SHARE, METRICS_NUMBERS, METRICS_SHARE, History
from engine.memory import zeros
from engine.network import Network, build, generators
from engine.path import Path
from engine.records import Records
from engine.state import SavedState, TrainingState
from engine.steps import Steps
from engine.stopper import Stopper
from engine.streams import stream
from engine.types import Array

CHECK_EVERY = 256
"""After so many steps the state, if finite, is copied, so that a divergence can be replayed from there."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A training as it was at one moment, complete: restored, it goes on bit for bit."""

    experiment: Experiment
    state: SavedState
    finite: SavedState
    """The last state known to be finite."""
    records: Records
    divergence: Divergence | None
    stopper: Stopper


class Training:
    """A network that learns its experiment's data, as far as it is told to."""

    divergence: Divergence | None
    """Where numbers stopped being finite; None while all is well."""
    state: TrainingState

    def __init__(self, experiment: Experiment, data: PreparedData | None = None) -> None:
        """Complete the experiment, draw data and parameters; ExperimentError says what cannot be trained.

        ``data`` may be given where they are dealt in another way than the experiment says, as for a fold.
        """
        self._begin(complete(experiment), data)

    @property
    def history(self) -> list[dict[str, Any]]:
        """What :meth:`metrics` answered at the recorded steps, oldest first."""
        return self._metrics_history.records

    @property
    def distributions(self) -> list[dict[str, Any]]:
        """{"step", "epoch", "layers": layer → quantity → histogram} at sparser recorded steps, oldest first.

        Layers have the names that they have now; a new one is missing in older records.
        """
        return self._distribution_history.records

    @property
    def path(self) -> list[dict[str, Any]]:
        """{"step", "theta"}: all parameters at a few recorded steps, oldest first; empty for a large network."""
        return self._path.records

    @property
    def stopped(self) -> str:
        """Why the stopping rule has ended the training, as a sentence for the learner; empty while it may go on."""
        return self._stopper.reason

    @property
    def is_over(self) -> bool:
        """Whether no more steps can be taken: numbers are not finite, or the stopping rule says that it is enough."""
        return self.divergence is not None or bool(self.stopped)

    @property
    def learning_rate(self) -> float:
        """The optimizer's learning rate as the schedule has it now."""
        return self._steps.learning_rate

    def advance(self, steps: int) -> None:
        """Take exactly so many steps, unless the training is over before.

        Where numbers stop being finite it ends at the first such step; a stopping rule ends it after an epoch.
        """
        goal = self.state.step + steps
        with self._alarm.listening():
            while self.state.step < goal and not self.is_over:
                stop, self._alarm.rang = self._next_stop(), False
                self._steps.run(min(goal, stop) - self.state.step)
                self._check(self.state.step == stop)

    def advance_epochs(self, epochs: int) -> None:
        """Train until so many more passes are complete (the present one counts, if it has begun)."""
        goal = self.state.epoch + epochs
        while self.state.epoch < goal and not self.is_over:
            self.advance(self._steps.left)

    def metrics(self) -> dict[str, Any]:
        """Return step, epoch, penalty, "diverged", and for each part of the examples loss and measures (or None)."""
        parts = self.evaluation.measure()
        return {
            "step": self.state.step,
            "epoch": self.state.epoch,
            "penalty": finite(self.evaluation.penalty()),
            **parts,
            "diverged": self.divergence is not None or parts["train"]["loss"] is None,
        }

    def predict(self, inputs: Any) -> Array:
        """Return the outputs (examples, units), in the targets' units, for raw ``inputs``, in prediction mode.

        Inputs are rows of numbers; images and sequences may lie flat in their row or stand in their own shape.
        """
        rows = read_inputs(inputs, self.data.dataset.input_shape)
        return self.data.in_units(self.network.predict(self.data.transform(rows))).T

    def parameters(self) -> dict[str, Any]:
        """Return all parameters as a document of lists."""
        return as_document(self.network, self.network.views)

    def gradients(self) -> dict[str, Any]:
        """Return the gradient of the cost over the whole training set, in the shape of :meth:`parameters`."""
        return as_document(self.network, self.evaluation.gradients().views)

    def set_parameters(self, document: Mapping[str, Any]) -> None:
        """Change any of the parameters, all or none; ExperimentError names the one that is wrong."""
        for view, values in read_parameters(self.network, document):
            view[...] = values
        self._trust_state()

    def reset(self) -> None:
        """Start again from the same seed: the same initial weights, the same order of the examples."""
        self._begin(self.experiment, self.data)

    def adopt(self, experiment: Experiment) -> Adoption:
        """Go on with another experiment, keeping what can be kept; ExperimentError changes nothing.

        A stopping rule starts to count anew.
        """
        new = complete(experiment)
        reason = restart_reason(self.experiment, new)
        if reason:
            others = new.layers != self.experiment.layers
            self._begin(new)
            notice = f"Training starts again, because {reason} changed."
            return Adoption(new, True, [], f"{notice} {describe_layers(self.network)}" if others else notice)
        self.rewind()
        return self._continue(new)

    def rewind(self) -> None:
        """Return to the last finite state, if the training has diverged."""
        if self.divergence is not None:
            self.state.load(self._finite)
            self.divergence = None

    def records(self) -> Records:
        """Return all that was written down."""
        return Records(tuple(self.history), tuple(self.distributions), tuple(self.path))

    def snapshot(self) -> Snapshot:
        """Return a complete copy."""
        found = self.records(), self.divergence, self._stopper.copy()
        return Snapshot(self.experiment, self.state.save(), self._finite, *found)

    def restore(self, snapshot: Snapshot) -> None:
        """Become what was copied, whatever the experiment is now."""
        if snapshot.experiment != self.experiment:
            self._begin(snapshot.experiment)
        self.state.load(snapshot.state)
        self._finite, self.divergence = snapshot.finite, snapshot.divergence
        self._stopper = snapshot.stopper.copy()
        self._metrics_history.records[:] = snapshot.records.history
        self._distribution_history.records[:] = snapshot.records.distributions
        self._path.records[:] = snapshot.records.path

    def _begin(self, experiment: Experiment, data: PreparedData | None = None) -> None:
        """Prepare data, network and state for step 0."""
        self._metrics_history: History[dict[str, Any]] = History(METRICS_SHARE, METRICS_NUMBERS)
        self._distribution_history: History[dict[str, Any]] = History(DISTRIBUTIONS_SHARE, DISTRIBUTIONS_NUMBERS)
        self._connect(experiment, data or prepare(experiment.data, experiment.seed))
        self.network.initialise(experiment.seed)
        self._path = Path(self.network.parameters.layout.size)
        self._trust_state()
        self._record()

    def _connect(self, experiment: Experiment, data: PreparedData) -> None:
        """Make network, state, steps and evaluation that belong together; all parameters are zero."""
        self.experiment, self.data = experiment, data
        self._stopper = Stopper(experiment.stopping)
        self.network: Network = build(experiment, data.shape, data.output_units)
        self.state = self._fresh_state()
        self.evaluation = Evaluation(experiment, data, self.network)
        for history in (self._metrics_history, self._distribution_history):
            history.expect(len(data.inputs) * self.network.numbers)
        part = self.evaluation.training_part
        augment = data.augmenter(experiment.data.augmentation, self.state.generators["augmentation"])
        self._steps = Steps(experiment, self.network, self.state, part.matrix(), augment, part.weight_rows)

    def _fresh_state(self) -> TrainingState:
        theta, optimizer, seed = self.network.parameters.theta, self.experiment.optimizer, self.experiment.seed
        slots = zeros((len(optimizer.slots), theta.size), theta.dtype)
        order = np.arange(len(self.data.indices["train"]))
        return TrainingState(theta, self.network.statistics.theta, slots, order, random_streams(self.network, seed))

    def _continue(self, new: Experiment) -> Adoption:
        """Build the new network beside the old one and move over what has a counterpart."""
        old_network, old_state, old_data, old = self.network, self.state, self.data, self.experiment
        data = old_data if old.data == new.data else prepare(new.data, new.seed)
        self._connect(new, data)
        self.network.initialise(new.seed)
        inheritance = Inheritance(old_network, self.network, (old_data.feature_names, data.feature_names))
        kept = ["step", *inheritance.copy(old_state.theta, self.state.theta)]
        inheritance.copy(old_state.statistics, self.state.statistics, "statistics")
        self._distribution_history.records[:] = inheritance.rename(self.distributions)
        self.state.go_on_from(old_state)
        same_optimizer = old.optimizer.kind == new.optimizer.kind
        if same_optimizer:
            for source, target in zip(old_state.slots, self.state.slots, strict=True):
                inheritance.copy(source, target)
            self.state.slots_since = old_state.slots_since
            kept.append("optimizer")
        if old_network.parameters.layout.shapes != self.network.parameters.layout.shapes:
            self._path = Path(self.network.parameters.layout.size)
            self._path.record(self.state.step, self.state.theta)
        self._trust_state()
        return Adoption(new, False, kept, describe(inheritance, same_optimizer))

    def _next_stop(self) -> int:
        """Return the step up to which nothing has to be looked at."""
        step = self.state.step
        due = max(step + 1, min(self._metrics_history.due, self._distribution_history.due, self._path.due))
        stop = min((step // CHECK_EVERY + 1) * CHECK_EVERY, due)
        return stop if self._stopper.rule.kind == "none" else min(stop, step + self._steps.left)

    def _check(self, at_stop: bool) -> None:
        """Look whether all numbers are finite, and write down what is due; see :mod:`engine.divergence`.

        ``at_stop``: whether training would have stopped for a moment here in any case, whoever watches.
        """
        rang = self._alarm.is_heeded()
        if rang or not (is_finite if at_stop else parameters_are_finite)(self.evaluation):
            self._find_divergence()
        if self.divergence is None and at_stop:
            self._record()
        if self.divergence is not None:
            return
        if self.state.step % CHECK_EVERY == 0:
            self._finite = self.state.save()
        if self.state.position == 0 and self._stopper.rule.kind != "none":
            self._look()

    def _look(self) -> None:
        """Ask the stopping rule, after an epoch."""
        rule, place = self._stopper.rule, {"step": self.state.step, "epoch": self.state.epoch}
        self._stopper.look(self.state, self.metrics() if rule.needs_metrics else place)
        if self.stopped:
            self._finite = self.state.save()

    def _record(self) -> None:
        if self.state.step >= self._metrics_history.due:
            measured = self.metrics()
            if measured["train"]["loss"] is None:
                self._find_divergence(thorough=True)
            if self.divergence is not None:
                return
            self._metrics_history.records.append(measured)
        if self.state.step >= self._distribution_history.due:
            place = {"step": self.state.step, "epoch": self.state.epoch}
            self._distribution_history.records.append({**place, "layers": distributions(self.evaluation)})
        self._path.record(self.state.step, self.state.theta)

    def _find_divergence(self, thorough: bool = False) -> None:
        """Replay from the last finite copy, step by step; end after the first step in which something is not finite.

        ``thorough``: look at the loss after each step. If all is well after all, the present becomes the finite copy.
        """
        present = self.state.step
        self.state.load(self._finite)
        while self.state.step < present:
            self._finite, self._alarm.rang = self.state.save(), False
            self._steps.run(1)
            if self._alarm.rang or not is_finite(self.evaluation, thorough):
                self.state.load(self._finite)
                self.divergence = locate(self._steps, self.evaluation)
                if self.divergence is not None:
                    return
        self._finite = self.state.save()

    def _trust_state(self) -> None:
        """Take the present state as the one to return to."""
        self.divergence, self._alarm = None, Alarm()
        self._finite = self.state.save()


def random_streams(network: Network, seed: int) -> dict[str, np.random.Generator]:
    """Return all generators that a training draws from after its first parameters."""
    return {
        "shuffling": stream(seed, "shuffling"),
        "augmentation": stream(seed, "augmentation"),
        **generators(network, seed),
    }
