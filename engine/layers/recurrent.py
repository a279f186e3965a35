"""What recurrent layers share: a state that is carried from time step to time step, unrolled in the plan.

A sequence is (time, features, examples), so x[t] is one block of memory. Each time step has its own rows of one stack,
[x_t; h_{t−1}; 1]: one product with [kernel; recurrent kernel; bias] gives the sums of all gates, and the new state is
written straight into the rows of the next step. Backwards, the ∂L/∂(sums) of all steps are kept, and the gradient of
the weights is made of all of them after the loop.
"""

from typing import TYPE_CHECKING, Annotated, ClassVar, TypeAlias

import numpy as np
from annotated_types import Interval

from engine.calls import Call, Calls, Workspace
from engine.initializers import Initializer
from engine.layers.dense import MAXIMUM_UNITS
from engine.layers.layer import Layer
from engine.parameters import Shape
from engine.registry import Help, Slider
from engine.types import Array

if TYPE_CHECKING:
    from engine.plan import Builder, Signal

MAXIMUM_TRUNCATION = 1000
PRODUCTS = 65536
"""Numbers of single steps' products that are added up at once: as many as stay in the processor's second cache."""
FEW = 8
"""Of fewer steps it is not worth while."""

Units: TypeAlias = Annotated[
    int,
    Interval(ge=1, le=MAXIMUM_UNITS),
    Slider(1, 64, step=1),
    Help("Units", "How many numbers the state has.", "n"),
]
ReturnSequences: TypeAlias = Annotated[
    bool,
    Help("Return sequences", "Pass on the state after every time step, as another recurrent layer needs it."),
]
KernelInitializer: TypeAlias = Annotated[
    Initializer, Help("Initializer", "How the first weights of the inputs are drawn.", "W_0")
]
RecurrentInitializer: TypeAlias = Annotated[
    Initializer, Help("Recurrent initializer", "How the first weights of the state are drawn.", "U_0")
]
Truncate: TypeAlias = Annotated[
    int,
    Interval(ge=0, le=MAXIMUM_TRUNCATION),
    Slider(0, 50, step=1),
    Help(
        "Truncate",
        "Cut the way back through time into stretches of so many steps, counted from the end; 0: all the way back.",
        "k",
    ),
]


