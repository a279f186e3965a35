"""Optimizers: rules by which a gradient becomes a step downhill."""

# The order is that of the menu.
# isort: off
from engine.optimizers.optimizer import Optimizer, optimizers
from engine.optimizers.gradient_descent import GradientDescent, Momentum
from engine.optimizers.adaptive import Adadelta, Adagrad, RMSprop
from engine.optimizers.adam import Adam, AdamW

# isort: on

__all__ = [
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "GradientDescent",
    "Momentum",
    "Optimizer",
    "RMSprop",
    "optimizers",
]
