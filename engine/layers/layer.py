"""What a layer is: a description that knows its shapes and can build its part of a plan."""

from math import prod
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine.parameters import Shape
from engine.registry import Component, Registry
from engine.types import Array

if TYPE_CHECKING:
    from engine.plan import Builder, Signal


class Layer(Component):
    """A step on the way from the features to the output. Shapes are those of one example."""

    input_rank: int | None = None
    """How many axes an example must have: 1 for a flat row, 2 for a sequence, 3 for an image; None if any will do."""
    side_by_side: ClassVar[bool] = False
    """Whether its calls also work on the examples of several replicas, one replica's columns beside another's.

    Elementwise calls do; products, sums over examples and chance do if they go through the builder. Where not, each
    replica gets calls of its own.
    """

    picks: ClassVar[bool] = False
    """Whether it passes on some of the numbers that it gets, unchanged, by their order.

    It can apply a postponed activation function, see :attr:`engine.plan.Signal.postponed`.
    """

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape that leaves the layer when ``shape`` comes in; ValueError says why it cannot."""
        return shape

    def parameter_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return name and shape (Keras's) of each parameter for inputs of ``shape``."""
        return {}

    def initial_parameters(self, shape: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Draw the parameters with which training starts."""
        return {}

    def initial_statistics(self, shape: Shape) -> dict[str, Array]:
        """Return what the layer keeps beside its parameters: measured while training, not learned (moving averages)."""
        return {}

    def numbers(self, shape: Shape) -> int:
        """Return how many numbers a plan keeps for the layer and one example of ``shape``, or nearly so."""
        return prod(self.output_shape(shape))

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Add the layer's calls to the plan and return what leaves it."""
        raise NotImplementedError


layers: Registry[Layer] = Registry(
    "layers", Layer, "Layers", "The building blocks of a network; each works on what the one before it passes on."
)
