"""Activation functions: what a neuron makes of its weighted sum."""

# The order is that of the menu.
# isort: off
from engine.activations.activation import Activation, activations
from engine.activations.classical import Linear, Sigmoid, Step, Tanh
from engine.activations.rectifiers import Elu, LeakyRelu, Relu, Selu
from engine.activations.smooth_rectifiers import Gelu, Silu, Softplus
from engine.activations.waves import Gaussian, Sine
from engine.activations.softmax import Softmax

# isort: on

__all__ = [
    "Activation",
    "Elu",
    "Gaussian",
    "Gelu",
    "LeakyRelu",
    "Linear",
    "Relu",
    "Selu",
    "Sigmoid",
    "Silu",
    "Sine",
    "Softmax",
    "Softplus",
    "Step",
    "Tanh",
    "activations",
]
