"""The registries of the engine, in the order in which a reference shows them."""

from typing import Any

from engine.activations import activations
from engine.clipping import clippings
from engine.datasets import datasets
from engine.features import features
from engine.initializers import initializers
from engine.layers import layers
from engine.losses import losses
from engine.optimizers import optimizers
from engine.probes import probes
from engine.registry import Registry
from engine.regularizers import regularizers
from engine.resampling import resamplings
from engine.scaling import scalings
from engine.schedules import schedules
from engine.stopping import stoppings
from engine.weighting import class_weights

REGISTRIES: tuple[Registry[Any], ...] = (
    datasets, features, scalings, resamplings, layers, activations, initializers,
    losses, class_weights, regularizers, clippings, optimizers, schedules, stoppings, probes,
)  # fmt: skip
