"""Replicas: initial conditions as experiments. Many networks of one architecture train together, step by step.

They differ in what they began with (seeds) or in how fast they learn (learning rates), and each one equals its single
:class:`engine.training.Training` to rounding. Small networks together cost a fraction of what they cost one after
another, see :mod:`engine.lockstep`::

    replicas = Replicas(experiment, seeds=range(20))
    replicas.advance_epochs(100)
    losses = [record["test"]["loss"] for record in replicas.metrics()]
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import numpy as np

from engine.calls import Calculating
from engine.data import PreparedData, prepare
from engine.documents import as_document, read_inputs
from engine.errors import ExperimentError
from engine.evaluation import Evaluation, finite
from engine.experiment import Experiment, complete
from engine.history import METRICS_NUMBERS, METRICS_SHARE, History
from engine.network import Network, build
from engine.replica_steps import Examples, Joint, ReplicaSteps
from engine.state import TrainingState
from engine.stopper import Stopper
from engine.training import CHECK_EVERY, random_streams
from engine.types import Array

MAXIMUM_REPLICAS = 1024
MAXIMUM_NUMBERS = 100_000_000
"""Numbers that all replicas together may keep, or nearly so (800 MB in double precision)."""
PARAMETER_COPIES = 10
"""For each parameter: itself, its gradient, what the optimizer remembers, and room to compute a step in."""
SIGNAL_COPIES = 4
"""For each activation: itself, its gradient, its slope, and room to compute them in."""


@dataclass(eq=False)
class Replica:
    """One of them: its experiment, and where it stands."""

    experiment: Experiment
    """What a single training would be given."""
    data: PreparedData
    evaluation: Evaluation
    """Of the network that all share: its parameters have to be loaded first."""
    state: TrainingState
    """Views of the numbers of all."""
    stopper: Stopper
    history: History[dict[str, Any]]
    diverged: int | None = None
    """The step at which a number was found that is not finite."""
    end: tuple[Array, ...] = ()
    """Copies of all its numbers, once the stopping rule has ended it."""

    @property
    def is_over(self) -> bool:
        """Whether it learns no more."""
        return self.diverged is not None or bool(self.stopper.reason)

    @property
    def numbers(self) -> tuple[Array, ...]:
        """All numbers that a step changes."""
        return self.state.theta, self.state.statistics, self.state.slots

    def stop(self) -> None:
        """Remember the present numbers as the last."""
        self.end = tuple(numbers.copy() for numbers in self.numbers)

    def hold(self) -> None:
        """Undo what steps of the others have done to it, if its stopping rule has ended it."""
        for numbers, last in zip(self.numbers, self.end, strict=False):
            numbers[...] = last


class Replicas:
    """Networks of one architecture that learn together, as far as they are told to."""

    def __init__(
        self,
        experiment: Experiment,
        seeds: Sequence[int] | None = None,
        learning_rates: Sequence[float] | None = None,
        data: PreparedData | None = None,
    ) -> None:
        """Prepare a replica for each seed, each learning rate, or each pair of the two; ExperimentError refuses.

        A seed decides about everything that is drawn: the examples, how they are dealt, the first parameters, the order
        and dropout. With ``data`` all get these examples, and seeds decide about the rest.
        """
        self.experiments = variations(experiment, seeds, learning_rates)
        """What each replica would be as a single training."""
        first = data or prepare(self.experiments[0].data, self.experiments[0].seed)
        self._network: Network = build(self.experiments[0], first.shape, first.output_units)
        check_size(self._network, self.experiments, first, data is not None)
        dealt = {self.experiments[0].seed: first}
        for one in self.experiments:
            if one.seed not in dealt:
                dealt[one.seed] = data or prepare(one.data, one.seed)
                check_alike(first, dealt[one.seed], one.seed)
        self._connect([dealt[one.seed] for one in self.experiments])
        self._record()

    @property
    def step(self) -> int:
        """How many steps those that are not over have taken."""
        return self._steps.step

    @property
    def epoch(self) -> int:
        """How many passes over the examples they have completed."""
        return self._steps.epoch

    @property
    def is_over(self) -> bool:
        """Whether none of them can take another step."""
        return all(one.is_over for one in self._replicas)

    @property
    def theta(self) -> Array:
        """All parameters, (replicas, parameters); of each layer in the order of its single network."""
        return self._joint.parameters.theta

    @property
    def history(self) -> list[list[dict[str, Any]]]:
        """What :meth:`metrics` answered for each replica at the recorded steps, oldest first."""
        return [one.history.records for one in self._replicas]

    @property
    def stopped(self) -> list[str]:
        """Why the stopping rule has ended each replica; empty while it may go on."""
        return [one.stopper.reason for one in self._replicas]

    @property
    def diverged(self) -> list[int | None]:
        """The step at which a number of each replica was found not to be finite; None while all is well.

        It may be found up to CHECK_EVERY steps late; a single training finds the first such step, and the layer.
        """
        return [one.diverged for one in self._replicas]

    def advance(self, steps: int) -> None:
        """Take exactly so many steps with each replica that is not over; what ends one does not disturb the others."""
        goal = self.step + steps
        with Calculating(all="ignore"):
            while self.step < goal and not self.is_over:
                self._steps.run(min(goal, self._next_stop()) - self.step)
                self._check()

    def advance_epochs(self, epochs: int) -> None:
        """Train until so many more passes are complete (the present one counts, if it has begun)."""
        goal = self.epoch + epochs
        while self.epoch < goal and not self.is_over:
            self.advance(self._steps.left)

    def metrics(self) -> list[dict[str, Any]]:
        """Return for each replica what :meth:`engine.training.Training.metrics` would."""
        return [self._measure(one) for one in self._replicas]

    def losses(self) -> Array:
        """Return the mean loss of each replica over its training examples, as it is made small: (replicas,)."""
        with np.errstate(all="ignore"):
            return np.array([self._loaded(one).evaluation.loss() for one in self._replicas])

    def parameters(self, replica: int) -> dict[str, Any]:
        """Return all parameters of one replica as a document of lists."""
        self._loaded(self._replicas[replica])
        return as_document(self._network, self._network.views)

    def predict(self, replica: int, inputs: Any) -> Array:
        """Return one replica's outputs (examples, units) for raw ``inputs``, as a training's ``predict`` does."""
        data = self._loaded(self._replicas[replica]).data
        rows = read_inputs(inputs, data.dataset.input_shape)
        return data.in_units(self._network.predict(data.transform(rows))).T

    def _connect(self, dealt: list[PreparedData]) -> None:
        """Make numbers, states, steps and evaluations that belong together."""
        experiments, network = self.experiments, self._network
        evaluations = {id(data): Evaluation(experiments[0], data, network) for data in dealt}
        examples = Examples([evaluations[id(data)].training_part for data in dealt])
        self._joint = Joint(network, experiments[0].optimizer, len(experiments), examples.count)
        self._replicas = [self._replica(number, data, evaluations[id(data)]) for number, data in enumerate(dealt)]
        states = [one.state for one in self._replicas]
        changes = [
            one.data.augmenter(one.experiment.data.augmentation, one.state.generators["augmentation"])
            for one in self._replicas
        ]
        self._steps = ReplicaSteps(experiments, network, self._joint, states, examples, changes)

    def _replica(self, number: int, data: PreparedData, evaluation: Evaluation) -> Replica:
        """Return a replica at step 0."""
        experiment, history = self.experiments[number], History[dict[str, Any]](METRICS_SHARE, METRICS_NUMBERS)
        history.expect(len(data.inputs) * self._network.numbers)
        self._network.initialise(experiment.seed)
        state = self._joint.state(number, random_streams(self._network, experiment.seed))
        state.theta[...], state.statistics[...] = self._network.parameters.theta, self._network.statistics.theta
        return Replica(experiment, data, evaluation, state, Stopper(experiment.stopping), history)

    def _loaded(self, one: Replica) -> Replica:
        """Give the network that evaluates the numbers of a replica, and return this."""
        self._network.parameters.theta[...] = one.state.theta
        self._network.statistics.theta[...] = one.state.statistics
        return one

    def _measure(self, one: Replica) -> dict[str, Any]:
        evaluation = self._loaded(one).evaluation
        with np.errstate(all="ignore"):
            parts = evaluation.measure()
            place = {"step": one.state.step, "epoch": one.state.epoch, "penalty": finite(evaluation.penalty())}
        return {**place, **parts, "diverged": one.diverged is not None or parts["train"]["loss"] is None}

    def _next_stop(self) -> int:
        """Return the step up to which nothing has to be looked at."""
        due = min(one.history.due for one in self._replicas if not one.is_over)
        stop = min((self.step // CHECK_EVERY + 1) * CHECK_EVERY, max(due, self.step + 1))
        return stop if self.experiments[0].stopping.kind == "none" else min(stop, self.step + self._steps.left)

    def _check(self) -> None:
        """Look whose numbers are not finite, write down what is due, and ask the stopping rules after an epoch."""
        sound = [bool(np.isfinite(row).all()) for row in self.theta]
        for one, is_sound in zip(self._replicas, sound, strict=True):
            one.hold()
            if not one.is_over:
                self._steps.mark(one.state)
                one.diverged = None if is_sound else self.step
        self._record()
        if self._steps.position == 0:
            self._look()

    def _record(self) -> None:
        """Write down the metrics of those that go on, if that is due."""
        for one in self._replicas:
            if not one.is_over and self.step >= one.history.due:
                measured = self._measure(one)
                if measured["diverged"]:
                    one.diverged = self.step
                else:
                    one.history.records.append(measured)

    def _look(self) -> None:
        """Ask the stopping rules, after an epoch."""
        for one in self._replicas:
            if not one.is_over and one.stopper.rule.kind != "none":
                place = {"step": self.step, "epoch": self.epoch}
                one.stopper.look(one.state, self._measure(one) if one.stopper.rule.needs_metrics else place)
                if one.stopper.reason:
                    one.stop()


def variations(
    experiment: Experiment, seeds: Sequence[int] | None, learning_rates: Sequence[float] | None
) -> tuple[Experiment, ...]:
    """Return a complete experiment for each seed, each learning rate, or each pair of both."""
    if seeds is None and learning_rates is None:
        raise ExperimentError("replicas", "say in what they differ: give seeds, learning_rates, or both")
    if seeds is not None and learning_rates is not None and len(seeds) != len(learning_rates):
        message = (
            f"there are {len(seeds)} seeds and {len(learning_rates)} learning rates; each replica needs one of both"
        )
        raise ExperimentError("replicas", message)
    count = len(seeds if seeds is not None else learning_rates or ())
    if not 1 <= count <= MAXIMUM_REPLICAS:
        raise ExperimentError("replicas", f"{count} replicas; there must be 1 to {MAXIMUM_REPLICAS}")
    rates = repeat(experiment.optimizer.learning_rate, count) if learning_rates is None else learning_rates
    pairs = zip(repeat(experiment.seed, count) if seeds is None else seeds, rates, strict=True)
    return tuple(complete(changed(experiment, seed, rate)) for seed, rate in pairs)


def changed(experiment: Experiment, seed: int, learning_rate: float) -> Experiment:
    """Return the experiment with another seed and another learning rate."""
    optimizer = replace(experiment.optimizer, learning_rate=learning_rate)  # type: ignore[type-var]  # each has one
    return replace(experiment, seed=seed, optimizer=optimizer)


def check_alike(first: PreparedData, other: PreparedData, seed: int) -> None:
    """Refuse data that need other networks, or have other numbers of training examples."""
    sizes = [(data.shape, data.output_units, len(data.indices["train"])) for data in (first, other)]
    if sizes[0] != sizes[1]:
        message = (
            f"with the seed {seed} the examples have another shape or number, {sizes[1]} instead of {sizes[0]}, so "
            "this replica cannot keep step with the others; give data that all share"
        )
        raise ExperimentError("seeds", message)


def check_size(network: Network, experiments: Sequence[Experiment], data: PreparedData, shared: bool) -> None:
    """Refuse more replicas than there is memory for; ``shared``: whether all have the same examples."""
    batch = min(experiments[0].batch_size, len(data.indices["train"]))
    each = PARAMETER_COPIES * network.parameters.layout.size + SIGNAL_COPIES * network.numbers * batch
    kept = 2 * data.inputs.size + network.numbers * min(len(data.inputs), network.block)
    sources = 1 if shared else len({one.seed for one in experiments})
    numbers = each * len(experiments) + kept * sources
    if numbers > MAXIMUM_NUMBERS:
        message = (
            f"{len(experiments)} replicas of this network would keep about {numbers:,} numbers; at most "
            f"{MAXIMUM_NUMBERS:,}: take fewer of them, a smaller batch or a smaller network"
        )
        raise ExperimentError("replicas", message)
