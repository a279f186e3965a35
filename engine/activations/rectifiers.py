"""Rectifiers with a corner at zero: ReLU and the variants that keep something of the negative side.

All of them treat z = 0 as negative, so ReLU'(0) = 0 as in PyTorch, Keras and TensorFlow. That is a convention: the
notes have 1 in one place and "undefined" in another. Their fmax and fmin turn NaN into 0: watch the parameters for NaN.
"""

from typing import Annotated

import numpy as np
from annotated_types import Gt, Interval

from engine.activations.activation import Activation, activations
from engine.calls import Calls, Workspace
from engine.registry import Help, Slider
from engine.types import Array

SMALL = 700
"""Up to this many numbers one ``sign`` is cheaper than ``ceil`` and ``fmin``."""


def positive_calls(a: Array, mask: Array, workspace: Workspace) -> Calls:
    """Return the calls that write 1.0 where ``a`` > 0 and 0.0 or less elsewhere (exactly 0.0 for a ≥ 0)."""
    if a.size <= SMALL:
        return [(np.sign, (a, mask))]
    return [(np.ceil, (a, mask)), (np.fmin, (mask, workspace.constant(mask.shape, 1.0), mask))]


def exponential_calls(z: Array, a: Array, alpha: float, scale: float, workspace: Workspace) -> Calls:
    """Return the calls of scale · (max(z, 0) + α (exp(min(z, 0)) − 1)); only exp of negative numbers is taken."""
    zero, negative = workspace.scalar(0.0), workspace.like(z)
    calls: Calls = [
        (np.fmin, (z, zero, negative)),
        (np.expm1, (negative, negative)),
        (np.multiply, (negative, workspace.scalar(alpha * scale), negative)),
        (np.fmax, (z, zero, a)),
    ]
    if scale != 1:
        calls.append((np.multiply, (a, workspace.scalar(scale), a)))
    return [*calls, (np.add, (a, negative, a))]


def exponential_slope_calls(a: Array, slope: Array, alpha: float, scale: float, workspace: Workspace) -> Calls:
    """Return the calls that write the slope: scale where a > 0, a + scale · α elsewhere."""
    mask, zero = workspace.like(a), workspace.scalar(0.0)
    calls: Calls = [(np.fmin, (a, zero, slope)), (np.add, (slope, workspace.scalar(alpha * scale), slope))]
    if alpha != 1:
        calls += [
            *positive_calls(a, mask, workspace),
            (np.fmax, (mask, zero, mask)),
            (np.multiply, (mask, workspace.scalar(scale - alpha * scale), mask)),
            (np.add, (slope, mask, slope)),
        ]
    return calls


@activations.register("relu")
class Relu(Activation):
    """Lets positive sums pass and turns negative ones into zero.

    Cheap, and its slope does not fade on the positive side. A unit whose sum is negative for every example gets no
    gradient any more: it is dead. The slope at 0 is undefined; we take 0.
    """

    title = "ReLU"
    formula = r"a = \max(0, z)"
    derivative_formula = r"g'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}"
    try_this = "Raise the learning rate to 1 and count the dead units."
    source = "Nair and Hinton, 2010; Glorot, Bordes and Bengio, 2011"
    never_falls = True
    bounds = (0.0, None)
    kinks = (0.0,)

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the call of max(0, z)."""
        return [(np.fmax, (z, workspace.constant(z.shape, 0.0), a))]

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the calls of 1 where a > 0 and 0 elsewhere."""
        return positive_calls(a, slope, workspace)

    def backward(self, z: Array, a: Array, gradient: Array, workspace: Workspace) -> Calls:
        """Return the calls that leave ∂L/∂a where a > 0 and make it 0 elsewhere.

        A float above zero is one whose bits, read as a whole number, are above zero; and bits times 1 are the same
        number, bits times 0 are 0.0. Whole numbers know their sign in one quick call, floats in two.
        """
        if a.size <= SMALL:
            return super().backward(z, a, gradient, workspace)
        whole = np.dtype(f"u{a.itemsize}")
        slope, bits = workspace.scratch(a.shape).view(whole), gradient.view(whole)
        return [(np.sign, (a.view(whole), slope)), (np.multiply, (bits, slope, bits))]


