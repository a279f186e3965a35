"""How many units of a layer are really different from each other."""

from typing import TYPE_CHECKING

import numpy as np

from engine.probes.probe import Measurement, Probe, probes
from engine.types import Array, IntArray

if TYPE_CHECKING:
    from engine.training import Training

ROUNDING = 64
"""Numbers count as equal if they differ by no more than so many roundings of the largest of the layer."""


@probes.register("symmetry")
class Symmetry(Probe):
    """How many units of each layer differ from all others. Units that start alike get the same gradient for ever."""

    title = "Distinct units"
    formula = r"\#\{(W_{\cdot j}, b_j)\}"
    try_this = "Initialise with zeros: each layer has a single distinct unit, however many it has and long it trains."
    source = "Rumelhart, Hinton and Williams, 1986 (symmetry breaking)"

    def measure(self, training: "Training") -> Measurement:
        """Return for each layer with units ``<layer>.group`` (units,): equal numbers mark units with equal parameters.

        Groups are numbered in the order in which they appear. In the meta data: ``units`` and ``distinct`` of each
        layer. Gates of recurrent units belong to their unit.
        """
        arrays, layers = {}, {}
        for layer in training.network.layers:
            parts = training.network.parameters.views.get(layer.name, {})
            if "kernel" in parts:
                shape: tuple[int, ...] = parts["kernel"].shape
                units: int = vars(layer.layer).get("units", shape[-1])
                group = equal_units(list(parts.values()), units)
                arrays[f"{layer.name}.group"] = group
                layers[layer.name] = {"units": units, "distinct": int(group.max()) + 1}
        return Measurement(arrays, {"layers": layers})


def equal_units(parts: list[Array], units: int) -> IntArray:
    """Return a number for each unit (the end of every part's last axis), the same for units with equal parameters."""
    columns = np.concatenate([part.reshape(-1, units) for part in parts]).T
    precision = np.finfo(columns.dtype)
    tolerance = ROUNDING * precision.eps * max(float(np.abs(columns).max()), float(precision.tiny))
    groups = np.empty(units, np.intp)
    found: list[Array] = []
    for unit, column in enumerate(columns):
        number = next((n for n, one in enumerate(found) if np.abs(one - column).max() <= tolerance), len(found))
        if number == len(found):
            found.append(column)
        groups[unit] = number
    return groups
