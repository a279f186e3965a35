"""One example on its way through the network: what several probes look at."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

import numpy as np
from annotated_types import Interval, MaxLen

from engine.data import PreparedData
from engine.datasets.dataset import MAXIMUM_SAMPLES
from engine.datasets.sequences import lengths
from engine.evaluation import finite
from engine.network import NamedLayer, Prediction
from engine.probes.probe import ProbeUnavailable
from engine.registry import Help, Slider
from engine.types import Array, Split

if TYPE_CHECKING:
    from engine.training import Training

MAXIMUM_NUMBERS = 65_536
"""No array that such a probe answers with is larger: of more channels, units or filters the first are shown."""

PartChoice: TypeAlias = Annotated[Split, Help("Part", "From which part of the examples the one that is shown comes.")]
ExampleIndex: TypeAlias = Annotated[
    int,
    Interval(ge=0, lt=MAXIMUM_SAMPLES),
    Slider(0, 99, step=1),
    Help("Example", "Which example of its part, counted from 0.", "i"),
]
LayerName: TypeAlias = Annotated[
    str, MaxLen(40), Help("Layer", "The name of the layer that is shown; left empty, all that have something to show.")
]


class Example(NamedTuple):
    """An example in its place."""

    split: Split
    place: int
    """Its number within its part."""
    number: int
    """Its number in the dataset."""
    features: Array
    """What the network sees of it, (features, 1)."""


def find_example(training: "Training", split: Split, index: int) -> Example:
    """Return an example; ProbeUnavailable where there are not so many."""
    part = training.evaluation.parts[split]
    if part is None:
        raise ProbeUnavailable(f"There are no {split} examples.")
    if index >= part.examples:
        message = f"There are {part.examples} {split} examples, counted from 0; so there is none with the number"
        raise ProbeUnavailable(f"{message} {index}.")
    number = int(training.data.indices[split][index])
    return Example(split, index, number, part.features[..., index : index + 1])


def pass_through(training: "Training", example: Example) -> Prediction:
    """Return the forward pass over an example, in prediction mode; the next prediction may overwrite its arrays."""
    prediction = training.network.prediction(1)
    prediction.inputs[...] = example.features
    prediction.run()
    return prediction


def describe_example(training: "Training", example: Example, prediction: Prediction) -> dict[str, Any]:
    """Return where an example stands, its target and the network's answer in the target's units, as plain JSON.

    The answer is a list of one number for each output (of sequences with an answer at every step: a list of those),
    null where it is not finite.
    """
    data = training.data
    answer = data.in_units(prediction.outputs).T.astype(np.float64)
    steps = [[finite(float(value)) for value in step] for step in answer]
    return {
        "split": example.split,
        "index": example.place,
        "example": example.number,
        "target": data.targets[example.number].tolist(),
        "answer": steps if data.dataset.per_step else steps[0],
    }


def find_layers(training: "Training", name: str, fits: Callable[[NamedLayer], bool], wanted: str) -> list[NamedLayer]:
    """Return the layer called ``name``, or without a name all that fit; ProbeUnavailable says what is ``wanted``."""
    layers = training.network.layers
    found = [layer for layer in layers if fits(layer)]
    if not found:
        raise ProbeUnavailable(f"This network has no {wanted}.")
    if not name:
        return found
    chosen = [layer for layer in found if layer.name == name]
    if not chosen:
        known = ", ".join(layer.name for layer in found)
        raise ProbeUnavailable(f"{name!r} is none of the layers that could be shown here; these are {known}.")
    return chosen


def affordable(count: int, numbers: int) -> int:
    """Return how many of ``count`` pieces of so many ``numbers`` each may be shown; always one."""
    return max(1, min(count, MAXIMUM_NUMBERS // max(1, numbers)))


def real_steps(data: PreparedData, example: Example) -> int:
    """Return how many time steps of a sequence are not padding; at least one."""
    steps = data.shape[0]
    if not data.dataset.padded:
        return steps
    return max(1, int(lengths(data.inputs[example.number][None], steps)[0]))


def symbols_of(data: PreparedData, example: Example) -> list[str] | None:
    """Return the symbols of a sequence, padding left out; None where its inputs are amounts."""
    alphabet, dataset = data.dataset.alphabet, data.dataset
    if alphabet is None:
        return None
    rows = data.inputs[example.number].reshape(dataset.input_shape)[: real_steps(data, example)]
    tokens = rows if rows.ndim == 1 else np.where(rows.any(axis=1), rows.argmax(axis=1) + 1, 0)
    return [alphabet[int(token) - 1] if token else "" for token in tokens]
