"""Plans: a network turned into prepared calls, for one batch size.

A plan is built by walking through the layers once. Each layer takes the signal that comes in, adds its forward and its
backward calls side by side, and answers with the signal that goes out; the backward calls are run in reverse order.
"""

from collections.abc import Iterable, Mapping
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.activations import Activation
from engine.calls import Call, Calls, Workspace
from engine.chance import even_calls
from engine.parameters import Parameters, Shape
from engine.slopes import SIZE, Shelf
from engine.types import Array, BoolArray

if TYPE_CHECKING:
    from engine.layers import Layer

TURN_ROWS, TURN_SIZE = 64, 2048
"""With more rows on the left, and on the right as many numbers, a product with what is turned is worth a turned copy:
OpenBLAS has a faster way for numbers that lie in the order in which they are needed."""


class Signal(NamedTuple):
    """What flows from layer to layer."""

    values: Array
    """(features…, examples)"""
    augmented: Array
    """The same memory as (all features + 1, examples): the last row is ones, so that a bias is one more weight."""
    gradient: Array | None
    """∂L/∂values, of the same shape; None where nobody below has anything to learn from it."""
    padding: BoolArray | None = None
    """Of sequences that differ in length: where a time step is only filled up, (time, examples)."""
    postponed: Activation | None = None
    """The activation function that the next layer has still to apply, to what it has picked."""


