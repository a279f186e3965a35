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
    sigmoid instead. A column is one example; its largest score is subtracted first,
    which changes nothing and keeps exp from overflowing.
    """

    title = "Softmax"
    formula = r"a_k = \frac{e^{z_k}}{\sum_j e^{z_j}}"
    derivative_formula = r"\frac{\partial a_k}{\partial z_j} = a_k\,(\delta_{kj} - a_j)"
    try_this = "Train three classes and click near a border: two probabilities share what the third leaves over."
    source = "Boltzmann, 1868; Bridle, 1990"
    bounds = (0.0, 1.0)
    elementwise = False
    own_way_back = True

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the calls of softmax over the features (of images: over the channels of each pixel)."""
        axis, column = over_features(z, workspace)
        return [
            (np.maximum.reduce, (z, axis, None, column, True)),
            (np.subtract, (z, column, a)),
            (np.exp, (a, a)),
            (np.add.reduce, (a, axis, None, column, True)),
            (np.divide, (a, column, a)),
        ]

    def backward(self, z: Array, a: Array, gradient: Array, workspace: Workspace) -> Calls:
        """Return the calls of ∂L/∂z = a (g − Σ g a), where g is ∂L/∂a."""
        product, (axis, column) = workspace.like(a), over_features(a, workspace)
        return [
            (np.multiply, (gradient, a, product)),
            (np.add.reduce, (product, axis, None, column, True)),
            (np.subtract, (gradient, column, gradient)),
            (np.multiply, (gradient, a, gradient)),
        ]

    def derivative(self, z: npt.ArrayLike) -> Array:
        """Return ∂aₖ/∂zₖ, the diagonal of the derivative, for a curve; training uses ``backward``."""
        a = self(z)
        return a - np.square(a)


def over_features(values: Array, workspace: Workspace) -> tuple[int, Array]:
    """Return the axis of the features, the last but one (of a single example the only one), and room for their sums."""
    axis = max(values.ndim - 2, 0)
    return axis, workspace.empty((*values.shape[:axis], 1, *values.shape[axis + 1 :]))
