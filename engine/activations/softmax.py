"""Softmax: the activation that looks at a whole layer."""

import numpy as np
import numpy.typing as npt

from engine.activations.activation import Activation, activations
from engine.calls import Calls, Workspace
from engine.types import Array


@activations.register("softmax")
class Softmax(Activation):
    """Turns the scores of several classes into probabilities that add up to 1.

    For exactly one class out of several (multi-class); where several labels can hold at once, each output gets a
    sigmoid instead. The features are the first axis, so a column is one example; its largest score is subtracted first,
    which changes nothing and keeps exp from overflowing.
    """

    title = "Softmax"
    formula = r"a_k = \frac{e^{z_k}}{\sum_j e^{z_j}}"
    derivative_formula = r"\frac{\partial a_k}{\partial z_j} = a_k\,(\delta_{kj} - a_j)"
    try_this = "Train three classes and click near a border: two probabilities share what the third leaves over."
    source = "Boltzmann, 1868; Bridle, 1990"
    bounds = (0.0, 1.0)
    elementwise = False

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the calls of softmax over the first axis."""
        column = workspace.empty((1, *z.shape[1:]))
        return [
            (np.maximum.reduce, (z, 0, None, column, True)),
            (np.subtract, (z, column, a)),
            (np.exp, (a, a)),
            (np.add.reduce, (a, 0, None, column, True)),
            (np.divide, (a, column, a)),
        ]

    def backward(self, z: Array, a: Array, gradient: Array, workspace: Workspace) -> Calls:
        """Return the calls of ∂L/∂z = a (g − Σ g a), where g is ∂L/∂a."""
        product, column = workspace.like(a), workspace.empty((1, *a.shape[1:]))
        return [
            (np.multiply, (gradient, a, product)),
            (np.add.reduce, (product, 0, None, column, True)),
            (np.subtract, (gradient, column, gradient)),
            (np.multiply, (gradient, a, gradient)),
        ]

    def derivative(self, z: npt.ArrayLike) -> Array:
        """Return ∂aₖ/∂zₖ, the diagonal of the derivative, for a curve; training uses ``backward``."""
        a = self(z)
        return a - np.square(a)