class Builder:
    """Collects the calls of a plan and hands out its buffers.

    Whatever is not the same for a batch of one network and for the batches of many, side by side, goes through it:
    parameters, products, sums over examples and chance; see :class:`engine.lockstep.ReplicaBuilder`.
    """

    def __init__(
        self,
        batch: int,
        parameters: Parameters,
        gradients: Parameters | None = None,
        generators: Mapping[str, np.random.Generator] | None = None,
        keep_sums: bool = False,
        statistics: Parameters | None = None,
    ) -> None:
        """Start a plan for ``batch`` examples.

        With ``gradients`` it has a backward pass; with ``generators`` (one for each layer that uses chance) it is in
        training mode, without in prediction mode. ``keep_sums`` keeps the sums z of every layer apart from a.
        ``statistics`` are what layers keep beside their parameters.
        """
        self.batch, self.parameters, self.gradients, self.generators = batch, parameters, gradients, generators
        self.examples = batch
        """How many examples a mean is taken over."""
        self.keep_sums, self.statistics = keep_sums, statistics
        self.workspace = Workspace(parameters.theta.dtype)
        self.layer = ""
        """Name of the layer that is being built."""
        self.sums: dict[str, Array] = {}
        """The z of each layer with an activation, by name; its own only with ``keep_sums``."""
        self.sides: list[Any] = []
        """What changes its sign where a slope jumps, beside the sums: which pixel wins in pooling."""
        self.traces: dict[str, dict[str, Array]] = {}
        """What recurrent layers keep of every time step (states, gates, ∂L/∂h), each (time, units, examples)."""
        self.hurries = False
        """Whether activations may wait until pooling has left fewer numbers; then nobody may ask for them before."""
        self.picked_from = False
        """Whether the layer after the present one only picks some of the numbers that it gets."""
        self.arrived: dict[str, Array] | None = None
        """∂L/∂a as it reaches each layer from above, by name; kept only if this is a dictionary."""
        self.draws: Calls = []
        """What draws random numbers, before the forward pass."""
        self.forward: Calls = []
        self._backward: list[Calls] = []
        self._last: Calls = []
        """What ends the backward pass, the first layer's first."""
        self._shelves: list[Shelf] = []

    @property
    def training(self) -> bool:
        """Whether layers behave as in training (dropout) and not as in prediction."""
        return self.generators is not None

    @property
    def backward(self) -> Calls:
        """The calls of the backward pass: slopes that several layers find together, then the last layer first."""
        together = [shelf.calls() for shelf in self._shelves]
        return [call for calls in (*together, *reversed(self._backward), self._last) for call in calls]

    def add(self, forward: Calls, backward: Calls, last: Iterable[Call] = ()) -> None:
        """Append to the forward pass, and put the backward calls before all those that are there.

        ``last`` are backward calls that no other layer waits for, and whose arguments none writes to. They are made at
        the end: of calls of one kind, one after the other, the processor still has the code at hand.
        """
        self.forward += forward
        if self.gradients is not None:
            self._backward.append(backward)
            self._last += last

    def passed_on(self, layer: "Layer", x: Signal) -> Signal:
        """Add the calls of the present ``layer`` and return what leaves it."""
        return layer.compile(self, x)

    def bend_in_place(self, activation: Activation, x: Signal) -> Signal:
        """Return ``x`` after :meth:`bend` in the same memory, or with that left to the next layer."""
        if self.may_wait(activation):
            return x._replace(postponed=activation)
        self.bend(activation, x.values, x)
        return x

    def may_wait(self, activation: Activation) -> bool:
        """Return whether the present layer can leave ``activation`` to the next one, which has fewer numbers to bend.

        A function that never falls does not change which number of a window is the largest.
        """
        return self.hurries and self.picked_from and activation.never_falls and not activation.keeps_input

    def bend(self, activation: Activation, z: Array, x: Signal) -> None:
        """Add a = g(z) for the present layer's output ``x``, and backwards ∂L/∂z = ∂L/∂a ⊙ g'(z), in place."""
        backward: Calls = [] if x.gradient is None else self.way_back(activation, z, x.values, x.gradient)
        self.add(activation.forward(z, x.values, self.workspace), backward)
        self.sums[self.layer] = z

    def way_back(self, activation: Activation, z: Array, a: Array, gradient: Array) -> Calls:
        """Return the calls that turn ``gradient`` in place from ∂L/∂a into ∂L/∂z, without those of shared slopes."""
        if not (activation.own_way_back or activation.keeps_input):
            for shelf in self._shelves:
                slopes = shelf.slopes_of(activation, a)
                if slopes is not None:
                    return [(np.multiply, (gradient, slopes, gradient))]
        return activation.backward(z, a, gradient, self.workspace)

    def watch(self, x: Signal) -> None:
        """Keep the gradient that arrives at the present layer's output ``x``, if that is wanted."""
        if self.arrived is not None and x.gradient is not None:
            self.arrived[self.layer] = kept = self.workspace.like(x.gradient)
            self.add([], [(np.copyto, (kept, x.gradient))])

    def buffer(self, shape: Shape, columns: int | None = None) -> Array:
        """Return memory for ``shape`` of every example, or as many ``columns`` of it as wanted."""
        return self.workspace.empty((*shape, columns or self.batch))

    def signal(self, shape: Shape, trained: bool = True, columns: int | None = None) -> Signal:
        """Return a signal of ``shape``; with a gradient if something below is ``trained`` and the plan goes back."""
        columns = columns or self.batch
        augmented = self._next_to_last(prod(shape) + 1, columns)
        gradient = self.buffer(shape, columns) if trained and self.gradients is not None else None
        return Signal(augmented[:-1].reshape(*shape, columns), augmented, gradient)

    def keep_together(self, numbers: int) -> Shelf:
        """Put the signals that follow side by side, as long as there is room for so many ``numbers``."""
        self._shelves.append(Shelf(self.workspace, numbers))
        return self._shelves[-1]

    def _next_to_last(self, rows: int, columns: int) -> Array:
        """Return memory of ones, side by side with that of the last signal where there is room or both are small."""
        taken = self._shelves[-1].take(rows, columns) if self._shelves else None
        if taken is not None:
            return taken
        if self.gradients is None or rows * columns > SIZE:
            return self.workspace.full((rows, columns), 1.0)
        self._shelves.append(Shelf(self.workspace))
        return self._next_to_last(rows, columns)

    def product(self, weights: Array, values: Array, out: Array) -> Call:
        """Return the call of out := weights · values; each one piece of memory, the weights turned (mT) or not."""
        return weights.dot, (values, out)

    def outer(self, left: Array, right: Array, out: Array) -> Calls:
        """Return the calls of out := left · rightᵀ: the sum over the examples of what two signals have in common."""
        turned = right.T
        if len(left) <= TURN_ROWS or right.size < TURN_SIZE or turned.flags.c_contiguous:
            return [(left.dot, (turned, out))]
        copy = self.workspace.scratch(turned.shape)
        return [(np.copyto, (copy, turned)), (left.dot, (copy, out))]

    def total(self, values: Array, out: Array, factor: float = 1.0) -> Call:
        """Return the call that writes ``factor`` times the sum over the examples of ``values`` into ``out`` (units,).

        ``values`` are (units, examples), or (units, places · examples), and so they are in the next two.
        """
        return values.dot, (self.workspace.full(values.shape[-1:], factor), out)

    def apart(self, values: Array) -> Array:
        """Return a signal's ``values`` as they stand beside what :meth:`beside` answers, the same memory."""
        return values

    def beside(self, vector: Array, values: Array) -> Array:
        """Return one number for each unit as it stands beside the units' rows of ``values``."""
        return vector[..., None]

    def uniform(self, out: Array) -> Calls:
        """Return the calls that fill ``out`` (…, examples) from the present layer's generator, evenly in [0, 1)."""
        assert self.generators is not None
        return even_calls(self.generators[self.layer], out, self.workspace)

    def weights(self) -> Array:
        """Return all parameters of the present layer, flat."""
        return self.parameters.of(self.layer)

    def block(self, units: int) -> Array:
        """Return all parameters of the present layer as (rows, ``units``)."""
        weights = self.weights()
        return weights.reshape(*weights.shape[:-1], -1, units)

    def weight_gradients(self) -> Array | None:
        """Return where their gradients belong; None in a plan without a backward pass."""
        return None if self.gradients is None else self.gradients.of(self.layer)

    def layer_statistics(self) -> Array:
        """Return what the present layer keeps beside its parameters, flat."""
        assert self.statistics is not None
        return self.statistics.of(self.layer)
