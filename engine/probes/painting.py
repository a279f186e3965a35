"""Maps of all neurons in bytes: one forward pass whose answers lie side by side, all of them quantised at once."""

from itertools import groupby
from math import isqrt
from weakref import WeakKeyDictionary

import numpy as np

from engine.calls import Calls, run, written_out
from engine.data import PreparedData
from engine.network import Network, Prediction
from engine.probes.grid import MAXIMUM_KEPT, Grid
from engine.probes.maps import block_size, blocks, own_answers
from engine.probes.probe import Arrays, valid_reach
from engine.types import Array

MIDDLE = np.array(128, np.float32)
"""The byte of 0, and a half to round: 127.5 + 0.5."""


class Painting:
    """What every layer answers at every point of a picture, in single precision and in bytes."""

    def __init__(self, network: Network, grid: Grid) -> None:
        """Prepare the pass of a ``network`` in single precision over the points of a ``grid``."""
        points = grid.features.shape[1]
        self.grid, self._blocks, self._side = grid, blocks(points), isqrt(points)
        self._kept = [kept.theta for kept in (network.parameters, network.statistics) if kept.theta.size]
        self._seen: list[bytes] = []
        """What the parameters were, as bytes, when the answers were computed."""
        self._forward = Prediction(network, block_size(points), together=True)
        self.rows, self._answers = _rows_on_shelf(self._forward)
        """Which rows of the whole each layer's answers are."""
        self._whole = self._answers if len(self._blocks) == 1 else np.empty((0, points), np.float32)
        self._scaled = np.empty_like(self._answers)
        self._forward.inputs[...] = grid.features[:, self._blocks[0]]
        self._pass = written_out(self._forward.calls)
        self.bounds = scales_by_bounds(network)
        """The scale of each layer with a bounded activation."""
        self._unbounded = {name: rows for name, rows in self.rows.items() if name not in self.bounds}
        self._bound_scaling = [] if self._unbounded else self._scaling(self.bounds)
        lows = [layer.activation.bounds[0] for layer in network.layers if layer.activation and layer.name in self.rows]
        self._negative = len(lows) < len(self.rows) or any(low != 0 for low in lows)

    def values(self, layer: str) -> Array:
        """Return the answers of a layer, (units, points); the next update overwrites them."""
        return self._whole[self.rows[layer]]

    def update(self) -> None:
        """Compute all answers, unless they are those of the present parameters: several probes show them."""
        seen = [kept.tobytes() for kept in self._kept]
        if seen != self._seen:
            self._run()
            self._seen = seen

    def _run(self) -> None:
        """Compute all answers, block by block."""
        if len(self._blocks) == 1:
            self._pass((None,))
            return
        self._whole = np.empty((len(self._answers), self.grid.features.shape[1]), np.float32)
        for block in self._blocks:
            self._forward.inputs[...] = self.grid.features[:, block]
            self._pass((None,))
            self._whole[:, block] = self._answers

    def scales(self) -> dict[str, float]:
        """Return what a byte of each layer can reach: the bound of its activation, else its largest answer."""
        return self.bounds | self._reaches() if self._unbounded else self.bounds

    def to_bytes(self, scales: dict[str, float]) -> Arrays:
        """Return the answers as bytes, (units, side, side): b stands for (b/127.5 − 1) times the layer's scale."""
        scaling = self._bound_scaling if scales is self.bounds else self._scaling(scales)
        if self._whole is self._answers:
            run(scaling)
            painted = self._scaled.astype(np.uint8)
        else:
            painted = np.empty(self._whole.shape, np.uint8)
            for block in self._blocks:
                self._answers[...] = self._whole[:, block]
                run(scaling)
                painted[:, block] = self._scaled
        pictures = painted.reshape(-1, self._side, self._side)
        return {name: pictures[rows] for name, rows in self.rows.items()}

    def _scaling(self, scales: dict[str, float]) -> Calls:
        """Return the calls that scale a block to 0…255; layers side by side with one scale go together.

        The rows of ones between them go along, so that nothing grows in their places.
        """
        groups = [(scale, self.rows[next(names)].start) for scale, names in groupby(self.rows, scales.__getitem__)]
        ends = [*(start for _, start in groups[1:]), len(self._answers)]
        calls: Calls = [
            (np.multiply, (self._answers[start:end], np.array(127.5 / scale, np.float32), self._scaled[start:end]))
            for (scale, start), end in zip(groups, ends, strict=True)
        ]
        return [*calls, (np.add, (self._scaled, MIDDLE, self._scaled))]

    def _reaches(self) -> dict[str, float]:
        """Return the largest size among the answers of each layer without bounds."""
        points = self._whole.shape[1]
        ends = [end * points for rows in self._unbounded.values() for end in (rows.start, rows.stop)]
        flat, ends = self._whole.reshape(-1), ends[:-1] if ends[-1] == self._whole.size else ends
        largest = np.maximum.reduceat(flat, ends)[::2]
        if self._negative:
            largest = np.fmax(largest, -np.minimum.reduceat(flat, ends)[::2])
        return {name: valid_reach(float(one)) for name, one in zip(self._unbounded, largest, strict=True)}


class Painter:
    """A network in single precision, twice as fast and exact to 1e-6, and its paintings of the last few sizes."""

    def __init__(self, network: Network) -> None:
        """Begin with none."""
        self._twin = Network(network.layers, np.float32, network.padded)
        self._paintings: dict[int, Painting] = {}

    def paint(self, network: Network, grid: Grid) -> Painting:
        """Return the painting of the network as it is now."""
        self._twin.copy_from(network)
        points = grid.features.shape[1]
        painting = self._paintings.get(points)
        if painting is None or painting.grid is not grid:
            if len(self._paintings) >= MAXIMUM_KEPT:
                self._paintings.pop(next(iter(self._paintings)))
            painting = self._paintings[points] = Painting(self._twin, grid)
        painting.update()
        return painting


_PAINTERS: WeakKeyDictionary[Network, Painter] = WeakKeyDictionary()


def painting_of(network: Network, grid: Grid) -> Painting:
    """Return the painting of a network as it is now, computed anew only for other parameters than the last time.

    Where warnings are not ignored, numbers too large for single precision cause some.
    """
    painter = _PAINTERS.get(network)
    if painter is None:
        painter = _PAINTERS[network] = Painter(network)
    return painter.paint(network, grid)


def scales_by_bounds(network: Network) -> dict[str, float]:
    """Return the scale of each layer with a bounded activation: the larger of its bounds."""
    scales = {}
    for layer in network.layers:
        low, high = layer.activation.bounds if layer.activation else (None, None)
        if low is not None and high is not None:
            scales[layer.name] = max(-low, high)
    return scales


def output_has_no_bound(data: PreparedData, bounds: dict[str, float]) -> bool:
    """Return whether the output can be anything: of a regression it is in other units than those of its layer."""
    return data.target_scale is not None or "output" not in bounds


def _rows_on_shelf(forward: Prediction) -> tuple[dict[str, slice], Array]:
    """Return which rows each layer's answers are, and all of these rows."""
    shelf, points = forward.shelf, forward.inputs.shape[1]
    assert shelf is not None
    rows = {}
    for name, values in own_answers(forward).items():
        place = shelf.place(values)
        assert place is not None
        rows[name] = slice(place // points, place // points + len(values))
    stop = max(one.stop for one in rows.values())
    return rows, shelf.values[: stop * points].reshape(stop, points)
