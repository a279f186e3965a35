"""Dense layers: every unit looks at every input."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Interval

from engine.activations import Activation, activations
from engine.calls import Call, Calls
from engine.initializers import Initializer, initializers
from engine.layers.layer import Layer, layers
from engine.parameters import Shape
from engine.registry import Help, Slider
from engine.types import Array

if TYPE_CHECKING:
    from engine.plan import Builder, Signal

MAXIMUM_UNITS = 256


@layers.register("dense")
class Dense(Layer):
    """Lets every unit weigh all inputs, add its bias and bend the sum with an activation function.

    The kernel has a column for each unit (Keras's W, the transpose of the notes'); examples are columns of X. Of a
    sequence every time step is weighed by itself, with the same weights, as in Keras.
    """

    title = "Dense"
    formula = r"A = g(W^\top X + b)"
    try_this = "The circle with one hidden layer: how many units does it take to close the border?"
    source = "Rosenblatt, 1958; Rumelhart, Hinton and Williams, 1986"
    input_rank = 1
    side_by_side = True

    units: Annotated[
        int,
        Interval(ge=1, le=MAXIMUM_UNITS),
        Slider(1, 16, step=1),
        Help("Units", "How many neurons the layer has.", "n"),
    ] = 4
    activation: Annotated[Activation, Help("Activation", "What a neuron makes of its weighted sum.", "g")] = (
        activations["tanh"]()
    )
    initializer: Annotated[Initializer, Help("Initializer", "How the first weights are drawn.", "W_0")] = initializers[
        "glorot_uniform"
    ]()

    def output_shape(self, shape: Shape) -> Shape:
        """Return (units,), of a sequence (time, units)."""
        if len(shape) > 2:
            message = f"it needs a flat row of numbers, and gets the shape {shape}"
            raise ValueError(f"{message}; put a flatten layer before it")
        return (*shape[:-1], self.units)

    def parameter_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return kernel (inputs, units) and bias (units,)."""
        return {"kernel": (shape[-1], self.units), "bias": (self.units,)}

    def initial_parameters(self, shape: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Draw the kernel; biases start at zero."""
        inputs = shape[-1]
        kernel = self.initializer.draw(rng, (inputs, self.units), inputs, self.units)
        return {"kernel": kernel, "bias": np.zeros(self.units)}

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Add the sums, then the activation, in place where it can be."""
        if x.values.ndim == 3:
            return steps_again(builder, self.compile(builder, steps_as_examples(builder, x)), len(x.values))
        columns = x.values.shape[-1]
        out = builder.signal((self.units,), columns=columns)
        apart = builder.keep_sums or self.activation.keeps_input
        z = builder.buffer((self.units,), columns) if apart and self.activation.kind != "linear" else out.values
        add_sums(builder, x, z, out.gradient)
        builder.bend(self.activation, z, out)
        return out


def add_sums(builder: "Builder", x: "Signal", z: Array, gradient: Array | None) -> None:
    """Add z := [W; b]ᵀ [x; 1], and from ``gradient`` = ∂L/∂z one product for [∂W; ∂b] and one for ∂L/∂x."""
    block = builder.block(len(z))
    backward, last = list[Call](), list[Call]()
    weight_gradients = builder.weight_gradients()
    if gradient is not None and weight_gradients is not None:
        last = builder.outer(x.augmented, gradient, weight_gradients.reshape(block.shape))
        if x.gradient is not None:
            backward = [builder.product(block[..., :-1, :], gradient, x.gradient)]
    builder.add([builder.product(block.mT, x.augmented, z)], backward, last)


def steps_as_examples(builder: "Builder", x: "Signal") -> "Signal":
    """Add a copy of a sequence in which every time step is an example: (features, time · examples)."""
    time, features, examples = x.values.shape
    out = builder.signal((features,), trained=x.gradient is not None, columns=time * examples)
    return _turned(builder, x, out, (features, time, examples))


def steps_again(builder: "Builder", x: "Signal", time: int) -> "Signal":
    """Add the way back: a sequence (time, units, examples) from (units, time · examples)."""
    units, examples = len(x.values), builder.batch
    out = builder.signal((time, units), trained=x.gradient is not None)
    spread = x._replace(
        values=x.values.reshape(units, time, examples),
        gradient=None if x.gradient is None else x.gradient.reshape(units, time, examples),
    )
    return _turned(builder, spread, out, (time, units, examples))


def _turned(builder: "Builder", x: "Signal", out: "Signal", shape: Shape) -> "Signal":
    """Add the copy of ``x``, its first two axes exchanged, to ``out`` as ``shape``."""
    backward: Calls = []
    if x.gradient is not None and out.gradient is not None:
        backward = [(np.copyto, (x.gradient, out.gradient.reshape(shape).transpose(1, 0, 2)))]
    builder.add([(np.copyto, (out.values.reshape(shape), x.values.transpose(1, 0, 2)))], backward)
    return out
