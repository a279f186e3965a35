"""Parameters and inputs as they are sent: lists of numbers with names, in Keras's shapes."""

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from engine.errors import ExperimentError
from engine.network import Network
from engine.parameters import Views
from engine.types import Array

DEEPEST = 32
"""Lists within lists beyond this depth are no array of NumPy's."""


def as_document(network: Network, views: Views) -> dict[str, Any]:
    """Return {"layers": [{"name", "kind", "parameters": {"kernel": [[…]], "bias": […]}}]}, leaving out empty layers."""
    kinds = {layer.name: layer.layer.kind for layer in network.layers}
    entries = [
        {"name": name, "kind": kinds[name], "parameters": {part: view.tolist() for part, view in parts.items()}}
        for name, parts in views.items()
    ]
    return {"layers": entries}


def read_parameters(network: Network, document: Mapping[str, Any]) -> list[tuple[Array, Array]]:
    """Return (view, new values) for each parameter in ``document``; ExperimentError names the first that is wrong."""
    changes = []
    views = network.views
    for entry in _layers(document):
        name = entry.get("name")
        if name not in views:
            known = ", ".join(views)
            raise ExperimentError(f"layers.{name}", f"there is no such layer with parameters; there are {known}")
        parts = entry.get("parameters")
        if not isinstance(parts, Mapping):
            raise ExperimentError(f"layers.{name}.parameters", "must be an object with a list for each parameter")
        for part, values in parts.items():
            if part not in views[name]:
                known = ", ".join(views[name])
                raise ExperimentError(f"layers.{name}.{part}", f"there is no such parameter; there are {known}")
            changes.append((views[name][part], _numbers(f"layers.{name}.{part}", values, views[name][part])))
    return changes


def read_inputs(inputs: Any, shape: tuple[int, ...]) -> Array:
    """Return raw ``inputs`` as an array (examples, columns); ExperimentError if they are anything else.

    Each example has the ``shape`` that the dataset gives to users, or all its numbers in one row.
    """
    array, columns = _array("inputs", inputs), prod(shape)
    if array.shape[1:] not in {shape, (columns,)}:
        own = "" if len(shape) == 1 else f", or arrays of the shape {shape}"
        message = f"the shape is {array.shape}; there must be rows of {columns} numbers each{own}"
        raise ExperimentError("inputs", message)
    return array.reshape(len(array), columns)


def _layers(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entries = document.get("layers")
    if not isinstance(entries, list | tuple) or not all(isinstance(entry, Mapping) for entry in entries):
        raise ExperimentError("layers", "must be a list of objects with a name and parameters")
    return list(entries)


def _numbers(field: str, values: Any, view: Array) -> Array:
    with np.errstate(over="ignore"):
        array = _array(field, values).astype(view.dtype)
    if array.shape != view.shape:
        raise ExperimentError(field, f"the shape is {array.shape}; it must be {view.shape}")
    if not np.isfinite(array).all():
        raise ExperimentError(field, f"every number must be finite in {view.dtype}")
    return array


def _array(field: str, values: Any) -> Array:
    place = _place_of_boolean(values)
    if place is not None:  # NumPy would take them for 1 and 0
        where = ".".join(map(str, (field, *place)))
        raise ExperimentError(where, "true and false are no numbers, and there must be numbers only")
    try:
        array = np.array(values)
    except ValueError:
        array = np.array(None)
    if array.dtype.kind not in "iuf":
        raise ExperimentError(field, "must be numbers in lists of equal length")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise ExperimentError(field, "every number must be finite")
    return array


def _place_of_boolean(values: Any, depth: int = 0) -> tuple[int, ...] | None:
    """Return where in nested lists the first true or false stands; None if there is none."""
    if isinstance(values, bool | np.bool_):
        return ()
    if not isinstance(values, list | tuple) or depth == DEEPEST or set(map(type, values)) <= {int, float}:
        return None
    found = ((number, _place_of_boolean(entry, depth + 1)) for number, entry in enumerate(values))
    return next(((number, *place) for number, place in found if place is not None), None)
