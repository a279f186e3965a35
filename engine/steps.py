"""Training steps: batches, forward, loss, backward, penalty, clipping, update."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod

from engine.augmentation import Change
from engine.calls import EACH, Calls, Workspace, run, written_out
from engine.cost import compile_cost
from engine.experiment import Experiment
from engine.network import Network
from engine.parameters import Parameters
from engine.plan import Builder, Signal
from engine.state import TrainingState
from engine.types import Array, IntArray


@dataclass(frozen=True, eq=False)
class StepPlan:
    """One training step for one batch size, in the order in which it runs."""

    batch: Array
    """Where a batch goes: features, a row of ones, encoded targets, weights if there are any, (rows, examples)."""
    draws: Calls
    forward: Calls
    backward: Calls
    update: Calls
    values: dict[str, Array]
    traces: dict[str, dict[str, Array]]

    @property
    def calls(self) -> Calls:
        """All of these calls in turn."""
        return [*self.draws, *self.forward, *self.backward, *self.update]


class Steps:
    """Takes training steps and nothing else: no metrics, no checks."""

    def __init__(
        self,
        experiment: Experiment,
        network: Network,
        state: TrainingState,
        matrix: Array,
        augment: Change | None = None,
        weights: int = 0,
    ) -> None:
        """Train ``network`` on ``matrix``: features, a row of ones, encoded targets, weights; a column an example.

        ``augment`` changes the features of every batch, (rows, examples), in place. The last ``weights`` rows say how
        much each answer counts.
        """
        self.augment, self.weights = augment, weights
        self.experiment, self.network, self.state, self.matrix = experiment, network, state, matrix
        self.examples = len(state.order)
        self.batch_size = min(experiment.batch_size, self.examples)
        layout, vectors = network.parameters.layout, experiment.optimizer.vectors
        self.gradients = Parameters(layout, network.parameters.theta.dtype, vectors=vectors)
        workspace = Workspace(matrix.dtype)
        self._written = experiment.optimizer.scalars(self.learning_rate, 1)
        """What the optimizer has been told last."""
        self._scalars = tuple(workspace.scalar(value) for value in self._written)
        self._plans: dict[int, StepPlan] = {}
        self._loops: dict[int, Callable[[list[IntArray]], None]] = {}
        starts = range(0, self.examples, self.batch_size)
        self._batches = [state.order[start : start + self.batch_size] for start in starts]

    @property
    def learning_rate(self) -> float:
        """The learning rate of the present epoch, as the schedule has it."""
        return self.experiment.optimizer.learning_rate * self.experiment.schedule.factor(self.state.epoch)

    @property
    def left(self) -> int:
        """How many steps the present epoch still has."""
        return -((self.state.position - self.examples) // self.batch_size)

    def run(self, steps: int) -> None:
        """Take so many steps, through as many epochs as that takes."""
        while steps > 0:
            steps -= self._run_in_epoch(steps)

    def run_slowly(self) -> Iterator[tuple[str, StepPlan]]:
        """Take one step and stop after each phase: "forward", "backward", "update"."""
        self._shuffle()
        indices = self._next_batches(1)[0]
        plan = self.plan(len(indices))
        self._set_scalars(self._scalars_after(self.state.step, self.learning_rate))
        self.matrix.take(indices, 1, plan.batch, "clip")
        run(plan.draws + plan.forward)
        yield "forward", plan
        run(plan.backward)
        yield "backward", plan
        run(plan.update)
        self._move_on(1)
        yield "update", plan

    def plan(self, batch: int) -> StepPlan:
        """Return the calls of a step on ``batch`` examples."""
        if batch not in self._plans:
            self._plans[batch] = self._compile(batch)
        return self._plans[batch]

    def _shuffle(self) -> None:
        """Put the examples into a new order if an epoch begins."""
        if self.state.position == 0 and self.experiment.shuffle:
            self.state.generators["shuffling"].shuffle(self.state.order)

    def _run_in_epoch(self, most: int) -> int:
        """Take so many steps, or those that the present epoch has left, at one learning rate; return how many."""
        self._shuffle()
        batches, rate, step = self._next_batches(most), self.learning_rate, self.state.step
        values = self._scalars_after(step, rate)
        if values == self._scalars_after(step + len(batches) - 1, rate):
            self._set_scalars(values)
            self._take(batches)
        else:
            for number, indices in enumerate(batches, step):
                self._set_scalars(self._scalars_after(number, rate))
                self._take([indices])
        self._move_on(len(batches))
        return len(batches)

    def _move_on(self, steps: int) -> None:
        """Write down that so many steps of the present epoch have been taken."""
        state = self.state
        state.step, state.position = state.step + steps, state.position + steps * self.batch_size
        if state.position >= self.examples:
            state.epoch, state.position = state.epoch + 1, 0

    def _next_batches(self, most: int) -> list[IntArray]:
        """Return the batches of the next steps of the present epoch; the last of all may be smaller."""
        start, size = self.state.position, self.batch_size
        if start % size == 0:
            return self._batches[start // size : start // size + most]
        stop = min(start + most * size, self.examples)
        return [self.state.order[first : first + size] for first in range(start, stop, size)]

    def _take(self, batches: list[IntArray]) -> None:
        """Take a step with each batch."""
        size = len(batches[-1])
        if size < len(batches[0]):
            self._loop(self.batch_size)(batches[:-1])
            batches = batches[-1:]
        self._loop(size)(batches)

    def _loop(self, size: int) -> Callable[[list[IntArray]], None]:
        """Return what takes a step with each of some batches of ``size`` examples."""
        if size not in self._loops:
            plan = self.plan(size)
            self._loops[size] = written_out([(self.matrix.take, (EACH, 1, plan.batch, "clip")), *plan.calls])
        return self._loops[size]

    def _scalars_after(self, step: int, learning_rate: float) -> tuple[float, ...]:
        """Return what the optimizer needs to know for the step after ``step``."""
        return self.experiment.optimizer.scalars(learning_rate, step - self.state.slots_since + 1)

    def _set_scalars(self, values: tuple[float, ...]) -> None:
        """Write what the optimizer needs to know for the next step."""
        if values != self._written:
            for scalar, value in zip(self._scalars, values, strict=True):
                scalar[()] = value
            self._written = values

    def _compile(self, size: int) -> StepPlan:
        builder = self.network.builder(size, self.gradients, self.state.generators)
        builder.hurries = True
        batch = builder.buffer((len(self.matrix),))
        if self.augment is not None:
            builder.draws.append((self.augment, (batch[: prod(self.network.input_shape)],)))
        return compile_step(
            self.experiment, self.network, builder, batch, self.weights, self.state.slots, self._scalars
        )


def compile_step(
    experiment: Experiment,
    network: Network,
    builder: Builder,
    batch: Array,
    weights: int,
    slots: Array,
    scalars: tuple[Array, ...],
) -> StepPlan:
    """Return the calls of a step on the examples in ``batch``, see :class:`Steps`.

    ``builder`` knows the parameters and how many examples there are; of several replicas each array has a row for each.
    """
    features, end = prod(network.input_shape), len(batch) - weights
    x = Signal(batch[:features].reshape(*network.input_shape, -1), batch[: features + 1], None)
    found = batch[end:] if weights else None
    walk = compile_cost(experiment, network, builder, x, batch[features + 1 : end], builder.examples, found)
    update = compile_update(experiment, builder, slots, scalars)
    return StepPlan(batch, builder.draws, builder.forward, builder.backward, update, walk.values, walk.traces)


def compile_update(experiment: Experiment, builder: Builder, slots: Array, scalars: tuple[Array, ...]) -> Calls:
    """Return the calls from the gradients of the mean loss to the new parameters: penalty, clipping, optimizer."""
    assert builder.gradients is not None
    theta, gradient, workspace = builder.parameters.theta, builder.gradients.theta, builder.workspace
    mask = builder.parameters.layout.mask(theta.dtype)
    penalty = experiment.regularizer.backward(theta, gradient, mask, workspace)
    clipping = experiment.clipping.calls(gradient, workspace)
    update = experiment.optimizer.update(theta, builder.gradients.vectors, slots, scalars, mask, workspace)
    return penalty + clipping + update
