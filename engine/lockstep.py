"""Lockstep: the plan of a step that several replicas of one network take together.

The batches of all replicas lie side by side: a signal has the columns of the first replica, then those of the second.
So a call that works on each number by itself is made once for all, and on small networks a step is hardly more than its
calls. Products, sums over examples and chance know where one replica ends. A layer that does such things in its own way
(:attr:`engine.layers.Layer.side_by_side`) gets calls of its own for each replica, between two copies.
"""

from collections.abc import Mapping, Sequence
from types import EllipsisType

import numpy as np

from engine.calls import Call, Calls
from engine.chance import even_calls
from engine.layers import Layer
from engine.parameters import Parameters
from engine.plan import Builder, Signal
from engine.types import Array

GAP = 16
"""Columns of every signal that mean nothing, after those of all replicas. Rows that begin a power of two apart would
all share the same few places of the processor's cache, and products take almost twice as long. So many, so that rows
may all begin a line of it (:mod:`engine.memory`)."""


class ReplicaBuilder(Builder):
    """Collects the calls of a step for several replicas, side by side, each with as many examples.

    In what follows ``values`` are (units, columns), or (units, places · columns) where a layer works on every time step
    or pixel alike; the columns are replicas · examples and a gap.
    """

    def __init__(
        self,
        examples: int,
        parameters: Parameters,
        gradients: Parameters,
        generators: Sequence[Mapping[str, np.random.Generator]],
        statistics: Parameters,
    ) -> None:
        """Start a plan for ``examples`` of each replica.

        Parameters, gradients and statistics have a row for each replica, ``generators`` an entry.
        """
        self.replicas, self.chance = len(generators), generators
        super().__init__(self.replicas * examples + GAP, parameters, gradients, statistics=statistics)
        self.examples = examples

    @property
    def training(self) -> bool:
        """Always: replicas only learn together; each predicts by itself."""
        return True

    def passed_on(self, layer: Layer, x: Signal) -> Signal:
        """Add the calls of ``layer``, if need be those of one replica after the other."""
        if layer.side_by_side:
            return super().passed_on(layer, x)
        alone = [Alone(self, layer, x, replica) for replica in range(self.replicas)]
        out = self.signal(alone[0].out.values.shape[:-1])
        for one in alone:
            self.draws += one.builder.draws
        forward = [call for one in alone for call in one.forward(x, out)]
        self.add(forward, [call for one in alone for call in one.backward(x, out)])
        return out

    def product(self, weights: Array, values: Array, out: Array) -> Call:
        """Return the call of out := weights · values for each replica; ``weights`` have one matrix for each."""
        one, other = self._matrices(values), self._matrices(out)
        if weights.shape[-1] > 1:
            return np.matmul, (weights, one, other)
        columns, rows = self.workspace.empty((*weights.shape[:-1], 2)), self.workspace.empty((2, *values.shape[1:]))
        return multiply_columns, (weights, values, columns, rows, self._matrices(rows), other)

    def outer(self, left: Array, right: Array, out: Array) -> Calls:
        """Return the call of out := left · rightᵀ for each replica: the sum over its examples, of all places."""
        one, other = self._matrices(left), self._matrices(right).mT
        if one.ndim == 3:
            return [(np.matmul, (one, other, out))]
        return [(add_products, (one, other, self.workspace.empty((len(one), *out.shape)), out))]

    def total(self, values: Array, out: Array, factor: float = 1.0) -> Call:
        """Return the call that writes ``factor`` times the sums over the examples into ``out`` (units, replicas)."""
        return add_up, (self.apart(values), self.workspace.scalar(factor), out)

    def apart(self, values: Array) -> Array:
        """Return ``values`` as (units, places, replicas, examples), the same memory."""
        places = self.without_gap(values.reshape(*values.shape[:-1], -1, self.batch))
        return places.reshape(*places.shape[:-1], self.replicas, self.examples)

    def beside(self, vector: Array, values: Array) -> Array:
        """Return one number for each unit and replica as it stands beside :meth:`apart`."""
        return vector[:, None, :, None]

    def uniform(self, out: Array) -> Calls:
        """Return the calls that fill ``out`` (…, columns), for each replica from its own generator."""
        drawn = self.workspace.empty((self.replicas, *out.shape[:-1], self.examples))
        fill: Calls = []
        for generators, mine in zip(self.chance, drawn, strict=True):
            fill += even_calls(generators[self.layer], mine, self.workspace)
        target = self.without_gap(out).reshape(*out.shape[:-1], self.replicas, self.examples)
        return [*fill, (np.copyto, (target, np.moveaxis(drawn, 0, -2)))]

    def without_gap(self, values: Array) -> Array:
        """Return the columns of ``values`` that are examples, the same memory."""
        return values[..., : self.replicas * self.examples]

    def columns(self, replica: int) -> tuple[EllipsisType, slice]:
        """Return the index of a replica's columns in a signal."""
        return ..., slice(replica * self.examples, (replica + 1) * self.examples)

    def _matrices(self, values: Array) -> Array:
        """Return a matrix (units, examples) for each replica, of several places (places, replicas, …)."""
        matrices = self.apart(values).transpose(1, 2, 0, 3)
        return matrices[0] if len(matrices) == 1 else matrices


