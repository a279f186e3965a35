"""What the tests of the probes share."""

from typing import Any

import numpy as np

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import Dense, Dropout
from engine.probes import Measurement, probes
from engine.training import Training

RELU = Experiment(layers=(Dense(units=6, activation=activations["relu"]()), Dropout(rate=0.2), Dense(units=3)))


def trained(dataset: str = "circle", **fields: Any) -> Training:
    """A training after twenty steps."""
    training = Training(Experiment(data=Data(datasets[dataset]()), **fields))
    training.advance(20)
    return training


def measure(training: Training, kind: str, **fields: Any) -> Measurement:
    """Ask a probe."""
    return probes[kind](**fields).measure(training)


def document(training: Training, what: str) -> dict[str, dict[str, np.ndarray]]:
    """Parameters or gradients by layer and name."""
    layers = getattr(training, what)()["layers"]
    return {entry["name"]: {k: np.array(v) for k, v in entry["parameters"].items()} for entry in layers}
