"""The LSTM: a state with a conveyor belt beside it, on which memories travel unchanged until a gate says otherwise."""

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

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


@layers.register("lstm")
class LSTM(Recurrent):
    """Keeps a second state, the cell, that three gates write, forget and read: memories last for many steps.

    The columns of the kernels are the gates i, f, c, o, as in Keras; PyTorch has them in the same order, calls c g, and
    has two biases that are only ever added. Forget gates start open (bias 1, Keras's default; PyTorch starts at 0).
    """

    title = "LSTM"
    formula = (
        r"\begin{aligned} i, f, o &= \sigma(W^\top x_t + U^\top h_{t-1} + b) \\"
        r" \tilde{c} &= \tanh(W_c^\top x_t + U_c^\top h_{t-1} + b_c) \\"
        r" c_t &= f \odot c_{t-1} + i \odot \tilde{c}, \quad h_t = o \odot \tanh c_t \end{aligned}"
    )
    try_this = "The adding problem at length 50: watch the loss stay at the guess for a while, and then fall."
    source = "Hochreiter and Schmidhuber, 1997; forget gate: Gers, Schmidhuber and Cummins, 2000"
    gates = 4
    numbers_per_unit = 8

    units: Units = 8
    return_sequences: ReturnSequences = False
    initializer: KernelInitializer = initializers["glorot_uniform"]()
    recurrent_initializer: RecurrentInitializer = initializers["orthogonal"]()
    unit_forget_bias: Annotated[
        bool, Help("Forget gates start open", "Their biases start at 1, so that it remembers before it has learned to.")
    ] = True
    truncate: Truncate = 0

    def initial_parameters(self, shape: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Draw the kernels; biases start at zero, but those of the forget gates at one if wanted."""
        drawn = super().initial_parameters(shape, rng)
        if self.unit_forget_bias:
            drawn["bias"][self.units : 2 * self.units] = 1.0
        return drawn

    def unrolled(self, builder: "Builder", x: "Signal") -> Unrolled:
        """Return its calls and buffers for one plan."""
        return UnrolledLSTM(self, builder, x)


class UnrolledLSTM(Unrolled):
    """An LSTM in one plan.

    In memory the gates are o, i, f, c̃, and c_{t−1} lies behind them: so those that need a sigmoid are neighbours, and
    [i; f] ⊙ [c̃; c_{t−1}] is one call. σ(z) is ½ tanh(z/2) + ½, with the half in the weights, so one tanh serves all.
    Until the way back reaches a step, the slopes by which ∂L/∂h and ∂L/∂c will be multiplied lie in its
    ``sum_gradients``.
    """

    sums: ClassVar[int] = 4

    def __init__(self, layer: LSTM, builder: "Builder", x: "Signal") -> None:
        """Make room for the gates and cells, and with a backward pass for their slopes."""
        super().__init__(layer, builder, x)
        n, examples = self.units, x.values.shape[-1]
        self.gates = self.workspace.empty((self.time + 1, 5 * n, examples))
        self.cells, self.bent = self.gates[:, 4 * n :], self.workspace.empty((self.time, n, examples))
        self.weights = self.workspace.empty((4 * n, self.stack.shape[1]))
        self.products = self.workspace.empty((3 * n, examples))
        """Of the present step: o ⊙ tanh c, i ⊙ c̃ and f ⊙ c_{t−1}."""
        self.half = self.workspace.scalar(0.5)
        if self.learns:
            self.of_cell = self.workspace.empty((self.time, n, examples))
            self.cell_gradient, self.change = (self.workspace.empty((n, examples)) for _ in range(2))
            self.weights_back = self.workspace.empty((self.stack.shape[1] - 1, 4 * n))

    def traces(self) -> dict[str, Array]:
        """Return states, cells, gates and gradients."""
        n, gates = self.units, self.gates[:-1]
        places = {"output_gate": 0, "input_gate": 1, "forget_gate": 2, "candidate": 3}
        named = {name: gates[:, place * n : (place + 1) * n] for name, place in places.items()}
        return {**super().traces(), "cells": self.cells[1:], **named}

    def prepare(self) -> Calls:
        """Return the calls that copy the weights, in the order in memory and halved for the sigmoids."""
        sigmoids = self.weights[: 3 * self.units]
        return [*self._reorder(self.block.T, self.weights), (np.multiply, (sigmoids, self.half, sigmoids))]

    def step(self, t: int) -> Calls:
        """Return one product, one tanh for all gates, the cell and the state."""
        n, gates, cell, bent, state = self.units, self.gates[t], self.cells[t + 1], self.bent[t], self.states[t + 1]
        z, sigmoids, products = gates[: 4 * n], gates[: 3 * n], self.products
        calls: Calls = [
            self.builder.product(self.weights, self.stack[t], z),
            (np.tanh, (z, z)),
            (np.multiply, (sigmoids, self.half, sigmoids)),
            (np.add, (sigmoids, self.half, sigmoids)),
            *self.where_padded(t, gates[n : 2 * n], 0.0),
            *self.where_padded(t, gates[2 * n : 3 * n], 1.0),
            (np.multiply, (gates[n : 3 * n], gates[3 * n :], products[n:])),
            (np.add, (products[n : 2 * n], products[2 * n :], cell)),
            (np.tanh, (cell, bent)),
            (np.multiply, (gates[:n], bent, state)),
        ]
        return calls + self._find_slopes(t) if self.learns else calls

    def from_next(self, t: int) -> Calls:
        """Return U · ∂L/∂z of the next step."""
        back = self.weights_back[self.features :]
        return [self.builder.product(back, self.sum_gradients[t + 1], self.state_gradients[t])]

    def prepare_back(self) -> Calls:
        """Return the calls that copy the weights for the way back."""
        return self._reorder(self.block[:-1].T, self.weights_back.T)

    def step_back(self, t: int) -> Calls:
        """Return ∂L/∂c and ∂L/∂z: every gate's slope times ∂L/∂h or ∂L/∂c; c hands f ⊙ ∂L/∂c back."""
        n, sums, cell, here = self.units, self.sum_gradients[t], self.cell_gradient, self.state_gradients[t]
        calls: Calls = [(np.multiply, (here, self.of_cell[t], cell if self.is_cut(t) else self.change))]
        if not self.is_cut(t):
            calls.append((np.add, (cell, self.change, cell)))
        of_state, *of_cell = sums.reshape(4, n, -1)
        return [
            *calls,
            (np.multiply, (here, of_state, of_state)),
            *((np.multiply, (cell, slopes, slopes)) for slopes in of_cell),
            (np.multiply, (cell, self.gates[t, 2 * n : 3 * n], cell)),
        ]

    def gather(self) -> Calls:
        """Return one sum over all steps, put back into Keras's order."""
        turn, rows = self.turned(self.stack)
        n, found, target = self.units, self.workspace.empty(self.weights.shape), self.block_gradient.T
        return [
            turn,
            *self.total(self.sum_gradients, rows, found),
            (np.copyto, (target[: 3 * n], found[n:])),
            (np.copyto, (target[3 * n :], found[:n])),
        ]

    def below(self, gradient: Array) -> Calls:
        """Return W · ∂L/∂z of all steps."""
        return [(np.matmul, (self.weights_back[: self.features], self.sum_gradients, gradient))]

    def _find_slopes(self, t: int) -> Calls:
        """Return the calls of the slopes of o (by ∂L/∂h), of i, f, c̃ (by ∂L/∂c), and of ∂c/∂h.

        They are made of the products that are there already: σ' = σ − σ² for i, times c̃, is i c̃ − i (i c̃), and
        i (1 − c̃²) is i − c̃ (i c̃).
        """
        n, slopes, gates, bent = self.units, self.sum_gradients[t], self.gates[t], self.bent[t]
        state, of_cell, products = self.states[t + 1], self.of_cell[t], self.products
        of_sigmoids, of_candidate = slopes[: 3 * n], slopes[3 * n :]
        return [
            (np.copyto, (products[:n], state)),
            (np.multiply, (gates[: 3 * n], products, of_sigmoids)),
            (np.subtract, (products, of_sigmoids, of_sigmoids)),
            (np.multiply, (gates[3 * n : 4 * n], products[n : 2 * n], of_candidate)),
            (np.subtract, (gates[n : 2 * n], of_candidate, of_candidate)),
            (np.multiply, (state, bent, of_cell)),
            (np.subtract, (gates[:n], of_cell, of_cell)),
            *self.where_padded(t, slopes, 0.0),
            *self.where_padded(t, of_cell, 0.0),
        ]

    def _reorder(self, source: Array, target: Array) -> Calls:
        """Return the calls that copy rows i, f, c, o to o, i, f, c."""
        n = self.units
        return [(np.copyto, (target[:n], source[3 * n :])), (np.copyto, (target[n:], source[: 3 * n]))]
