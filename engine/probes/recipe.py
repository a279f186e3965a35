"""What it takes to compute the pictures of the plane elsewhere, from nothing but the network's numbers."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary
from zlib import crc32

import numpy as np

from engine.data import PreparedData
from engine.experiment import Experiment
from engine.network import Network, Prediction
from engine.probes.boundary import value_range
from engine.probes.grid import domain_of, grid_of, grid_points
from engine.probes.maps import own_answers
from engine.probes.painting import output_has_no_bound, scales_by_bounds
from engine.probes.probe import Measurement, Probe, ProbeUnavailable, Resolution, probes

if TYPE_CHECKING:
    from engine.training import Training

SAMPLE = 8
"""The points of so coarse a picture tell any two choices of features, scaling and domain apart."""


@probes.register("recipe")
class Recipe(Probe):
    """How to compute the pictures from the weights: the layers in order, and what the network is given at each point.

    It is wanted once by whoever then watches the weights alone, as the pages of a large audience do.
    """

    title = "Recipe of the pictures"
    formula = r"\hat{y}(x_1, x_2) = g\bigl(W a(x_1, x_2) + b\bigr)"
    try_this = "Watch a session together with more than fifty others: every page computes the maps by itself."
    source = "Forward propagation, as in Rumelhart, Hinton and Williams, 1986"

    resolution: Resolution = 50

    def measure(self, training: "Training") -> Measurement:
        """Return ``features`` (features, resolution²) in single precision, row by row from the top left.

        The meta data are the recipe. ``numbers`` lists name and shape of what the probe weights sends in single
        precision, one after the other. ``layers`` are the layers with their fields: ``shown`` says whether a layer has
        a map of its own, ``scale`` what its maps' colours reach, null where that is the largest answer. Outputs are
        divided by ``units.factor`` and moved by ``units.offset``; of their picture ``low`` and ``high`` are the ends.
        ``digest`` changes with anything of this; the probe weights says it too.
        """
        features = grid_of(training.data, self.resolution).features.astype(np.float32)
        return Measurement({"features": features}, recipe_of(training))


_KNOWN: WeakKeyDictionary[Network, tuple[Experiment, PreparedData, dict[str, Any]]] = WeakKeyDictionary()


def recipe_of(training: "Training") -> dict[str, Any]:
    """Return the recipe of a training, made anew only for another experiment; ProbeUnavailable if there is no plane."""
    network, experiment, data = training.network, training.experiment, training.data
    known = _KNOWN.get(network)
    if known is None or known[0] is not experiment or known[1] is not data:
        known = _KNOWN[network] = experiment, data, _digested(_write(training), data)
    return known[2]


def digest_of(training: "Training") -> str | None:
    """Return the digest of the recipe; None if there is none."""
    try:
        digest: str = recipe_of(training)["digest"]
    except ProbeUnavailable:
        return None
    return digest


def _digested(recipe: dict[str, Any], data: PreparedData) -> dict[str, Any]:
    """Return the recipe with its digest: eight characters that change with it and with what the network is given."""
    sample = np.ascontiguousarray(data.transform(grid_points(data, SAMPLE)))
    return {**recipe, "digest": f"{crc32(sample.tobytes(), crc32(json.dumps(recipe).encode())):08x}"}


def _write(training: "Training") -> dict[str, Any]:
    network, data = training.network, training.data
    parts = [*_shapes(network.parameters.layout.shapes), *_shapes(network.statistics.layout.shapes)]
    low, high = value_range(training)
    to_units = data.target_scale
    units = None if to_units is None else {"factor": np.ravel(to_units.factor), "offset": np.ravel(to_units.offset)}
    return {
        "domain": domain_of(data),
        "numbers": parts,
        "layers": _layers(training),
        "units": units and {name: column.tolist() for name, column in units.items()},
        "low": low,
        "high": high,
        "task": data.task,
    }


def _shapes(shapes: dict[str, dict[str, tuple[int, ...]]]) -> list[dict[str, Any]]:
    return [
        {"name": f"{layer}.{part}", "shape": list(shape)}
        for layer, each in shapes.items()
        for part, shape in each.items()
    ]


def _layers(training: "Training") -> list[dict[str, Any]]:
    network = training.network
    shown, scales = own_answers(Prediction(network, 1)), scales_by_bounds(network)
    if output_has_no_bound(training.data, scales):
        scales["output"] = max(value_range(training))
    return [  # mypy cannot see that a registry has made every layer a dataclass
        {**asdict(layer), "name": name, "shown": name in shown, "scale": scales.get(name)}  # type: ignore[call-overload]
        for name, layer, _, _ in network.layers
    ]