class Recurrent(Layer):
    """Base of the recurrent layers: they read a sequence step by step and remember in a state.

    A padded time step leaves the state as it is (Keras's masking). Truncated, ∂L/∂h does not pass from one stretch to
    the one before it, so the gradients are no longer exactly those of the loss.
    """

    input_rank = 2
    gates: ClassVar[int] = 1
    """How many sums each unit has."""
    numbers_per_unit: ClassVar[int] = 3
    """How many numbers a plan keeps for each unit and time step, or nearly so."""

    units: int
    return_sequences: bool
    initializer: Initializer
    recurrent_initializer: Initializer
    truncate: int

    def output_shape(self, shape: Shape) -> Shape:
        """Return (time, units), or (units,) where only the last state is passed on."""
        if len(shape) != 2:
            raise ValueError(f"it reads sequences, of the shape (time, features), and gets the shape {shape}")
        return (shape[0], self.units) if self.return_sequences else (self.units,)

    def bias_shape(self) -> Shape:
        """Return (gates · units,)."""
        return (self.gates * self.units,)

    def parameter_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return kernel (features, gates · units), recurrent_kernel (units, gates · units) and bias."""
        columns = self.gates * self.units
        return {
            "kernel": (shape[-1], columns),
            "recurrent_kernel": (self.units, columns),
            "bias": self.bias_shape(),
        }

    def initial_parameters(self, shape: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Draw both kernels, all gates at once as Keras does; biases start at zero."""
        columns = self.gates * self.units
        return {
            "kernel": self.initializer.draw(rng, (shape[-1], columns), shape[-1], columns),
            "recurrent_kernel": self.recurrent_initializer.draw(rng, (self.units, columns), self.units, columns),
            "bias": np.zeros(self.bias_shape()),
        }

    def numbers(self, shape: Shape) -> int:
        """Return the size of the stack, the gates and the states of all time steps."""
        return shape[0] * (shape[1] + self.numbers_per_unit * self.units)

    def unrolled(self, builder: "Builder", x: "Signal") -> "Unrolled":
        """Return the layer's calls and buffers for one plan."""
        raise NotImplementedError

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Add one time step after the other, and backwards through time."""
        run = self.unrolled(builder, x)
        builder.add(run.forward(), run.backward() if run.learns else [])
        builder.traces[builder.layer] = run.traces()
        return run.out


class Unrolled:
    """A recurrent layer in one plan: the buffers of all time steps, and the calls of each."""

    sums: ClassVar[int] = 1
    """How many ∂L/∂(sums) each unit has."""
    ones_before_state: ClassVar[bool] = False
    """Whether the rows of the stack are [x; 1; h] instead of [x; h; 1]."""

    def __init__(self, layer: Recurrent, builder: "Builder", x: "Signal") -> None:
        """Make the stack and what goes out; with a backward pass also the gradients of all states and sums."""
        self.layer, self.builder, self.x, self.workspace = layer, builder, x, builder.workspace
        self.time, self.features, examples = x.values.shape
        self.units = units = layer.units
        self.padding = x.padding
        self.stack = self.workspace.full((self.time + 1, self.features + units + 1, examples), 1.0)
        """What each step's product sees, (time + 1, features + units + 1, examples)."""
        start = self.features + self.ones_before_state
        self.inputs, self.states = self.stack[: self.time, : self.features], self.stack[:, start : start + units]
        self.states[0] = 0.0
        self.out = builder.signal(layer.output_shape(x.values.shape[:-1]))
        self.learns = self.out.gradient is not None
        if self.learns:
            self.state_gradients = self.workspace.empty((self.time, units, examples))
            self.sum_gradients = self.workspace.empty((self.time, self.sums * units, examples))

    @property
    def block(self) -> Array:
        """All parameters of the layer, (features + units + rows of biases, gates · units)."""
        return self.builder.weights().reshape(-1, self.layer.gates * self.units)

    @property
    def block_gradient(self) -> Array:
        """Their gradients, likewise."""
        gradient = self.builder.weight_gradients()
        assert gradient is not None
        return gradient.reshape(self.block.shape)

    def traces(self) -> dict[str, Array]:
        """Return what a probe may read, each (time, units, examples)."""
        traces = {"states": self.states[1:]}
        return {**traces, "state_gradients": self.state_gradients} if self.learns else traces

    def forward(self) -> Calls:
        """Return the calls from the first time step to the last."""
        calls: Calls = [(np.copyto, (self.inputs, self.x.values)), *self.prepare()]
        for t in range(self.time):
            calls += self.step(t)
            calls += self.where_padded(t, self.states[t + 1], self.states[t])
        wanted = self.states[1:] if self.layer.return_sequences else self.states[-1]
        return [*calls, (np.copyto, (self.out.values, wanted))]

    def backward(self) -> Calls:
        """Return the calls from the last time step back to the first that gradients reach."""
        calls = self.prepare_back()
        for t in reversed(range(self.first, self.time)):
            calls += self._arrive(t) + self.step_back(t)
        calls += self.gather()
        if self.first:
            calls.append((self.sum_gradients[: self.first].fill, (0.0,)))
        if self.x.gradient is not None:
            calls += self.below(self.x.gradient)
        return calls

    @property
    def first(self) -> int:
        """The first time step that gradients reach."""
        cut = self.layer.truncate
        return max(0, self.time - cut) if cut and not self.layer.return_sequences else 0

    def is_cut(self, t: int) -> bool:
        """Whether no gradient passes from step ``t`` + 1 to step ``t``; none comes from behind the last."""
        left = self.time - 1 - t
        return left == 0 or bool(self.layer.truncate and left % self.layer.truncate == 0)

    def where_padded(self, t: int, target: Array, source: Array | float) -> Calls:
        """Return the call that copies ``source`` where step ``t`` is padded; none without padding."""
        return [] if self.padding is None else [(np.copyto, (target, source, "same_kind", self.padding[t]))]

    def turned(self, stack: Array) -> tuple[Call, Array]:
        """Return the call that copies the steps that gradients reach to (time, examples, rows), and the copy."""
        used = stack[self.first : self.time].mT
        copy = self.workspace.empty(used.shape)
        return (np.copyto, (copy, used)), copy

    def total(self, stack: Array, turned: Array, out: Array) -> Calls:
        """Return the calls of out := Σₜ stack[t] · turned[t] over the steps that gradients reach.

        Products of one step each need no copy of ``stack``, and on matrices of their size the processor is at its best.
        Where only a few of them could be kept at once, one product of all steps is quicker.
        """
        used = stack[self.first : self.time]
        if out.size * FEW <= PRODUCTS:
            return sum_of_products(used, turned, out, self.workspace)
        beside = used.transpose(1, 0, 2)
        rows = self.workspace.empty(beside.shape)
        columns = turned.reshape(-1, turned.shape[2])
        return [(np.copyto, (rows, beside)), self.builder.product(rows.reshape(len(rows), -1), columns, out)]

    def prepare(self) -> Calls:
        """Return what a forward pass needs before its first step."""
        return []

    def step(self, t: int) -> Calls:
        """Return the calls that turn the rows of step ``t`` into the next state."""
        raise NotImplementedError

    def prepare_back(self) -> Calls:
        """Return what a backward pass needs before its last step."""
        return []

    def from_next(self, t: int) -> Calls:
        """Return the calls that write what step ``t`` + 1 hands back into ``state_gradients[t]``."""
        raise NotImplementedError

    def step_back(self, t: int) -> Calls:
        """Return the calls from ``state_gradients[t]`` to ``sum_gradients[t]``."""
        raise NotImplementedError

    def gather(self) -> Calls:
        """Return the calls that make the gradient of the weights from those of all sums."""
        raise NotImplementedError

    def below(self, gradient: Array) -> Calls:
        """Return the calls that write ∂L/∂x of all steps into ``gradient``."""
        raise NotImplementedError

    def _arrive(self, t: int) -> Calls:
        """Return the calls that collect ∂L/∂h of step ``t``: from the next step and from what goes out."""
        arriving, sequences = self.out.gradient, self.layer.return_sequences
        assert arriving is not None
        here = self.state_gradients[t]
        if self.is_cut(t):
            return [(np.copyto, (here, arriving[t] if sequences else arriving))]
        calls = self.from_next(t)
        calls += self.where_padded(t + 1, here, self.state_gradients[t + 1])
        return [*calls, (np.add, (here, arriving[t], here))] if sequences else calls


def sum_of_products(left: Array, right: Array, out: Array, workspace: Workspace) -> Calls:
    """Return the calls of out := Σₜ left[t] · right[t], (time, m, k) and (time, k, n), a few t at a time."""
    length = max(1, min(len(left), PRODUCTS // out.size))
    products, part = workspace.empty((length, *out.shape)), workspace.empty(out.shape)
    calls: Calls = []
    for start in range(0, len(left), length):
        few = slice(start, start + length)
        found = products[: len(left[few])]
        calls += [
            (np.matmul, (left[few], right[few], found)),
            (np.add.reduce, (found, 0, None, part if start else out)),
        ]
        if start:
            calls.append((np.add, (out, part, out)))
    return calls
