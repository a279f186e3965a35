"""Adoption: an experiment changed while it runs. What can be kept of the training is kept."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.experiment import Experiment
from engine.network import NamedLayer, Network
from engine.parameters import Shape, Views
from engine.types import Array, IntArray


@dataclass(frozen=True)
class Adoption:
    """What became of a training when its experiment changed."""

    experiment: Experiment
    """Complete."""
    restarted: bool
    """Whether it starts again from step 0."""
    kept: list[str]
    """What goes on as it was: "step", "optimizer", "dense_1.kernel", … (at least the part that has a counterpart)."""
    notice: str
    """A sentence for the learner."""


def restart_reason(old: Experiment, new: Experiment) -> str:
    """Return what makes nothing that was learned worth keeping ("the seed"); empty if training can go on."""
    pairs = aligned_pairs(old.layers, new.layers)
    initializers = [
        (getattr(old.layers[i], name, None), getattr(new.layers[j], name, None))
        for name in ("initializer", "recurrent_initializer")
        for i, j in pairs
    ]
    changed = {
        "the dataset": old.data.dataset != new.data.dataset,
        "the split": old.data.split != new.data.split,
        "the scaling": old.data.scaling != new.data.scaling,
        "the target scaling": old.data.target_scaling != new.data.target_scaling,
        "the resampling": old.data.resampling != new.data.resampling,
        "the seed": old.seed != new.seed,
        "the precision": old.dtype != new.dtype,
        "the initializer": old.output.initializer != new.output.initializer or any(a != b for a, b in initializers),
    }
    return next((reason for reason, differs in changed.items() if differs), "")


def aligned_pairs(old: tuple[object, ...], new: tuple[object, ...]) -> list[tuple[int, int]]:
    """Return which layer became which: the longest common run of the same kinds in order, equal layers preferred."""
    best = np.zeros((len(old) + 1, len(new) + 1))
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i, j] = max(best[i + 1, j], best[i, j + 1], _likeness(old[i], new[j]) + best[i + 1, j + 1])
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        likeness = _likeness(old[i], new[j])
        if likeness and best[i, j] == likeness + best[i + 1, j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i, j] == best[i + 1, j]:
            i += 1
        else:
            j += 1
    return pairs


def _likeness(old: object, new: object) -> float:
    """Return 0 for another kind, 1 for the same, a little more for the same size, and for the very same layer."""
    if getattr(old, "kind", None) != getattr(new, "kind", None):
        return 0.0
    same_units = getattr(old, "units", None) == getattr(new, "units", None)
    return 1.0 + same_units / 64 + (old == new) / 128


class Inheritance:
    """How the vectors of one network become those of another."""

    def __init__(self, old: Network, new: Network, features: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        """Align the layers; ``features`` are the old and the new names of what comes into the networks."""
        self.old, self.new, self.features = old, new, features
        hidden = aligned_pairs(*(tuple(layer.layer for layer in net.layers[:-1]) for net in (old, new)))
        pairs = [*hidden, (len(old.layers) - 1, len(new.layers) - 1)]
        self.partners = [(old.layers[i], new.layers[j]) for i, j in pairs]

    def copy(self, source: Array, target: Array, noun: Literal["parameters", "statistics"] = "parameters") -> list[str]:
        """Copy what has a counterpart from one flat vector into another, laid out as ``noun``; return its new names."""
        before = getattr(self.old, noun).layout.views(source)
        after = getattr(self.new, noun).layout.views(target)
        return [name for old, new in self.partners for name in self._copy_layer(old, new, before, after)]

    def rename(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return records of distributions with the new names of the layers; those without a counterpart are left out.

        So a name stands for one and the same layer in all of them, whichever was called so before.
        """
        names = {old.name: new.name for old, new in self.partners}
        return [
            {**row, "layers": {names[name]: found for name, found in row["layers"].items() if name in names}}
            for row in rows
        ]

    def _copy_layer(self, old: NamedLayer, new: NamedLayer, before: Views, after: Views) -> list[str]:
        names = []
        for part, values in before.get(old.name, {}).items():
            target = after[new.name][part]
            if part == "kernel" and values.ndim == 2:
                sources, targets = self._rows(old, new)
                values, target = by_gate(old, values), by_gate(new, target)
                units = min(values.shape[-1], target.shape[-1])
                target[targets, ..., :units] = values[sources, ..., :units]
            else:
                values, target = by_gate(old, values), by_gate(new, target)
                first, second = common_parts(values.shape, target.shape, centred=2 if part == "kernel" else 0)
                target[second] = values[first]
            names.append(f"{new.name}.{part}")
        return names

    def _rows(self, old: NamedLayer, new: NamedLayer) -> tuple[IntArray, IntArray]:
        """Return which rows of a kernel become which: by the features' names, else by their place."""
        flat = len(old.input_shape) == len(new.input_shape) == 1
        if flat and _sees_features(self.old, old) and _sees_features(self.new, new):
            before, after = self.features
            shared = [name for name in after if name in before]
            return (
                np.array([before.index(name) for name in shared], np.intp),
                np.array([after.index(name) for name in shared], np.intp),
            )
        rows = np.arange(min(old.input_shape[-1], new.input_shape[-1]))
        return rows, rows


def common_parts(old: Shape, new: Shape, centred: int = 0) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return which part of an array of shape ``old`` and which of one of shape ``new`` have the same meaning.

    Along the first ``centred`` axes the middles are laid upon each other (of an even number of pixels the first of the
    two in the middle, as windows are laid that keep an image's size), along the others the beginnings.
    """
    pairs = []
    for axis, (before, after) in enumerate(zip(old, new, strict=True)):
        size, shift = min(before, after), (before - 1) // 2 - (after - 1) // 2 if axis < centred else 0
        pairs.append((slice(max(shift, 0), max(shift, 0) + size), slice(max(-shift, 0), max(-shift, 0) + size)))
    first, second = zip(*pairs, strict=True)
    return first, second


def by_gate(layer: NamedLayer, values: Array) -> Array:
    """Return a view in which the gates of a recurrent layer, neighbours in the last axis, have an axis of their own."""
    gates = getattr(layer.layer, "gates", 1)
    return values if gates == 1 else values.reshape(*values.shape[:-1], gates, -1)


def _sees_features(network: Network, layer: NamedLayer) -> bool:
    """Whether no layer with parameters stands between the features and ``layer``."""
    first = next(name for name in network.parameters.views)
    return layer.name == first


def describe(inheritance: Inheritance, optimizer_kept: bool) -> str:
    """Return a sentence about what went on and what is new."""
    partners = {new.name for _, new in inheritance.partners}
    fresh = [layer.name for layer in inheritance.new.layers if layer.name not in partners]
    resized = [new.name for old, new in inheritance.partners if _shapes_differ(old, new)]
    sentences = ["Training goes on with all weights." if not fresh and not resized else "Training goes on."]
    if fresh:
        sentences.append(f"New and untrained: {', '.join(fresh)}.")
    if resized:
        sentences.append(f"Kept as far as the shape allows: {', '.join(resized)}.")
    if not optimizer_kept:
        sentences.append("The optimizer starts without memory.")
    return " ".join(sentences)


def describe_layers(network: Network) -> str:
    """Return a sentence about the hidden layers that came with a new beginning."""
    names = [layer.name for layer in network.layers[:-1]]
    return f"Its layers are now {', '.join(names)}." if names else "It has no hidden layers now."


def _shapes_differ(old: NamedLayer, new: NamedLayer) -> bool:
    return old.layer.parameter_shapes(old.input_shape) != new.layer.parameter_shapes(new.input_shape)
