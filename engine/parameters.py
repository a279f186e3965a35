"""Parameters: every number that is learned, in one flat vector with named views."""

from math import prod
from typing import Any, TypeAlias

import numpy as np

from engine.memory import zeros
from engine.types import Array

Shape: TypeAlias = tuple[int, ...]
PENALISED = ("kernel", "recurrent_kernel", "embeddings")
"""What a regularizer charges: weights, never biases."""
Views: TypeAlias = dict[str, dict[str, Array]]
"""Layer name → parameter name → array."""


class Layout:
    """Where each parameter lies in a flat vector: layer by layer, and within a layer in the order of its shapes.

    So the kernel and the bias of a dense layer are neighbours: together one (inputs + 1, units) block.
    """

    def __init__(self, shapes: dict[str, dict[str, Shape]], penalised: tuple[str, ...] = PENALISED) -> None:
        """Lay out ``shapes`` (layer → parameter → shape); ``penalised`` names those that a regularizer charges."""
        self.shapes, self.penalised = shapes, penalised
        self.slices: dict[str, slice] = {}
        start = 0
        for layer, parts in shapes.items():
            stop = start + sum(prod(shape) for shape in parts.values())
            self.slices[layer] = slice(start, stop)
            start = stop
        self.size = start

    def views(self, vector: Array) -> Views:
        """Return a view of ``vector`` for each parameter, for the layers that have any.

        Axes before the last, as of replicas, stay as they are: (replicas, parameters) gives views (replicas, …).
        """
        return {layer: self._parts(layer, vector) for layer, parts in self.shapes.items() if parts}

    def mask(self, dtype: np.dtype[Any] | type) -> Array:
        """Return 1.0 for each number that a regularizer charges (kernels), 0.0 for the others."""
        mask = np.zeros(self.size, dtype)
        for parts in self.views(mask).values():
            for name, view in parts.items():
                view[...] = name in self.penalised
        return mask

    def _parts(self, layer: str, vector: Array) -> dict[str, Array]:
        parts, start = {}, self.slices[layer].start
        for name, shape in self.shapes[layer].items():
            parts[name] = vector[..., start : start + prod(shape)].reshape(*vector.shape[:-1], *shape)
            start += prod(shape)
        return parts


class Parameters:
    """One number for each parameter of a network: its values, or their gradients."""

    def __init__(
        self, layout: Layout, dtype: np.dtype[Any] | type, replicas: int | None = None, vectors: int = 1
    ) -> None:
        """Start with zeros; those of several ``replicas`` of the network are rows of one array.

        They are the first of so many ``vectors``; the others are room for whoever computes with them.
        """
        self.layout = layout
        self.vectors = zeros((vectors, *([] if replicas is None else [replicas]), layout.size), dtype)
        """(vectors, parameters), or (vectors, replicas, parameters)."""
        self.theta: Array = self.vectors[0]
        """All of them, (parameters,), or (replicas, parameters)."""
        self.views = layout.views(self.theta)
        """The same memory by layer and name, in Keras's shapes."""

    def row(self, replica: int) -> "Parameters":
        """Return those of one replica, the same memory."""
        found = Parameters.__new__(Parameters)
        found.layout, found.vectors, found.theta = self.layout, self.vectors[:, replica], self.theta[replica]
        found.views = self.layout.views(found.theta)
        return found

    def of(self, layer: str) -> Array:
        """Return the flat part of one layer, of replicas a row for each."""
        return self.theta[..., self.layout.slices[layer]]
