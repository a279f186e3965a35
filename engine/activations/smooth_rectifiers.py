"""Rectifiers without a corner: GELU, SiLU and softplus."""

import math
from typing import Annotated

import numpy as np

from engine.activations.activation import Activation, activations, sigmoid_calls
from engine.activations.normal_distribution import normal_density, normal_distribution
from engine.calls import Calls, Workspace
from engine.registry import Help
from engine.types import Array


@activations.register("gelu")
class Gelu(Activation):
    """A rounded ReLU that weights each sum by how large it is among normally distributed ones.

    Exact by default, as in PyTorch and Keras; ``approximate`` takes the form with tanh, off by less than 0.0005.
    """

    title = "GELU"
    formula = (
        r"a = z\,\Phi(z) \approx \tfrac{1}{2} z \left(1 + \tanh\!\left(\sqrt{2/\pi}\,(z + 0.044715 z^3)\right)\right)"
    )
    derivative_formula = r"g'(z) = \Phi(z) + z\,\varphi(z)"
    try_this = "Look at its curve around −1: like SiLU, and unlike ReLU, it goes down before it goes up."
    source = "Hendrycks and Gimpel, 2016"
    keeps_input = True
    bounds = (-0.17004075057125412, None)  # of the form with tanh; the exact one ends at -0.16997

    approximate: Annotated[
        bool, Help("Approximate", "Use the faster form with tanh instead of the normal distribution itself.")
    ] = False

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the call of z Φ(z)."""
        return [(_gelu_with_tanh if self.approximate else _gelu, (z, a))]

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the call of Φ(z) + z φ(z), or of the derivative of the form with tanh."""
        return [(_gelu_with_tanh_slope if self.approximate else _gelu_slope, (z, slope))]


def _gelu(z: Array, a: Array) -> None:
    np.multiply(z, normal_distribution(z), a)


def _gelu_slope(z: Array, slope: Array) -> None:
    np.add(normal_distribution(z), z * normal_density(z), slope)


def _share_by_tanh(z: Array) -> Array:
    share: Array = np.tanh(math.sqrt(2 / math.pi) * z * (1 + 0.044715 * np.square(z)))
    return share


def _gelu_with_tanh(z: Array, a: Array) -> None:
    np.multiply(z, 0.5 * (1 + _share_by_tanh(z)), a)


def _gelu_with_tanh_slope(z: Array, slope: Array) -> None:
    share = _share_by_tanh(z)
    inner_slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * np.square(z))
    np.add(0.5 * (1 + share), 0.5 * z * (1 - np.square(share)) * inner_slope, slope)


@activations.register("silu")
class Silu(Activation):
    """A smooth ReLU: each sum is multiplied by its own sigmoid, which opens like a gate.

    Also called swish.
    """

    title = "SiLU (swish)"
    formula = r"a = z\,\sigma(z)"
    derivative_formula = r"g'(z) = \sigma(z)\,\bigl(1 + z\,(1 - \sigma(z))\bigr)"
    try_this = "Compare with ReLU on the spiral: hardly any unit dies, and the map is smooth."
    source = "Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and Le, 2017"
    keeps_input = True
    bounds = (-0.2784645427610738, None)

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the calls of z σ(z)."""
        return [*sigmoid_calls(z, a, workspace), (np.multiply, (a, z, a))]

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the calls of σ + a (1 − σ), which is a + σ (1 − a)."""
        rest = workspace.like(z)
        return [
            *sigmoid_calls(z, slope, workspace),
            (np.subtract, (workspace.scalar(1.0), a, rest)),
            (np.multiply, (slope, rest, slope)),
            (np.add, (slope, a, slope)),
        ]


@activations.register("softplus")
class Softplus(Activation):
    """A ReLU with its corner rounded off; always positive.

    Its slope is the sigmoid. (PyTorch replaces it by z above 20; we do not.)
    """

    title = "Softplus"
    formula = r"a = \ln(1 + e^{z})"
    derivative_formula = r"g'(z) = \sigma(z) = 1 - e^{-a}"
    try_this = "Use it as the output activation of a regression whose targets cannot be negative."
    source = "Dugas, Bengio, Bélisle, Nadeau and Garcia, 2000"
    never_falls = True
    bounds = (0.0, None)

    def forward(self, z: Array, a: Array, workspace: Workspace) -> Calls:
        """Return the call of ln(e⁰ + e^z), which does not overflow."""
        return [(np.logaddexp, (z, workspace.scalar(0.0), a))]

    def slopes(self, z: Array, a: Array, slope: Array, workspace: Workspace) -> Calls:
        """Return the calls of 1 − e^{−a}, with the minus taken out."""
        return [(np.negative, (a, slope)), (np.expm1, (slope, slope)), (np.negative, (slope, slope))]
