"""Adam, and Adam with decoupled weight decay."""

from math import sqrt
from typing import Annotated

import numpy as np
from annotated_types import Ge

from engine.calls import Calls, Workspace
from engine.optimizers.optimizer import Decay, Epsilon, LearningRate, Optimizer, optimizers
from engine.registry import Help, Slider
from engine.types import Array

SMALL = 4096
"""Up to so many numbers a constant for each of them is quicker than one for each row."""


@optimizers.register("adam")
class Adam(Optimizer):
    """Momentum and RMSprop together: a remembered direction, divided by the recent size of the gradient.

    Both averages start at zero, which bias correction makes up for. The corrected values are used and not stored (notes
    that divide V and S in place would correct again and again). ε = 1e-8 stands outside the root and after the
    correction, as in the paper's algorithm and PyTorch (Keras: 1e-7, before it). Others have a learning rate of 0.001.
    """

    title = "Adam"
    formula = (
        r"V := \beta_1 V + (1 - \beta_1)\,dW, \quad S := \beta_2 S + (1 - \beta_2)\,dW^2, \quad "
        r"W := W - \alpha \frac{V / (1 - \beta_1^t)}{\sqrt{S / (1 - \beta_2^t)} + \epsilon}"
    )
    try_this = "Switch bias correction off: the first steps are about three times as long, and the loss jumps."
    source = "Kingma and Ba, 2015"
    slots = ("mean_gradients", "squared_gradients")

    learning_rate: LearningRate = 0.01
    beta_1: Annotated[
        Decay,
        Slider(0, 0.99, step=0.01),
        Help("Beta 1", "How much of the last direction goes on into the next.", r"\beta_1"),
    ] = 0.9
    beta_2: Annotated[
        Decay,
        Slider(0.9, 0.9999, step=0.0001),
        Help("Beta 2", "How slowly the size of old gradients is forgotten.", r"\beta_2"),
    ] = 0.999
    epsilon: Epsilon = 1e-8
    bias_correction: Annotated[
        bool, Help("Bias correction", "Make up for averages that started at zero.", r"1 - \beta^t")
    ] = True

    def scalars(self, learning_rate: float, step: int) -> tuple[float, ...]:
        """Return α and ε with both corrections folded in, which is exact: α√(1 − β₂ᵗ)/(1 − β₁ᵗ) and ε√(1 − β₂ᵗ)."""
        if not self.bias_correction:
            return learning_rate, self.epsilon
        root = sqrt(1 - self.beta_2**step)
        return learning_rate * root / (1 - self.beta_1**step), self.epsilon * root

    def update(
        self,
        theta: Array,
        gradients: Array,
        state: Array,
        scalars: tuple[Array, ...],
        mask: Array,
        workspace: Workspace,
    ) -> Calls:
        """Return nine calls: both averages are moved at once, as two rows, towards dW and dW²."""
        mean, square = state
        gradient, step = gradients
        shape = state.shape if state.size <= SMALL else (2, *(1 for _ in theta.shape))
        past, present = workspace.empty(shape), workspace.empty(shape)
        past[0], past[1] = self.beta_1, self.beta_2
        present[0], present[1] = 1 - self.beta_1, 1 - self.beta_2
        return [
            (np.square, (gradient, step)),
            (np.multiply, (gradients, present, gradients)),
            (np.multiply, (state, past, state)),
            (np.add, (state, gradients, state)),
            (np.sqrt, (square, step)),
            (np.add, (step, scalars[1], step)),
            (np.divide, (mean, step, step)),
            (np.multiply, (step, scalars[0], step)),
            (np.subtract, (theta, step, theta)),
        ]

    def rates(self, state: Array, learning_rate: float, step: int) -> Array:
        """Return α / (√(S / (1 − β₂ᵗ)) + ε), the factor of the corrected mean V / (1 − β₁ᵗ)."""
        share = 1 - self.beta_2**step if self.bias_correction else 1.0
        rates: Array = learning_rate / (np.sqrt(state[1] / share) + self.epsilon)
        return rates


@optimizers.register("adamw")
class AdamW(Adam):
    """Adam that also shrinks the weights a little in every step, apart from the gradient.

    An L2 penalty inside Adam is divided by the size of the gradient and so loses its effect where gradients are large;
    here the decay is not. Biases do not decay.
    """

    title = "AdamW"
    formula = r"W := (1 - \alpha \lambda)\,W - \alpha \frac{\hat{V}}{\sqrt{\hat{S}} + \epsilon}"
    try_this = "Compare weight decay 0.1 here with Adam and an L2 rate of 0.1: the weights shrink differently."
    source = "Loshchilov and Hutter, 2019"

    weight_decay: Annotated[
        float,
        Ge(0),
        Slider(0.0001, 1, "log"),
        Help("Weight decay", "Which part of a weight is lost in a step of length 1.", r"\lambda"),
    ] = 0.01

    def scalars(self, learning_rate: float, step: int) -> tuple[float, ...]:
        """Return Adam's two numbers and αλ."""
        return (*super().scalars(learning_rate, step), learning_rate * self.weight_decay)

    def update(
        self,
        theta: Array,
        gradients: Array,
        state: Array,
        scalars: tuple[Array, ...],
        mask: Array,
        workspace: Workspace,
    ) -> Calls:
        """Return the calls of θ := θ − αλθ for the weights, then Adam's."""
        decay = workspace.like(theta)
        return [
            (np.multiply, (theta, mask, decay)),
            (np.multiply, (decay, scalars[2], decay)),
            (np.subtract, (theta, decay, theta)),
            *super().update(theta, gradients, state, scalars, mask, workspace),
        ]
