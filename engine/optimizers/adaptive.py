"""Optimizers that give every parameter its own step length: Adagrad, RMSprop and Adadelta."""

from typing import Annotated

import numpy as np

from engine.calls import Calls, Workspace
from engine.optimizers.optimizer import Decay, Epsilon, LearningRate, Optimizer, optimizers
from engine.registry import Help, Slider
from engine.types import Array

Rho = Annotated[
    Decay,
    Slider(0.5, 0.999, step=0.001),
    Help("Memory", "How slowly old gradients are forgotten: about 1/(1 − ρ) steps count.", r"\rho"),
]


def average_calls(average: Array, gradient: Array, rho: float, square: Array, workspace: Workspace) -> Calls:
    """Return the calls of average := ρ average + (1 − ρ) g², with ``square`` as scratch."""
    return [
        (np.multiply, (gradient, gradient, square)),
        (np.multiply, (square, workspace.scalar(1 - rho), square)),
        (np.multiply, (average, workspace.scalar(rho), average)),
        (np.add, (average, square, average)),
    ]


def scaled_step_calls(
    theta: Array,
    gradient: Array,
    square: Array,
    epsilon: float,
    learning_rate: Array,
    root: Array,
    workspace: Workspace,
) -> Calls:
    """Return the calls of θ := θ − α g / (√square + ε), with ``root`` as scratch; ε outside the root."""
    return [
        (np.sqrt, (square, root)),
        (np.add, (root, workspace.scalar(epsilon), root)),
        (np.divide, (gradient, root, gradient)),
        (np.multiply, (gradient, learning_rate, gradient)),
        (np.subtract, (theta, gradient, theta)),
    ]


@optimizers.register("adagrad")
class Adagrad(Optimizer):
    """Gives every weight its own step length, shorter the more it has already been moved.

    The sum of squares only grows, so in the end the steps become very short. ε stands outside the root and the sum
    starts at 0, as in PyTorch (Keras: inside, and from 0.1).
    """

    title = "Adagrad"
    formula = r"s := s + dW^2, \quad W := W - \alpha \frac{dW}{\sqrt{s} + \epsilon}"
    try_this = "Train for a long time: the loss curve flattens although the learning rate is constant."
    source = "Duchi, Hazan and Singer, 2011"
    slots = ("squared_gradients",)

    learning_rate: LearningRate = 0.1
    epsilon: Epsilon = 1e-10

    def update(
        self,
        theta: Array,
        gradients: Array,
        state: Array,
        scalars: tuple[Array, ...],
        mask: Array,
        workspace: Workspace,
    ) -> Calls:
        """Return the calls of s := s + g², then θ − α g / (√s + ε)."""
        gradient, total, scratch = gradients[0], state[0], workspace.like(theta)
        return [
            (np.multiply, (gradient, gradient, scratch)),
            (np.add, (total, scratch, total)),
            *scaled_step_calls(theta, gradient, total, self.epsilon, scalars[0], scratch, workspace),
        ]

    def rates(self, state: Array, learning_rate: float, step: int) -> Array:
        """Return α / (√s + ε)."""
        rates: Array = learning_rate / (np.sqrt(state[0]) + self.epsilon)
        return rates


@optimizers.register("rmsprop")
class RMSprop(Optimizer):
    """Divides each step by the recent size of the gradient, so steep and flat directions are walked alike.

    S averages squares of S itself, S := ρS + (1 − ρ)dW² (one set of notes prints V by mistake). ε stands outside the
    root, as in PyTorch (Keras: inside). ρ = 0.9 is Hinton's and Keras's default (PyTorch: 0.99).
    """

    title = "RMSprop"
    formula = r"S := \rho S + (1 - \rho)\,dW^2, \quad W := W - \alpha \frac{dW}{\sqrt{S} + \epsilon}"
    try_this = "One input scaled to a hundredth: gradient descent crawls, RMSprop hardly notices."
    source = "Hinton, 2012 (lecture 6e)"
    slots = ("squared_gradients",)

    learning_rate: LearningRate = 0.01
    rho: Rho = 0.9
    epsilon: Epsilon = 1e-8

    def update(
        self,
        theta: Array,
        gradients: Array,
        state: Array,
        scalars: tuple[Array, ...],
        mask: Array,
        workspace: Workspace,
    ) -> Calls:
        """Return the calls of S := ρS + (1 − ρ)g², then θ − α g / (√S + ε)."""
        gradient, average, scratch = gradients[0], state[0], workspace.like(theta)
        return [
            *average_calls(average, gradient, self.rho, scratch, workspace),
            *scaled_step_calls(theta, gradient, average, self.epsilon, scalars[0], scratch, workspace),
        ]

    def rates(self, state: Array, learning_rate: float, step: int) -> Array:
        """Return α / (√S + ε)."""
        rates: Array = learning_rate / (np.sqrt(state[0]) + self.epsilon)
        return rates


@optimizers.register("adadelta")
class Adadelta(Optimizer):
    """Finds its own step length from how far the weights have moved lately, so it needs no learning rate.

    ε stands inside both roots, as in the paper, PyTorch and Keras. With a learning rate of 1 it is the paper's rule
    (PyTorch's default; Keras starts at 0.001). The notes once call it Adaprop.
    """

    title = "Adadelta"
    formula = (
        r"S := \rho S + (1 - \rho)\,dW^2, \quad \Delta = \sqrt{\frac{D + \epsilon}{S + \epsilon}}\,dW, \quad "
        r"D := \rho D + (1 - \rho)\,\Delta^2, \quad W := W - \alpha \Delta"
    )
    try_this = "Watch the first hundred steps: they are tiny, because nothing has moved yet."
    source = "Zeiler, 2012"
    slots = ("squared_gradients", "squared_updates")

    learning_rate: LearningRate = 1.0
    rho: Rho = 0.9
    epsilon: Epsilon = 1e-6

    def update(
        self,
        theta: Array,
        gradients: Array,
        state: Array,
        scalars: tuple[Array, ...],
        mask: Array,
        workspace: Workspace,
    ) -> Calls:
        """Return the calls of the four formulas, Δ taking the place of the gradient."""
        squares, moves = state
        gradient, scratch = gradients
        ratio, epsilon = workspace.like(theta), workspace.scalar(self.epsilon)
        return [
            *average_calls(squares, gradient, self.rho, scratch, workspace),
            (np.add, (moves, epsilon, ratio)),
            (np.add, (squares, epsilon, scratch)),
            (np.divide, (ratio, scratch, ratio)),
            (np.sqrt, (ratio, ratio)),
            (np.multiply, (gradient, ratio, gradient)),
            *average_calls(moves, gradient, self.rho, scratch, workspace),
            (np.multiply, (gradient, scalars[0], gradient)),
            (np.subtract, (theta, gradient, theta)),
        ]

    def rates(self, state: Array, learning_rate: float, step: int) -> Array:
        """Return α √((D + ε) / (S + ε)); D is that after the step, so this is the factor of the next one."""
        squares, moves = state
        rates: Array = learning_rate * np.sqrt((moves + self.epsilon) / (squares + self.epsilon))
        return rates
