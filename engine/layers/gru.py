"""The GRU: one state, and two gates that decide how much of it is kept and how much of it the next candidate sees."""

from typing import TYPE_CHECKING, ClassVar

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
from engine.types import Array

if TYPE_CHECKING:
    from engine.plan import Builder, Signal


@layers.register("gru")
class GRU(Recurrent):
    """Blends its old state with a new candidate; a gate says how much of each, and memories last where it says: keep.

    The columns of the kernels are z (update), r (reset), h (candidate), as in Keras; PyTorch's order is r, z, n. The
    reset gate is applied after the recurrent product, so there are two biases, (2, 3 · units): for the inputs and for
    the state (Keras's default reset_after=True, and PyTorch). Cho's paper resets the state before the product.
    z keeps the old state (Keras, PyTorch); in the notes' and Cho's wording 1 − z does.
    """

    title = "GRU"
    formula = (
        r"\begin{aligned} z, r &= \sigma(W^\top x_t + U^\top h_{t-1} + b) \\"
        r" \tilde{h} &= \tanh\bigl(W_h^\top x_t + b_h + r \odot (U_h^\top h_{t-1} + b'_h)\bigr) \\"
        r" h_t &= z \odot h_{t-1} + (1 - z) \odot \tilde{h} \end{aligned}"
    )
    try_this = "The adding problem at length 50: compare how long it and the lstm stay at the guess."
    source = "Cho et al., 2014"
    gates = 3
    numbers_per_unit = 6

    units: Units = 8
    return_sequences: ReturnSequences = False
    initializer: KernelInitializer = initializers["glorot_uniform"]()
    recurrent_initializer: RecurrentInitializer = initializers["orthogonal"]()
    truncate: Truncate = 0

    def bias_shape(self) -> Shape:
        """Return (2, 3 · units): of the inputs, and of the state."""
        return (2, 3 * self.units)

    def unrolled(self, builder: "Builder", x: "Signal") -> Unrolled:
        """Return its calls and buffers for one plan."""
        return UnrolledGRU(self, builder, x)