class Alone:
    """One layer of one replica, planned as for a single network."""

    def __init__(self, together: ReplicaBuilder, layer: Layer, x: Signal, replica: int) -> None:
        """Plan ``layer`` for what ``x`` holds of the ``replica``."""
        assert together.gradients is not None
        assert together.statistics is not None
        self.columns = together.columns(replica)
        self.builder = Builder(
            together.examples,
            together.parameters.row(replica),
            together.gradients.row(replica),
            together.chance[replica],
            statistics=together.statistics.row(replica),
        )
        self.builder.layer = together.layer
        self.x = self.builder.signal(x.values.shape[:-1], trained=x.gradient is not None)
        padding = None if x.padding is None else x.padding[self.columns]
        self.out = layer.compile(self.builder, self.x._replace(padding=padding))

    def forward(self, x: Signal, out: Signal) -> Calls:
        """Return the calls that copy from ``x``, run the layer and copy to ``out``."""
        copy_in: Call = (np.copyto, (self.x.values, x.values[self.columns]))
        return [copy_in, *self.builder.forward, (np.copyto, (out.values[self.columns], self.out.values))]

    def backward(self, x: Signal, out: Signal) -> Calls:
        """Return the calls that copy the gradient from ``out``, run the layer's way back and copy to ``x``."""
        calls = self.builder.backward
        if self.out.gradient is not None and out.gradient is not None:
            calls = [(np.copyto, (self.out.gradient, out.gradient[self.columns])), *calls]
        if self.x.gradient is not None and x.gradient is not None:
            calls.append((np.copyto, (x.gradient[self.columns], self.x.gradient)))
        return calls


def multiply_columns(weights: Array, values: Array, columns: Array, rows: Array, matrices: Array, out: Array) -> None:
    """Write into ``out`` the products of ``weights`` with a single column and ``values`` with a single row.

    NumPy leaves a product to BLAS only if both matrices have two or more: ``columns`` and ``rows`` (to which the
    ``matrices`` belong) have another one, of zeros.
    """
    np.copyto(columns[..., :1], weights)
    np.copyto(rows[:1], values)
    np.matmul(columns, matrices, out)


def add_products(left: Array, right: Array, products: Array, out: Array) -> None:
    """Write into ``out`` the sum of the ``products`` left[p] · right[p] of all places p."""
    np.matmul(left, right, products)
    np.add.reduce(products, 0, out=out)


def add_up(values: Array, factor: Array, out: Array) -> None:
    """Write into ``out`` (units, replicas) the sum of ``values`` (units, places, replicas, examples) times factor."""
    np.add.reduce(values, (1, 3), out=out)
    np.multiply(out, factor, out)
