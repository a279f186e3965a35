"""Layers: the building blocks of a network."""

# The order is that of the menu.
# isort: off
from engine.layers.layer import Layer, layers
from engine.layers.dense import Dense
from engine.layers.activation import ActivationLayer
from engine.layers.dropout import Dropout
from engine.layers.normalization import BatchNormalization, LayerNormalization
from engine.layers.convolution import Convolution
from engine.layers.pooling import AveragePooling, MaxPooling, MinPooling
from engine.layers.flatten import Flatten
from engine.layers.simple_rnn import SimpleRNN
from engine.layers.lstm import LSTM
from engine.layers.gru import GRU
from engine.layers.embedding import Embedding

# isort: on

__all__ = [
    "GRU",
    "LSTM",
    "ActivationLayer",
    "AveragePooling",
    "BatchNormalization",
    "Convolution",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "Layer",
    "LayerNormalization",
    "MaxPooling",
    "MinPooling",
    "SimpleRNN",
    "layers",
]
