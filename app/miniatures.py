"""Miniatures: small pictures' numbers for the catalogue, computed by the engine itself, always the same."""

from functools import singledispatch
from typing import Any

import numpy as np

from engine.activations import Activation
from engine.datasets import Dataset
from engine.features import Feature
from engine.registry import Component

CURVE_REACH, CURVE_POINTS = 3.0, 61
POINTS, SEED = 160, 7
MAP_REACH, MAP_SIDE = 6.0, 20


def miniature(cls: type[Component]) -> dict[str, Any]:
    """Return what a kind looks like, under the name of its sort of picture; nothing if it has no picture."""
    return draw(cls())


@singledispatch
def draw(_component: Component) -> dict[str, Any]:
    """Return nothing: most components have no picture."""
    return {}


@draw.register
def draw_curve(activation: Activation) -> dict[str, Any]:
    """Return ``curve``: rows (z, g(z), g'(z)) for z from −3 to 3."""
    if not activation.elementwise:
        return {}
    z = np.linspace(-CURVE_REACH, CURVE_REACH, CURVE_POINTS)
    return {"curve": np.stack((z, activation(z), activation.derivative(z)), axis=1).round(4).tolist()}


@draw.register
def draw_points(dataset: Dataset) -> dict[str, Any]:
    """Return ``preview``: rows (x1, x2, target) of a small sample; nothing where examples are not points of a plane."""
    if "samples" not in dataset.__dataclass_fields__ or dataset.domain is None:  # type: ignore[attr-defined]
        return {}
    inputs, targets = type(dataset)(samples=POINTS).sample(np.random.default_rng(SEED))  # type: ignore[call-arg]
    return {"preview": np.column_stack((inputs, targets)).round(3).tolist()}


@draw.register
def draw_map(feature: Feature) -> dict[str, Any]:
    """Return ``map``: the feature over the plane from −6 to 6, row 0 at the top, divided by its largest size."""
    side = np.linspace(-MAP_REACH, MAP_REACH, MAP_SIDE)
    columns = np.tile(side, MAP_SIDE), np.repeat(side[::-1], MAP_SIDE)
    values = feature.compute(*(columns[column] for column in feature.columns))
    return {"map": (values / np.abs(values).max()).round(3).reshape(MAP_SIDE, MAP_SIDE).tolist()}
