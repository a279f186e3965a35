"""Activations that come back: a wave and a bump."""

import numpy as np

from engine.activations.activation import Activation, activations
from engine.calls import Calls, Workspace
from engine.types import Array


@activations.register("sine")
class Sine(Activation):
    """A wave: each unit repeats itself across the plane.

    Good at fine, repeating patterns; bad at guessing outside the data.
    """

    title = "Sine"
    formula = r"a = \sin(z)"
    derivative_formula = r"g'(z) = \cos(z)"
    try_this = "Train the spiral with one layer of 8 sine units, then look far outside the data."
    source = "Sitzmann, Martel, Bergman, Lindell and Wetzstein, 2020 (SIREN)"
    keeps_input = True
    bounds = (-1.0, 1.0)

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the call of sin z."""
        return [(np.sin, (z, a))]

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the call of cos z."""
        return [(np.cos, (z, slope))]


@activations.register("gaussian")
class Gaussian(Activation):
    """A bump: a unit is awake only near the line where its sum is zero.

    Far from that line both value and slope are zero, so a unit that starts far from the data stays asleep.
    """

    title = "Gaussian"
    formula = r"a = e^{-z^2}"
    derivative_formula = r"g'(z) = -2 z\,e^{-z^2}"
    try_this = "Solve exclusive or with a single hidden unit: one ridge along the diagonal is enough."
    source = "Broomhead and Lowe, 1988 (radial basis functions)"
    keeps_input = True
    bounds = (0.0, 1.0)

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the calls of exp(−z²)."""
        return [(np.square, (z, a)), (np.negative, (a, a)), (np.exp, (a, a))]

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the calls of −2 z a."""
        return [(np.multiply, (z, a, slope)), (np.multiply, (slope, workspace.scalar(-2.0), slope))]
