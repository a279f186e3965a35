"""Flattening: an image or a sequence laid out as one row of numbers."""

from math import prod
from typing import TYPE_CHECKING

from engine.layers.layer import Layer, layers
from engine.parameters import Shape

if TYPE_CHECKING:
    from engine.plan import Builder, Signal


@layers.register("flatten")
class Flatten(Layer):
    """Lays an image out as one row of numbers, so that a dense layer can weigh all of them; nothing is computed.

    The order is Keras's: row by row, in a row pixel by pixel, and of each pixel all channels.
    """

    title = "Flatten"
    formula = r"a_{(y\,w + x)\,C + c} = x_{y x c}"
    try_this = "Put a convolution before it: the row then holds patterns that were found, and not raw pixels."
    source = "Keras (2015) has the same layer"
    input_rank = 3
    side_by_side = True

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height · width · channels,)."""
        return (prod(shape),)

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Add nothing: the numbers lie in this order already."""
        flat = (-1, builder.batch)
        gradient = None if x.gradient is None else x.gradient.reshape(flat)
        return x._replace(values=x.values.reshape(flat), gradient=gradient)
