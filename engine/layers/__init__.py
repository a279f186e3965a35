"""Layers: the building blocks of a network."""

# The order is that of the menu.
# isort: off
from engine.layers.layer import Layer, layers
from engine.layers.dense import Dense
from engine.layers.activation import ActivationLayer
from engine.layers.dropout import Dropout

# isort: on

__all__ = ["ActivationLayer", "Dense", "Dropout", "Layer", "layers"]
