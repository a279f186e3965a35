"""Layers: the building blocks of a network."""

# The order is that of the menu.
# isort: off
from engine.layers.layer import Layer, layers
from engine.layers.dense import Dense
from engine.layers.activation import ActivationLayer
from engine.layers.dropout import Dropout
from engine.layers.normalization import BatchNormalization, LayerNormalization

# isort: on

__all__ = [
    "ActivationLayer",
    "BatchNormalization",
    "Dense",
    "Dropout",
    "Layer",
    "LayerNormalization",
    "layers",
]
