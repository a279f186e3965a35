"""What the tests of the probes share."""

from typing import Any

import numpy as np

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import Convolution, Dense, Dropout, Flatten, MaxPooling, layers
from engine.probes import Measurement, ProbeUnavailable, probes
from engine.training import Training

RELU = Experiment(layers=(Dense(units=6, activation=activations["relu"]()), Dropout(rate=0.2), Dense(units=3)))
CURVE = Experiment(data=Data(datasets["sine_curve"]()), layers=(Dense(units=6),))
IMAGES = Experiment(
    data=Data(datasets["digits"](samples=100)), layers=(Convolution(filters=3), MaxPooling(), Flatten()), batch_size=32
)
PADDED = Experiment(
    data=Data(datasets["reber_grammar"](samples=80)),
    layers=(layers["gru"](units=3, return_sequences=True), layers["lstm"](units=4)),
)
SUBJECTS = {"points": RELU, "curve": CURVE, "images": IMAGES, "padded sequences": PADDED}


def trained(dataset: str = "circle", **fields: Any) -> Training:
    """A training after twenty steps."""
    training = Training(Experiment(data=Data(datasets[dataset]()), **fields))
    training.advance(20)
    return training


def measure(training: Training, kind: str, **fields: Any) -> Measurement:
    """Ask a probe."""
    return probes[kind](**fields).measure(training)


def subject(kind: str) -> Experiment:
    """Return an experiment about which a probe has something to say after a few steps."""
    for experiment in SUBJECTS.values():
        training = Training(experiment)
        training.advance(3)
        try:
            measure(training, kind)
        except ProbeUnavailable:
            continue
        return experiment
    raise AssertionError(f"no subject has anything for {kind}")


def document(training: Training, what: str) -> dict[str, dict[str, np.ndarray]]:
    """Parameters or gradients by layer and name."""
    layers = getattr(training, what)()["layers"]
    return {entry["name"]: {k: np.array(v) for k, v in entry["parameters"].items()} for entry in layers}


class Ragged(datasets["parity"]):  # type: ignore[misc]
    """Bits of sequences that differ in length, each with an answer: zeros at the end are padding."""

    padded = True

    @property
    def per_step(self) -> bool:
        return True


RAGGED = Experiment(
    data=Data(Ragged(samples=60, length=6)), layers=(layers["gru"](units=4, return_sequences=True),), dtype="float64"
)


def real_answers(training: Training, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Answers and targets of all real steps of a part of ``RAGGED``, step by step."""
    data, answers, targets = training.data, [], []
    for row in data.indices[split]:
        bits = data.inputs[row]
        length = len(np.trim_zeros(bits, "b"))
        answers += training.predict(bits[None])[0].ravel()[:length].tolist() if length else []
        targets += data.targets[row][:length].tolist()
    return np.array(answers), np.array(targets)
