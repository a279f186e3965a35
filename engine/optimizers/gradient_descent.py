"""Straight downhill, and downhill with momentum."""

from typing import Annotated, Literal

import numpy as np

from engine.calls import Calls, Workspace
from engine.optimizers.optimizer import Decay, LearningRate, Optimizer, optimizers
from engine.registry import Help, Slider
from engine.types import Array


@optimizers.register("gradient_descent")
class GradientDescent(Optimizer):
    """Takes a step straight downhill, against the gradient.

    Batch, mini-batch or stochastic: that is the batch size. The sign is a minus, also where the notes print a plus.
    """

    title = "Gradient descent"
    formula = r"W := W - \alpha\,dW"
    try_this = "Raise the learning rate by tens until the loss no longer falls but jumps."
    source = "Cauchy, 1847; Robbins and Monro, 1951"

    learning_rate: LearningRate = 0.03

    def update(
        self,
        theta: Array,
        gradients: Array,
        state: Array,
        scalars: tuple[Array, ...],
        mask: Array,
        workspace: Workspace,
    ) -> Calls:
        """Return the two calls of θ − α g."""
        gradient = gradients[0]
        return [(np.multiply, (gradient, scalars[0], gradient)), (np.subtract, (theta, gradient, theta))]


@optimizers.register("momentum")
class Momentum(Optimizer):
    """Rolls downhill like a ball: the steps remember their direction, so zigzags cancel and slopes build up speed.

    Two conventions exist. "accumulate" adds gradients up, v := βv + dW (PyTorch; Keras too, with α inside v, the same
    for a constant α). "average" weights them, v := βv + (1 − β)dW. The steady steps of the first are 1/(1 − β) times as
    long: ten times for β = 0.9. Nesterov's variant steps along dW + βv, as in PyTorch.
    """

    title = "Momentum"
    formula = r"v := \beta v + dW, \quad W := W - \alpha v"
    try_this = "Set β to 0.99: the loss overshoots and swings before it settles."
    source = "Polyak, 1964; Nesterov, 1983; Sutskever et al., 2013"
    slots = ("velocity",)

    learning_rate: LearningRate = 0.01
    momentum: Annotated[
        Decay,
        Slider(0, 0.99, step=0.01),
        Help("Momentum", "How much of the last step goes on into the next.", r"\beta"),
    ] = 0.9
    nesterov: Annotated[bool, Help("Nesterov", "Look one step ahead, and so brake earlier.", r"dW + \beta v")] = False
    convention: Annotated[
        Literal["accumulate", "average"],
        Help("Convention", "Add the gradients up, or average them: then the steps are 1 − β times as long.", r"v"),
    ] = "accumulate"

    def update(
        self,
        theta: Array,
        gradients: Array,
        state: Array,
        scalars: tuple[Array, ...],
        mask: Array,
        workspace: Workspace,
    ) -> Calls:
        """Return the calls of v := βv + g, then θ − α v, or with Nesterov θ − α (g + βv)."""
        gradient, velocity, step = gradients[0], state[0], workspace.like(theta)
        beta, (learning_rate,) = workspace.scalar(self.momentum), scalars
        calls: Calls = [(np.multiply, (velocity, beta, velocity)), (np.add, (velocity, gradient, velocity))]
        if self.convention == "average":
            calls.insert(0, (np.multiply, (gradient, workspace.scalar(1 - self.momentum), gradient)))
        direction = velocity
        if self.nesterov:
            calls += [(np.multiply, (velocity, beta, step)), (np.add, (step, gradient, step))]
            direction = step
        return [*calls, (np.multiply, (direction, learning_rate, step)), (np.subtract, (theta, step, theta))]
