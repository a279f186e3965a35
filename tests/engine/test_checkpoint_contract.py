"""Every kind of every registry goes on bit for bit after it was bytes, wherever it is cut."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.augmentation import Augmentation
from engine.checkpoint import from_bytes, to_bytes
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment, Output
from engine.layers import BatchNormalization, Dense, Dropout, layers
from engine.optimizers import optimizers
from engine.splits import SplitFractions
from engine.training import Training
from tests.engine.test_contract import REGISTRIES
from tests.engine.test_gradient_contract import fitting
from tests.engine.variants import DIGITS, around, few, on_images, on_sequences, suggested

CUTS = 4, 20
"""After so many steps each: in the first epoch and at the end of the fourth."""
BASE = Experiment(
    data=Data(datasets["imbalanced"](samples=60), split=SplitFractions(0.5, 0.25, 0.25)),
    layers=(Dense(units=4), BatchNormalization(), Dropout(), Dense(units=3)),
    optimizer=optimizers["adam"](learning_rate=0.01),
    batch_size=5,
)
"""Uses chance, moving averages and an optimizer that remembers, and has examples to stop by; six steps an epoch."""
AUGMENTATIONS = {
    "shift": Augmentation(shift=1),
    "rotate": Augmentation(rotate=10.0),
    "scale": Augmentation(scale=0.1),
    "flip": Augmentation(flip="both"),
    "noise": Augmentation(noise=0.1),
}


def in_field(name: str) -> Callable[[Any], Experiment]:
    """What puts a component into a field of the experiment."""
    return lambda kind: replace(BASE, **{name: kind()})


def in_data(name: str) -> Callable[[Any], Experiment]:
    """What puts a component into a field of the data."""
    return lambda kind: replace(BASE, data=replace(BASE.data, **{name: kind()}))


def initialised(kind: Any) -> Experiment:
    """A network that begins with an initializer everywhere."""
    stack = (Dense(units=4, initializer=kind()), BatchNormalization(), Dropout())
    return replace(BASE, layers=stack, output=Output(initializer=kind()))


def stopped(kind: Any) -> Experiment:
    """A training that a rule may end after the first cut."""
    short = {"epochs": {"epochs": 3}, "target_loss": {"target": 0.3}}.get(kind.kind, {"patience": 2})
    return replace(BASE, stopping=kind(**short if kind.kind != "none" else {}))


TAKING_PART: dict[str, Callable[[Any], Experiment]] = {
    "activations": lambda kind: replace(BASE, layers=(Dense(units=4, activation=kind()), Dropout())),
    "class_weights": in_field("class_weight"),
    "clippings": in_field("clipping"),
    "datasets": lambda kind: suggested(few(kind.kind)),
    "features": lambda kind: replace(BASE, data=replace(BASE.data, features=(kind.kind,))),
    "initializers": initialised,
    "layers": lambda kind: replace(around(kind()), optimizer=BASE.optimizer),
    "losses": lambda kind: replace(fitting(kind()), optimizer=BASE.optimizer),
    "optimizers": in_field("optimizer"),
    "regularizers": in_field("regularizer"),
    "resamplings": in_data("resampling"),
    "scalings": in_data("scaling"),
    "schedules": in_field("schedule"),
    "stoppings": stopped,
}
"""For each registry, what makes an experiment of one of its kinds."""
MORE = {
    "single precision": replace(BASE, dtype="float32"),
    "in order": replace(BASE, shuffle=False),
    "everything at once": replace(BASE, batch_size=1000),
    **{f"{kind} on images": on_images(layers[kind]()) for kind in ("batch_normalization", "dropout")},
    **{f"{kind} on sequences": on_sequences(layers[kind]()) for kind in ("batch_normalization", "dropout")},
    **{name: Experiment(data=replace(DIGITS, augmentation=made)) for name, made in AUGMENTATIONS.items()},
}
CASES = [
    *(
        pytest.param(TAKING_PART[name](kind), id=f"{name}-{kind.kind}")
        for name, registry in REGISTRIES.items()
        if name in TAKING_PART
        for kind in registry
    ),
    *(pytest.param(experiment, id=name) for name, experiment in MORE.items()),
]


def test_every_registry_is_here():
    assert TAKING_PART.keys() == REGISTRIES.keys() - {"probes"}  # they only look


@pytest.mark.parametrize("experiment", CASES)
def test_a_training_goes_on_bit_for_bit(experiment: Experiment):
    whole = Training(experiment)
    moved = Training(experiment)
    for steps in CUTS:
        whole.advance(steps)
        moved.advance(steps)
        moved = from_bytes(to_bytes(moved))
        assert to_bytes(moved) == to_bytes(whole)
    assert whole.state.step > 0
    assert moved.stopped == whole.stopped
    np.testing.assert_array_equal(moved.predict(moved.data.inputs), whole.predict(whole.data.inputs))
