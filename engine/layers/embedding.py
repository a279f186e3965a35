"""Embedding: a learned vector for every symbol."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Interval

from engine.calls import Calls
from engine.initializers import Initializer, RandomUniform
from engine.layers.dense import MAXIMUM_UNITS
from engine.layers.layer import Layer, layers
from engine.parameters import Shape
from engine.registry import Help, Slider
from engine.types import Array, IntArray

if TYPE_CHECKING:
    from engine.plan import Builder, Signal

MAXIMUM_SYMBOLS = 1000


@layers.register("embedding")
class Embedding(Layer):
    """Looks up a vector for each symbol of a sequence, and learns these vectors: symbols used alike come to lie close.

    Symbols are whole numbers from 0; where sequences differ in length, 0 is padding (Keras's mask_zero). It is a dense
    layer without bias on one-hot inputs, only that nobody multiplies by zeros.
    """

    title = "Embedding"
    formula = r"a_t = E_{x_t}"
    try_this = "Two dimensions for the letters of a small text: look which of them end up as neighbours."
    source = "Bengio, Ducharme, Vincent and Jauvin, 2003"
    input_rank = 1

    input_dim: Annotated[
        int,
        Interval(ge=1, le=MAXIMUM_SYMBOLS),
        Slider(2, 100, step=1),
        Help("Symbols", "How many different numbers may come in, 0 included; a larger one counts as the largest.", "V"),
    ] = 32
    output_dim: Annotated[
        int,
        Interval(ge=1, le=MAXIMUM_UNITS),
        Slider(1, 32, step=1),
        Help("Dimensions", "How many numbers a vector has.", "n"),
    ] = 8
    initializer: Annotated[Initializer, Help("Initializer", "How the first vectors are drawn.", "E_0")] = RandomUniform(
        limit=0.05  # type: ignore[call-arg]  # mypy cannot see through a registry
    )

    def output_shape(self, shape: Shape) -> Shape:
        """Return (time, output_dim)."""
        if len(shape) != 1:
            raise ValueError(f"it reads one whole number for each time step, (time,), and gets the shape {shape}")
        return (*shape, self.output_dim)

    def parameter_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return embeddings (input_dim, output_dim)."""
        return {"embeddings": (self.input_dim, self.output_dim)}

    def initial_parameters(self, shape: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Draw the vectors."""
        drawn = self.initializer.draw(rng, (self.input_dim, self.output_dim), self.input_dim, self.output_dim)
        return {"embeddings": drawn}

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Add the look-up; backwards, what arrives for a symbol is added up in its row. x itself has no slope."""
        (time, examples), size = x.values.shape, self.output_dim
        out = builder.signal((time, size))
        tokens, found = np.zeros((time, examples), np.intp), builder.workspace.empty((time, examples, size))
        table = builder.weights().reshape(self.input_dim, size)
        forward: Calls = [
            (np.copyto, (tokens, x.values, "unsafe")),
            (table.take, (tokens, 0, found, "clip")),
            (np.copyto, (out.values, found.transpose(0, 2, 1))),
        ]
        builder.add(forward, self._backward(builder, out, tokens))
        return out

    def _backward(self, builder: "Builder", out: "Signal", tokens: IntArray) -> Calls:
        """Return one product with one-hot columns, of a row for each symbol."""
        slopes = builder.weight_gradients()
        if out.gradient is None or slopes is None:
            return []
        numbers = np.arange(self.input_dim)[:, None]
        hot = builder.workspace.empty((self.input_dim, tokens.size))
        arrived = builder.workspace.empty((*tokens.shape, self.output_dim))
        rows = arrived.reshape(-1, self.output_dim)
        return [
            (np.equal, (tokens.reshape(1, -1), numbers, hot)),
            (np.copyto, (arrived, out.gradient.transpose(0, 2, 1))),
            *builder.outer(hot, rows.T, slopes.reshape(self.input_dim, self.output_dim)),
        ]
