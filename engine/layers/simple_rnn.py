"""The simple recurrent layer: a dense layer that also sees its own last answer."""

from typing import TYPE_CHECKING, Annotated

import numpy as np

from engine.activations import Activation, activations
from engine.calls import Calls
from engine.initializers import initializers
from engine.layers.layer import layers
from engine.layers.recurrent import (
    KernelInitializer,
    Recurrent,
    RecurrentInitializer,
    ReturnSequences,
    Truncate,
    Units,
    Unrolled,
)
from engine.parameters import Shape
from engine.registry import Help
from engine.types import Array

if TYPE_CHECKING:
    from engine.plan import Builder, Signal


@layers.register("simple_rnn")
class SimpleRNN(Recurrent):
    """Reads a sequence step by step: its state is made of the present input and of the state before it.

    Whatever it remembers is multiplied by the same weights at every step, so gradients through time fade or explode.
    PyTorch's RNN has two biases that are only ever added; this one, like Keras's, has one.
    """

    title = "Simple RNN"
    formula = r"h_t = g(W^\top x_t + U^\top h_{t-1} + b)"
    try_this = "The adding problem at length 10, then at 50: at 50 it stays at the guess."
    source = "Elman, 1990; Rumelhart, Hinton and Williams, 1986 (backpropagation through time)"

    units: Units = 8
    activation: Annotated[Activation, Help("Activation", "What a unit makes of its weighted sum.", "g")] = activations[
        "tanh"
    ]()
    return_sequences: ReturnSequences = False
    initializer: KernelInitializer = initializers["glorot_uniform"]()
    recurrent_initializer: RecurrentInitializer = initializers["orthogonal"]()
    truncate: Truncate = 0

    def output_shape(self, shape: Shape) -> Shape:
        """Return (time, units) or (units,); the activation has to work on each unit by itself."""
        if not self.activation.elementwise:
            raise ValueError(f"the activation {self.activation.kind!r} works on whole layers, not on single units")
        return super().output_shape(shape)

    def unrolled(self, builder: "Builder", x: "Signal") -> Unrolled:
        """Return its calls and buffers for one plan."""
        return UnrolledSimpleRNN(self, builder, x)


class UnrolledSimpleRNN(Unrolled):
    """A simple recurrent layer in one plan."""

    layer: SimpleRNN

    def __init__(self, layer: SimpleRNN, builder: "Builder", x: "Signal") -> None:
        """Keep the sums apart from the states where somebody needs them."""
        super().__init__(layer, builder, x)
        self.apart = builder.keep_sums or layer.activation.keeps_input
        self.z = self.workspace.empty(self.states[1:].shape) if self.apart else self.states[1:]
        builder.sums[builder.layer] = self.z

    def step(self, t: int) -> Calls:
        """Return one product and the activation."""
        z = self.z[t]
        a = self.states[t + 1] if self.apart else z
        product = self.builder.product(self.block.T, self.stack[t], z)
        return [product, *self.layer.activation.forward(z, a, self.workspace)]

    def prepare_back(self) -> Calls:
        """Return the calls that find the slopes g' of all steps at once."""
        slopes = self.sum_gradients  # that is where they are needed, and each is needed once
        calls = self.layer.activation.slopes(self.z, self.states[1:], slopes, self.workspace)
        if self.padding is not None:
            calls.append((np.copyto, (slopes, 0.0, "same_kind", self.padding[:, None])))
        return calls

    def from_next(self, t: int) -> Calls:
        """Return U · ∂L/∂z of the next step."""
        back = self.block[self.features : -1]
        return [self.builder.product(back, self.sum_gradients[t + 1], self.state_gradients[t])]

    def step_back(self, t: int) -> Calls:
        """Return ∂L/∂z = ∂L/∂h · g'."""
        sums = self.sum_gradients[t]
        return [(np.multiply, (self.state_gradients[t], sums, sums))]

    def gather(self) -> Calls:
        """Return the sum over all steps."""
        turn, sums = self.turned(self.sum_gradients)
        return [turn, *self.total(self.stack, sums, self.block_gradient)]

    def below(self, gradient: Array) -> Calls:
        """Return W · ∂L/∂z of all steps."""
        return [(np.matmul, (self.block[: self.features], self.sum_gradients, gradient))]
