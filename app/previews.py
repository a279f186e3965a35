"""Previews: the numbers of the small pictures in menus and help, computed by the registered classes themselves."""

from dataclasses import fields
from typing import Any

import numpy as np

from engine.activations import Activation
from engine.datasets import Dataset, Samples
from engine.features import Feature
from engine.probes.grid import centres
from engine.registry import Component
from engine.types import Array

CURVE_REACH, CURVE_POINTS = 3, 61
SAMPLES, SEED = 160, 7
IMAGES, SEQUENCES, STEPS = 9, 6, 24
MAP_REACH, MAP_SIDE = 6.0, 20


def preview(cls: type[Component]) -> dict[str, Any]:
    """Return the picture of a kind by its name in the catalogue; nothing for kinds without one."""
    made = cls()
    if isinstance(made, Activation) and made.elementwise:
        return {"curve": curve(made)}
    if isinstance(made, Dataset) and "samples" in {field.name for field in fields(cls)}:  # type: ignore[arg-type]
        return {"preview": examples(type(made))}
    return {"map": feature_map(made)} if isinstance(made, Feature) else {}


def curve(activation: Activation) -> list[list[float]]:
    """Return [z, g(z), g'(z)] at even distances."""
    z = np.linspace(-CURVE_REACH, CURVE_REACH, CURVE_POINTS)
    rows: list[list[float]] = np.stack((z, activation(z), activation.derivative(z)), axis=1).round(4).tolist()
    return rows


def examples(dataset: type[Dataset]) -> list[list[float]]:
    """Return a few examples as their family is drawn.

    Points, curves and tables: [x, y, target], of a table the two columns that tell most. Images: their pixels, 0 to 1.
    Sequences: their values, of symbols the number, 0 for padding.
    """
    made = dataset(samples=SAMPLES, **({"noise": 0.0} if dataset.family == "curves" else {}))  # type: ignore[call-arg]
    drawn = made.sample(np.random.default_rng(SEED))
    rows: list[list[float]] = PICTURES[dataset.family](made, drawn).round(3).tolist()
    return rows


def points(_dataset: Dataset, drawn: Samples) -> Array:
    """Return [x1, x2, target]."""
    return np.column_stack((drawn.inputs, drawn.targets))


def heights(_dataset: Dataset, drawn: Samples) -> Array:
    """Return [x1, y, y]."""
    return np.column_stack((drawn.inputs, drawn.targets, drawn.targets))


def scatter(dataset: Dataset, drawn: Samples) -> Array:
    """Return the column that tells most of the target, the one that adds most to it, and the target."""
    told = shares_told(drawn.inputs, drawn.targets, dataset.task != "regression")
    first = int(np.argmax(told))
    alike = np.square(np.atleast_2d(np.corrcoef(drawn.inputs, rowvar=False))[first])
    second = int(np.argmax(told * (1 - alike)))
    return np.column_stack((drawn.inputs[:, [first, second]], drawn.targets))


def shares_told(inputs: Array, targets: Array, classes: bool) -> Array:
    """Return which share of each column's variance goes with the target: between the classes, or along the line."""
    if not classes:
        along = np.array([np.corrcoef(column, targets)[0, 1] for column in inputs.T])
        told: Array = along * along
        return told
    means = np.stack([inputs[targets == target].mean(axis=0) for target in targets])
    between: Array = means.var(axis=0) / inputs.var(axis=0)
    return between


def mosaic(_dataset: Dataset, drawn: Samples) -> Array:
    """Return the pixels of some images."""
    pixels: Array = drawn.inputs[:IMAGES] / drawn.inputs[:IMAGES].max()
    return pixels


def strips(dataset: Dataset, drawn: Samples) -> Array:
    """Return the first steps of some sequences: of symbols their numbers from 1, else the first value of each step."""
    time, *features = dataset.input_shape
    steps = drawn.inputs[:SEQUENCES].reshape(SEQUENCES, time, -1)[:, :STEPS]
    if dataset.alphabet is None or not features:
        return steps[..., 0]
    numbers: Array = steps.dot(np.arange(1.0, steps.shape[-1] + 1))
    return numbers


PICTURES = {"points": points, "curves": heights, "tables": scatter, "images": mosaic, "sequences": strips}


def feature_map(feature: Feature) -> list[list[float]]:
    """Return the feature over the plane, from −1 to 1, row by row from the top."""
    side = centres(-MAP_REACH, MAP_REACH, MAP_SIDE)
    columns = (np.tile(side, MAP_SIDE), np.repeat(side[::-1], MAP_SIDE))
    values = feature.compute(*(columns[column] for column in feature.columns))
    rows: list[list[float]] = (values / np.abs(values).max()).round(3).reshape(MAP_SIDE, MAP_SIDE).tolist()
    return rows
