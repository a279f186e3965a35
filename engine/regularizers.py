"""Regularizers: a price on large weights, added to the mean loss. Biases cost nothing."""

from typing import Annotated

import numpy as np
from annotated_types import Ge, Interval

from engine.calls import Calls, Workspace
from engine.registry import Component, Help, Registry, Slider
from engine.types import Array

Rate = Annotated[
    float,
    Ge(0),
    Slider(0.0001, 1, "log"),
    Help("Regularization rate", "How much a weight costs: 0 is free, 1 is very dear.", r"\lambda"),
]


class Regularizer(Component):
    """A penalty that grows with the weights.

    ``mask`` has 1.0 for each parameter that pays (kernels) and 0.0 for the others (biases, γ, β).
    """

    def penalty(self, theta: Array, mask: Array) -> float:
        """Return what the parameters ``theta`` cost."""
        raise NotImplementedError

    def backward(self, theta: Array, gradient: Array, mask: Array, workspace: Workspace) -> Calls:
        """Return the calls that add the gradient of the penalty to ``gradient``."""
        raise NotImplementedError


regularizers: Registry[Regularizer] = Registry(
    "regularizers", Regularizer, "Regularization", "A price on large weights: it makes the network prefer smooth maps."
)


def shrink_calls(theta: Array, gradient: Array, price: Array, workspace: Workspace) -> Calls:
    """Return the calls that add price · W, the gradient of price/2 · W²."""
    pull, price = workspace.like(theta), workspace.scalar(price)
    return [(np.multiply, (theta, price, pull)), (np.add, (gradient, pull, gradient))]


def select_calls(theta: Array, gradient: Array, price: Array, workspace: Workspace) -> Calls:
    """Return the calls that add price · sign(W), the gradient of price · |W| (0 for W = 0)."""
    pull, price = workspace.like(theta), workspace.scalar(price)
    return [
        (np.sign, (theta, pull)),
        (np.multiply, (pull, price, pull)),
        (np.add, (gradient, pull, gradient)),
    ]


@regularizers.register("none")
class NoRegularizer(Regularizer):
    """Weights cost nothing: the network may use any weights that lower the loss."""

    title = "None"
    formula = r"J = \frac{1}{m} \sum_{i=1}^{m} L^{(i)}"
    try_this = "Few noisy examples and many units: the training loss falls, the test loss rises."
    source = "Maximum likelihood (Fisher, 1922)"

    def penalty(self, theta: Array, mask: Array) -> float:
        """Return 0."""
        return 0.0

    def backward(self, theta: Array, gradient: Array, mask: Array, workspace: Workspace) -> Calls:
        """Return no calls."""
        return []


@regularizers.register("l1")
class L1(Regularizer):
    """Every weight pays for its size, so weights that hardly help are pushed to zero and the rest remain.

    The slope of |W| at 0 is undefined; we take 0.
    """

    title = "L1"
    formula = r"J = \frac{1}{m} \sum_{i=1}^{m} L^{(i)} + \lambda \sum |W|"
    try_this = "All seven inputs on the circle with rate 0.01: watch which inputs lose their lines."
    source = "Tibshirani, 1996 (lasso)"

    rate: Rate = 0.001

    def penalty(self, theta: Array, mask: Array) -> float:
        """Return rate · Σ |W|."""
        return self.rate * float(np.abs(theta) @ mask)

    def backward(self, theta: Array, gradient: Array, mask: Array, workspace: Workspace) -> Calls:
        """Return the calls that add rate · sign(W)."""
        return select_calls(theta, gradient, self.rate * mask, workspace)


@regularizers.register("l2")
class L2(Regularizer):
    """Every weight pays for its square, so all weights shrink, the largest most: also called weight decay.

    The rate is the notes' λ/m: theirs is divided by the number of examples, here it is not, so that it means the same
    for data sets of any size.
    """

    title = "L2"
    formula = r"J = \frac{1}{m} \sum_{i=1}^{m} L^{(i)} + \frac{\lambda}{2} \sum_{l} \lVert W^{[l]} \rVert_F^2"
    try_this = "Few noisy examples and many units: raise the rate until the border becomes smooth, then too smooth."
    source = "Hoerl and Kennard, 1970 (ridge regression)"

    rate: Rate = 0.001

    def penalty(self, theta: Array, mask: Array) -> float:
        """Return rate/2 · Σ W²."""
        return 0.5 * self.rate * float(np.square(theta) @ mask)

    def backward(self, theta: Array, gradient: Array, mask: Array, workspace: Workspace) -> Calls:
        """Return the calls that add rate · W."""
        return shrink_calls(theta, gradient, self.rate * mask, workspace)


@regularizers.register("elastic_net")
class ElasticNet(Regularizer):
    """A mixture: part of the price is on the size of a weight (L1), part on its square (L2).

    The mixture is that of scikit-learn, ½ on the squared part included.
    """

    title = "Elastic net"
    formula = r"J = \frac{1}{m} \sum_{i=1}^{m} L^{(i)} + \lambda \left(r \sum |W| + \frac{1 - r}{2} \sum W^2\right)"
    try_this = "Move the share from 0 (L2) to 1 (L1): more and more weights become exactly useless."
    source = "Zou and Hastie, 2005"

    rate: Rate = 0.001
    l1_ratio: Annotated[
        float,
        Interval(ge=0, le=1),
        Slider(0, 1, step=0.05),
        Help("Share of L1", "0 is L2 alone, 1 is L1 alone.", r"r"),
    ] = 0.5

    def penalty(self, theta: Array, mask: Array) -> float:
        """Return rate · (r Σ |W| + (1 − r)/2 · Σ W²)."""
        size, square = float(np.abs(theta) @ mask), float(np.square(theta) @ mask)
        return self.rate * (self.l1_ratio * size + 0.5 * (1 - self.l1_ratio) * square)

    def backward(self, theta: Array, gradient: Array, mask: Array, workspace: Workspace) -> Calls:
        """Return the calls that add rate · (r sign(W) + (1 − r) W)."""
        return [
            *select_calls(theta, gradient, self.rate * self.l1_ratio * mask, workspace),
            *shrink_calls(theta, gradient, self.rate * (1 - self.l1_ratio) * mask, workspace),
        ]