class UnrolledGRU(Unrolled):
    """A GRU in one plan.

    Each unit has four sums, in memory u, z, r, n: n is what the candidate gets of the inputs and u what it gets of the
    state, before the reset gate. So u, z, r belong to the state, and z, r, n to the inputs, each of them neighbours;
    likewise [x; 1] and [1; h] in the rows [x; 1; h]. n of all steps is found before the loop, where the candidates will
    be; one product for each step gives the rest. σ(z) is ½ tanh(z/2) + ½, with the half in the weights. Each gate of
    all steps is one piece of memory, and so are its slopes, which are found for all steps at once.
    """

    sums: ClassVar[int] = 4
    ones_before_state: ClassVar[bool] = True

    def __init__(self, layer: GRU, builder: "Builder", x: "Signal") -> None:
        """Make room for the gates and candidates, and with a backward pass for their slopes."""
        super().__init__(layer, builder, x)
        n, examples, rows = self.units, x.values.shape[-1], self.stack.shape[1]
        self.step_sums = self.workspace.empty((3 * n, examples))
        self.update, self.reset, self.of_state, self.candidates = self.workspace.empty((4, self.time, n, examples))
        self.weights = self.workspace.empty((3 * n, rows))
        self.input_weights = self.workspace.empty((n, self.features + 1))
        self.half = self.workspace.scalar(0.5)
        if self.learns:
            self.slopes = self.workspace.empty((4, self.time, n, examples))
            self.weights_back = self.workspace.empty((n, 3 * n))
            self.kept = self.workspace.empty((n, examples))

    def traces(self) -> dict[str, Array]:
        """Return states, gates, candidates and gradients."""
        named = {"update_gate": self.update, "reset_gate": self.reset, "candidate": self.candidates}
        return {**super().traces(), **named}

    def prepare(self) -> Calls:
        """Return the calls that put the weights in order, and give every candidate its share of the inputs."""
        n, f = self.units, self.features
        kernel, recurrent, (bias, state_bias) = self.block[:f].T, self.block[f:-2].T, self.block[-2:]
        u, gates = self.weights[:n], self.weights[n:]
        return [
            (np.multiply, (kernel[: 2 * n], self.half, gates[:, :f])),
            (np.add, (bias[: 2 * n], state_bias[: 2 * n], gates[:, f])),
            (np.multiply, (gates[:, f], self.half, gates[:, f])),
            (np.multiply, (recurrent[: 2 * n], self.half, gates[:, f + 1 :])),
            (np.copyto, (u[:, f], state_bias[2 * n :])),
            (np.copyto, (u[:, f + 1 :], recurrent[2 * n :])),
            (np.copyto, (self.input_weights[:, :f], kernel[2 * n :])),
            (np.copyto, (self.input_weights[:, f], bias[2 * n :])),
            (np.matmul, (self.input_weights, self.stack[: self.time, : f + 1], self.candidates)),
        ]

    def step(self, t: int) -> Calls:
        """Return one product, the gates, the candidate and the blend n + z ⊙ (h − n)."""
        u, of_z, of_r = self.step_sums.reshape(3, self.units, -1)
        sigmoids, update, reset = self.step_sums[self.units :], self.update[t], self.reset[t]
        before, state, candidate = self.states[t], self.states[t + 1], self.candidates[t]
        return [
            self.builder.product(self.weights, self.stack[t], self.step_sums),
            (np.tanh, (sigmoids, sigmoids)),
            (np.multiply, (sigmoids, self.half, sigmoids)),
            (np.add, (of_z, self.half, update)),
            (np.add, (of_r, self.half, reset)),
            *self.where_padded(t, update, 1.0),
            (np.multiply, (reset, u, self.of_state[t])),
            (np.add, (candidate, self.of_state[t], candidate)),
            (np.tanh, (candidate, candidate)),
            (np.subtract, (before, candidate, state)),
            (np.multiply, (state, update, state)),
            (np.add, (state, candidate, state)),
        ]

    def prepare_back(self) -> Calls:
        """Return the calls that find the slopes of all sums by ∂L/∂h, for all steps at once."""
        of_u, of_z, of_r, of_n = self.slopes
        n, recurrent, one = self.units, self.block[self.features : -2], self.workspace.scalar(1.0)
        part = self.workspace.empty(of_r.shape)
        return [
            (np.copyto, (self.weights_back[:, :n], recurrent[:, 2 * n :])),
            (np.copyto, (self.weights_back[:, n:], recurrent[:, : 2 * n])),
            (np.subtract, (one, self.update, of_z)),
            (np.multiply, (self.candidates, self.candidates, of_n)),
            (np.subtract, (one, of_n, of_n)),
            (np.multiply, (of_n, of_z, of_n)),  # (1 − z)(1 − h̃²)
            (np.multiply, (of_n, self.reset, of_u)),
            (np.multiply, (of_n, self.of_state, part)),
            (np.multiply, (part, self.reset, of_r)),
            (np.subtract, (part, of_r, of_r)),  # r(1 − r) u (1 − z)(1 − h̃²), as of_state is r u
            (np.subtract, (self.states[1:], self.candidates, part)),
            (np.multiply, (part, of_z, of_z)),  # (h_{t−1} − h̃) z (1 − z), as h_t − h̃ is z (h_{t−1} − h̃)
        ]

    def from_next(self, t: int) -> Calls:
        """Return U · ∂L/∂sums of the next step, and what z keeps."""
        n, here = self.units, self.state_gradients[t]
        return [
            self.builder.product(self.weights_back, self.sum_gradients[t + 1, : 3 * n], here),
            (np.multiply, (self.state_gradients[t + 1], self.update[t + 1], self.kept)),
            (np.add, (here, self.kept, here)),
        ]

    def step_back(self, t: int) -> Calls:
        """Return ∂L/∂sums = ∂L/∂h times their slopes."""
        sums = self.sum_gradients[t].reshape(4, self.units, -1)
        here = self.state_gradients[t]
        return [(np.multiply, (here, slopes[t], out)) for slopes, out in zip(self.slopes, sums, strict=True)]

    def gather(self) -> Calls:
        """Return two sums over all steps: u, z, r with all rows (u has no share in the inputs), n with [x; 1]."""
        turn, rows = self.turned(self.stack)
        n, f, target = self.units, self.features, self.block_gradient
        found, of_n = self.workspace.empty(self.weights.shape), self.workspace.empty(self.input_weights.shape)
        return [
            turn,
            *self.total(self.sum_gradients[:, : 3 * n], rows, found),
            *self.total(self.sum_gradients[:, 3 * n :], rows[:, :, : f + 1], of_n),
            (np.copyto, (target[:f, : 2 * n], found[n:, :f].T)),
            (np.copyto, (target[:f, 2 * n :], of_n[:, :f].T)),
            (np.copyto, (target[-2, : 2 * n], found[n:, f])),
            (np.copyto, (target[-2, 2 * n :], of_n[:, f])),
            (np.copyto, (target[f:-2, : 2 * n], found[n:, f + 1 :].T)),
            (np.copyto, (target[f:-2, 2 * n :], found[:n, f + 1 :].T)),
            (np.copyto, (target[-1, : 2 * n], found[n:, f])),
            (np.copyto, (target[-1, 2 * n :], found[:n, f])),
        ]

    def below(self, gradient: Array) -> Calls:
        """Return W · ∂L/∂(z, r, n) of all steps."""
        return [(np.matmul, (self.block[: self.features], self.sum_gradients[:, self.units :], gradient))]
