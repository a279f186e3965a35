"""What an activation function is: one definition of g and g', as prepared calls."""

from typing import ClassVar

import numpy as np
import numpy.typing as npt

from engine.calls import Calls, Workspace, run
from engine.registry import Component, Registry
from engine.types import Array


class Activation(Component):
    """A function g that turns the weighted sums z of a layer into its activations a = g(z).

    Diverging networks overflow: whoever runs the calls chooses NumPy's ``errstate``.
    """

    derivative_formula: ClassVar[str]
    """g'(z) in KaTeX."""
    keeps_input: ClassVar[bool] = False
    """Whether the way back reads z: then z and a are different buffers; otherwise a may be written over z."""
    bounds: ClassVar[tuple[float | None, float | None]] = (None, None)
    """The range of a; None where it has no end, or one that a field decides."""
    trains: ClassVar[bool] = True
    """Whether gradients pass through it at all."""
    elementwise: ClassVar[bool] = True
    """Whether each a depends on its own z only (softmax: on the whole layer)."""
    never_falls: ClassVar[bool] = False
    """Whether a larger z never means a smaller a."""
    own_way_back: ClassVar[bool] = False
    """Whether ``backward`` is more than the gradient times the slopes (softmax), or less (linear)."""
    kinks: ClassVar[tuple[float, ...]] = ()
    """The z at which g or g' jumps: there a numerical derivative means nothing."""

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the calls that write g(z) into ``a``; both have the shape (features, examples)."""
        raise NotImplementedError

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the calls that write g'(z) into ``slope``.

        Not of softmax, which has no slope for each z by itself.
        """
        raise NotImplementedError

    def backward(self, z: Array, a: Array, gradient: Array, workspace: Workspace) -> Calls:
        """Return the calls that turn ``gradient`` in place from ∂L/∂a into ∂L/∂z."""
        slope = workspace.scratch(a.shape)
        return [*self.slopes(z, a, slope, workspace), (np.multiply, (gradient, slope, gradient))]

    def __call__(self, z: npt.ArrayLike) -> Array:
        """Return g(z)."""
        values = _floats(z)
        a = np.empty_like(values)
        run(self.forward(values, a, Workspace(values.dtype)))
        return a

    def derivative(self, z: npt.ArrayLike) -> Array:
        """Return g'(z), entry by entry."""
        values = _floats(z)
        a, gradient, workspace = np.empty_like(values), np.ones_like(values), Workspace(values.dtype)
        run(self.forward(values, a, workspace) + self.backward(values, a, gradient, workspace))
        return gradient


activations: Registry[Activation] = Registry(
    "activations",
    Activation,
    "Activation",
    "What a neuron makes of its weighted sum. Without a bend here, any number of layers is one straight line.",
)


def sigmoid_calls(z: Array, a: Array, workspace: Workspace) -> Calls:
    """Return the calls that write σ(z) = ½ tanh(z/2) + ½ into ``a``: nothing can overflow."""
    half = workspace.scalar(0.5)
    return [(np.multiply, (z, half, a)), (np.tanh, (a, a)), (np.multiply, (a, half, a)), (np.add, (a, half, a))]


def _floats(z: npt.ArrayLike) -> Array:
    values = np.asarray(z)
    return np.array(values, np.result_type(values, np.float32))
