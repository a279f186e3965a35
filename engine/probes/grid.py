"""The points of a picture: the centre of every pixel, and what the network is given there."""

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from engine.data import PreparedData
from engine.probes.probe import ProbeUnavailable, reach, to_bytes
from engine.types import Array, ByteArray


class Grid(NamedTuple):
    """What the network is given at every point of a picture, as numbers and as maps; it never changes in a training."""

    features: Array
    """(features, resolution²)"""
    scales: list[float]
    """The largest size of each feature."""
    maps: ByteArray
    """The features in bytes, 0…255 for −scale…scale, (features, resolution, resolution)."""
    domain: list[list[float]]
    """The rectangle of the picture, as plain JSON."""


MAXIMUM_KEPT = 3
"""Grids of so many resolutions are kept for each data set."""
_SEEN: WeakKeyDictionary[PreparedData, dict[int, Grid]] = WeakKeyDictionary()


def centres(low: float, high: float, count: int) -> Array:
    """Return the middles of ``count`` equal parts of ``low``…``high``."""
    return low + (np.arange(count) + 0.5) * ((high - low) / count)


def domain_of(data: PreparedData) -> list[list[float]]:
    """Return the rectangle of a picture as plain JSON."""
    return [list(side) for side in data.domain or ()]


def grid_points(data: PreparedData, resolution: int) -> Array:
    """Return the raw inputs (resolution², 2) of a picture, row by row from the top left: row 0 has the largest x2."""
    if data.domain is None:
        columns = data.inputs.shape[1]
        raise ProbeUnavailable(f"A map needs points of a plane; these examples have {columns} inputs, not 2.")
    across, up = (centres(*side, resolution) for side in data.domain)
    x1, x2 = np.meshgrid(across, up[::-1])
    return np.stack((x1.ravel(), x2.ravel()), axis=1)


def grid_of(data: PreparedData, resolution: int) -> Grid:
    """Return the grid of a data set, kept for the last few resolutions that were asked for."""
    seen = _SEEN.setdefault(data, {})
    if resolution not in seen:
        if len(seen) >= MAXIMUM_KEPT:
            seen.pop(next(iter(seen)))
        features = data.transform(grid_points(data, resolution))
        scales = [reach(row) for row in features]
        column = np.array(scales)[:, None]
        maps = to_bytes(features, -column, column).reshape(-1, resolution, resolution)
        seen[resolution] = Grid(features, scales, maps, domain_of(data))
    return seen[resolution]
