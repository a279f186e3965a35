"""Training steps of several replicas at once, each on its own batches, with its own chance and learning rate."""

from collections.abc import Callable, Sequence
from math import ceil, prod
from typing import Any

import numpy as np

from engine.augmentation import Change
from engine.calls import EACH, Calls, Workspace, written_out
from engine.evaluation import Part
from engine.experiment import Experiment
from engine.lockstep import GAP, ReplicaBuilder
from engine.memory import zeros
from engine.network import Network
from engine.optimizers import Optimizer
from engine.parameters import Parameters
from engine.state import TrainingState
from engine.steps import StepPlan, compile_step
from engine.types import Array, IntArray

Loop = Callable[[list[IntArray]], None]


class Joint:
    """The numbers of all replicas in common memory."""

    def __init__(self, network: Network, optimizer: Optimizer, replicas: int, examples: int) -> None:
        """Make room for so many ``replicas`` that learn from so many ``examples`` each."""
        dtype = network.parameters.theta.dtype
        self.parameters = Parameters(network.parameters.layout, dtype, replicas)
        self.statistics = Parameters(network.statistics.layout, dtype, replicas)
        self.slots = zeros((len(optimizer.slots), *self.parameters.theta.shape), dtype)
        """The optimizer's vectors, (slots, replicas, parameters)."""
        self.order: IntArray = np.tile(np.arange(examples), (replicas, 1))
        """The order of each replica's examples in the present epoch."""

    def state(self, replica: int, generators: dict[str, np.random.Generator]) -> TrainingState:
        """Return the state of one replica at step 0, in the same memory."""
        theta, statistics = self.parameters.theta[replica], self.statistics.theta[replica]
        return TrainingState(theta, statistics, self.slots[:, replica], self.order[replica], generators)


class Examples:
    """What all replicas learn from, in one matrix as that of :class:`engine.steps.Steps`."""

    starts: IntArray
    """Where each replica's columns begin, a column."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Put the training parts of all replicas side by side, those that several have only once."""
        different = list({id(part): part for part in parts}.values())
        self.matrix = np.concatenate([part.matrix() for part in different], axis=1)
        self.count: int = parts[0].examples
        self.weight_rows = parts[0].weight_rows
        places = {id(part): number * self.count for number, part in enumerate(different)}
        self.starts = np.array([[places[id(part)]] for part in parts])


class ReplicaSteps:
    """Takes training steps and nothing else, as :class:`engine.steps.Steps` does for one network."""

    def __init__(
        self,
        experiments: Sequence[Experiment],
        network: Network,
        joint: Joint,
        states: Sequence[TrainingState],
        examples: Examples,
        changes: Sequence[Change | None],
    ) -> None:
        """Train replicas of ``network``; the ``experiments`` differ in nothing but seeds and learning rates.

        ``changes`` change the features of each replica's batches, (rows, examples), in place.
        """
        self.experiment, self.network, self.joint, self.states = experiments[0], network, joint, states
        self.batch_size = min(self.experiment.batch_size, examples.count)
        self.step = self.epoch = self.position = 0
        self._examples, self._changes = examples, changes
        self._columns = joint.order + examples.starts
        starts = range(0, examples.count, self.batch_size)
        sizes = [min(self.batch_size, examples.count - start) for start in starts]
        self._batches: list[IntArray] = [np.zeros(len(states) * size + GAP, self._columns.dtype) for size in sizes]
        """The columns that each step of the epoch takes, and for the gap any."""
        self._deal()
        layout, vectors = network.parameters.layout, self.experiment.optimizer.vectors
        self._gradients = Parameters(layout, examples.matrix.dtype, len(states), vectors)
        self._rates = column([experiment.optimizer.learning_rate for experiment in experiments])
        workspace = Workspace(examples.matrix.dtype)
        self._scalars = tuple(workspace.scalar(value) for value in self._scalars_now())
        self._loops: dict[int, Loop] = {}

    @property
    def left(self) -> int:
        """How many steps the present epoch still has."""
        return ceil((self._examples.count - self.position) / self.batch_size)

    def mark(self, state: TrainingState) -> None:
        """Write the present place into a replica's ``state``."""
        state.step, state.epoch, state.position = self.step, self.epoch, self.position

    def run(self, steps: int) -> None:
        """Take so many steps, through as many epochs as that takes."""
        for _ in range(steps):
            self._take_step()

    def _take_step(self) -> None:
        self._prepare()
        stop = min(self.position + self.batch_size, self._examples.count)
        self._loop(stop - self.position)([self._batches[self.position // self.batch_size]])
        self.step += 1
        done = stop == self._examples.count
        self.epoch, self.position = self.epoch + done, 0 if done else stop

    def _prepare(self) -> None:
        """Shuffle if an epoch begins, and set the learning rates."""
        if self.position == 0 and self.experiment.shuffle:
            for state in self.states:
                state.generators["shuffling"].shuffle(state.order)
            self._deal()
        for scalar, value in zip(self._scalars, self._scalars_now(), strict=True):
            scalar[...] = value

    def _deal(self) -> None:
        """Write down for each step of the epoch which columns it takes, replica after replica."""
        np.add(self.joint.order, self._examples.starts, self._columns)
        for number, batch in enumerate(self._batches):
            dealt = self._columns[:, number * self.batch_size :][:, : self.batch_size]
            np.copyto(batch[:-GAP].reshape(dealt.shape), dealt)

    def _scalars_now(self) -> tuple[Any, ...]:
        """Return what the optimizer needs to know for the next step: numbers, or columns with one for each replica."""
        rates = self._rates * self.experiment.schedule.factor(self.epoch)
        return self.experiment.optimizer.scalars(rates, self.step + 1)

    def _loop(self, size: int) -> Loop:
        """Return what takes a step of all replicas on ``size`` examples each."""
        if size not in self._loops:
            plan = self._compile(size)
            self._loops[size] = written_out([(self._examples.matrix.take, (EACH, 1, plan.batch, "clip")), *plan.calls])
        return self._loops[size]

    def _compile(self, size: int) -> StepPlan:
        joint, generators = self.joint, [state.generators for state in self.states]
        builder = ReplicaBuilder(size, joint.parameters, self._gradients, generators, joint.statistics)
        batch = builder.buffer((len(self._examples.matrix),))
        builder.draws += self._augment(builder, batch[: prod(self.network.input_shape)])
        rows = self._examples.weight_rows
        return compile_step(self.experiment, self.network, builder, batch, rows, joint.slots, self._scalars)

    def _augment(self, builder: ReplicaBuilder, features: Array) -> Calls:
        """Return the calls that change each replica's ``features``, if the experiment wants that."""
        calls: Calls = []
        for replica, change in enumerate(self._changes):
            if change is not None:
                part = features[builder.columns(replica)]
                copy = builder.workspace.like(part)
                calls += [(np.copyto, (copy, part)), (change, (copy,)), (np.copyto, (part, copy))]
        return calls


def column(values: list[float]) -> Any:
    """Return ``values`` as a column, or, where all are the same, as one number."""
    return values[0] if len(set(values)) == 1 else np.array(values)[:, None]