@activations.register("leaky_relu")
class LeakyRelu(Activation):
    """A ReLU that lets a little of the negative side through, so that no unit dies for good.

    The notes have a slope of 0.01 in two places and of 0.001 in another; PyTorch has 0.01, Keras 0.3. We take 0.01.
    """

    title = "Leaky ReLU"
    formula = r"a = \max(s z, z)"
    derivative_formula = r"g'(z) = \begin{cases} 1 & z > 0 \\ s & z \le 0 \end{cases}"
    try_this = "Move the slope from 0 (ReLU) to 1 (a straight line) and watch the corners of the map disappear."
    source = "Maas, Hannun and Ng, 2013"
    never_falls = True
    kinks = (0.0,)

    slope: Annotated[
        float,
        Interval(ge=0, le=1),
        Slider(0, 0.5, step=0.01),
        Help("Slope", "How steep the negative side is: 0 is a ReLU, 1 a straight line.", r"s"),
    ] = 0.01

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the calls of max(slope · z, z)."""
        leak = workspace.like(z)
        return [(np.multiply, (z, workspace.scalar(self.slope), leak)), (np.fmax, (z, leak, a))]

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the calls of 1 where a > 0 and the slope elsewhere."""
        return [*positive_calls(a, slope, workspace), (np.fmax, (slope, workspace.scalar(self.slope), slope))]


@activations.register("elu")
class Elu(Activation):
    """A ReLU whose negative side bends smoothly down to a floor at −α.

    The negative values pull the mean activation towards zero. With α = 1 (as in Keras and PyTorch) there is no corner.
    """

    title = "ELU"
    formula = r"a = \begin{cases} z & z > 0 \\ \alpha\,(e^{z} - 1) & z \le 0 \end{cases}"
    derivative_formula = r"g'(z) = \begin{cases} 1 & z > 0 \\ a + \alpha & z \le 0 \end{cases}"
    try_this = "Compare with ReLU on the spiral: the map has rounded edges instead of corners."
    source = "Clevert, Unterthiner and Hochreiter, 2015"
    never_falls = True
    kinks = (0.0,)

    alpha: Annotated[
        float,
        Gt(0),
        Slider(0.1, 2, step=0.1),
        Help("Floor", "How far below zero the negative side can go.", r"\alpha"),
    ] = 1.0

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the calls of ELU."""
        return exponential_calls(z, a, self.alpha, 1.0, workspace)

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the calls of 1 where a > 0 and a + α elsewhere."""
        return exponential_slope_calls(a, slope, self.alpha, 1.0, workspace)


@activations.register("selu")
class Selu(Activation):
    """An ELU with two fixed numbers chosen so that activations keep mean 0 and variance 1 from layer to layer.

    It needs weights drawn with LeCun's initializer to keep that promise.
    """

    title = "SELU"
    formula = r"a = \lambda \begin{cases} z & z > 0 \\ \alpha\,(e^{z} - 1) & z \le 0 \end{cases}" + (
        r"\quad \lambda \approx 1.0507,\ \alpha \approx 1.6733"
    )
    derivative_formula = r"g'(z) = \begin{cases} \lambda & z > 0 \\ a + \lambda\alpha & z \le 0 \end{cases}"
    try_this = "Build six layers with LeCun's initializer and compare the spread of the activations with tanh."
    source = "Klambauer, Unterthiner, Mayr and Hochreiter, 2017"
    never_falls = True
    ALPHA = 1.6732632423543772
    SCALE = 1.0507009873554805
    bounds = (-ALPHA * SCALE, None)
    kinks = (0.0,)

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the calls of SELU."""
        return exponential_calls(z, a, self.ALPHA, self.SCALE, workspace)

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the calls of λ where a > 0 and a + λα elsewhere."""
        return exponential_slope_calls(a, slope, self.ALPHA, self.SCALE, workspace)
