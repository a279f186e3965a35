"""Previews: the numbers of the small pictures in menus and help, computed by the registered classes themselves."""

from dataclasses import fields
from typing import Any

import numpy as np

from engine.activations import Activation
from engine.datasets import Dataset
from engine.features import Feature
from engine.probes.grid import centres
from engine.registry import Component

CURVE_REACH, CURVE_POINTS = 3, 61
SAMPLES, SEED = 160, 7
MAP_REACH, MAP_SIDE = 6.0, 20


def preview(cls: type[Component]) -> dict[str, Any]:
    """Return the picture of a kind by its name in the catalogue; nothing for kinds without one."""
    made = cls()
    if isinstance(made, Activation) and made.elementwise:
        return {"curve": curve(made)}
    drawn = "samples" in {field.name for field in fields(cls)}  # type: ignore[arg-type]
    if isinstance(made, Dataset) and drawn and made.domain is not None:
        return {"preview": points(type(made))}
    return {"map": feature_map(made)} if isinstance(made, Feature) else {}


def curve(activation: Activation) -> list[list[float]]:
    """Return [z, g(z), g'(z)] at even distances."""
    z = np.linspace(-CURVE_REACH, CURVE_REACH, CURVE_POINTS)
    rows: list[list[float]] = np.stack((z, activation(z), activation.derivative(z)), axis=1).round(4).tolist()
    return rows


def points(dataset: type[Dataset]) -> list[list[float]]:
    """Return [x1, x2, target] of some examples."""
    drawn = dataset(samples=SAMPLES).sample(np.random.default_rng(SEED))  # type: ignore[call-arg]
    rows: list[list[float]] = np.column_stack((drawn.inputs, drawn.targets)).round(3).tolist()
    return rows


def feature_map(feature: Feature) -> list[list[float]]:
    """Return the feature over the plane, from −1 to 1, row by row from the top."""
    side = centres(-MAP_REACH, MAP_REACH, MAP_SIDE)
    columns = (np.tile(side, MAP_SIDE), np.repeat(side[::-1], MAP_SIDE))
    values = feature.compute(*(columns[column] for column in feature.columns))
    rows: list[list[float]] = (values / np.abs(values).max()).round(3).reshape(MAP_SIDE, MAP_SIDE).tolist()
    return rows
