"""Scaling: features brought to comparable sizes before the network sees them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.registry import Component, Registry
from engine.types import Array

Scale: TypeAlias = Callable[[Array], Array]
"""A scaling with all that it has learned from the training set: (features, examples) to the same shape."""


@dataclass(frozen=True, eq=False)
class Affine:
    """What was learned from the training set: scaled = (feature − ``offset``) · ``factor``, a column of each."""

    offset: Array
    factor: Array

    def __call__(self, values: Array) -> Array:
        """Scale ``values`` (features, examples)."""
        return (values - self.offset) * self.factor

    def inverse(self, values: Array) -> Array:
        """Return what was scaled to ``values``."""
        return values / self.factor + self.offset


def unit_length(values: Array) -> Array:
    """Divide each column of ``values`` (features, examples) by its length; zeros stay zeros."""
    length = np.linalg.norm(values, axis=0)
    return values / np.where(length > 0, length, 1)


class Scaling(Component):
    """A way to bring features to comparable sizes."""

    for_targets: bool = True
    """Whether numbers to be predicted can be scaled so, which needs a way back."""

    def fit(self, values: Array) -> Scale:
        """Learn what is needed of each feature from the training ``values`` (features, examples)."""
        raise NotImplementedError


scalings: Registry[Scaling] = Registry(
    "scalings", Scaling, "Scaling", "Whether features are brought to comparable sizes before the network sees them."
)


@scalings.register("none")
class NoScaling(Scaling):
    """The network sees the features as they are."""

    title = "None"
    formula = r"x' = x"
    try_this = "Add x₁² to x₁: its values reach 36, and a learning rate that was right may now be too large."
    source = "Identity"

    def fit(self, values: Array) -> Scale:
        """Return the identity."""
        return Affine(np.zeros((len(values), 1)), np.ones((len(values), 1)))


@scalings.register("standardize")
class Standardize(Scaling):
    """Every feature gets mean 0 and standard deviation 1 over the training set; the bowl of the loss is rounder."""

    title = "Standardize"
    formula = r"x' = \frac{x - \mu}{\sigma},\quad \mu, \sigma \text{ of the training set}"
    try_this = "Use x₁ and x₁² with gradient descent at a high learning rate, with and without it."
    source = "LeCun, Bottou, Orr & Müller, Efficient BackProp (1998)"

    def fit(self, values: Array) -> Scale:
        """Return the means and one over the standard deviations (one for a feature that never varies)."""
        spread = values.std(axis=1, keepdims=True)
        return Affine(values.mean(axis=1, keepdims=True), 1 / np.where(spread > 0, spread, 1))


@scalings.register("min_max")
class MinMax(Scaling):
    """Every feature is stretched to 0…1 over the training set; a single outlier then squeezes all the others together.

    Test examples may lie outside 0…1, because smallest and largest are those of the training set.
    """

    title = "Min-max"
    formula = r"x' = \frac{x - \min x}{\max x - \min x},\quad \min, \max \text{ of the training set}"
    try_this = "House prices: compare with standardize, then make one house a hundred times as large in your own data."
    source = "Feature scaling to a range; MinMaxScaler of scikit-learn (Pedregosa et al., 2011)"

    def fit(self, values: Array) -> Scale:
        """Return the minima and one over the ranges (one for a feature that never varies)."""
        low = values.min(axis=1, keepdims=True)
        spread = values.max(axis=1, keepdims=True) - low
        return Affine(low, 1 / np.where(spread > 0, spread, 1))


@scalings.register("row_normalize")
class RowNormalize(Scaling):
    """Every example is divided by its own length: the direction of its features remains, not how large they are."""

    title = "Row normalize"
    formula = r"x' = \frac{x}{\lVert x \rVert_2}"
    try_this = "On the circle it removes the only thing that matters: all points move to the same distance."
    source = "Unit norm of each row, as in the notes; Normalizer of scikit-learn"
    for_targets = False

    def fit(self, values: Array) -> Scale:
        """Return the division; nothing is learned from ``values``."""
        return unit_length


def fit_alike(scaling: Scaling, values: Array, positions: int) -> Scale:
    """Fit ``scaling`` to training ``values`` (positions · features, examples), every position alike.

    All pixels of an image share their statistics, and so do all time steps of a sequence; a table has one position.
    """
    together = values.reshape(positions, -1, values.shape[-1]).swapaxes(0, 1)
    scale = scaling.fit(together.reshape(len(together), -1))
    if not isinstance(scale, Affine):
        return scale
    return Affine(np.tile(scale.offset, (positions, 1)), np.tile(scale.factor, (positions, 1)))


def fit_targets(scaling: Scaling, targets: Array) -> Affine:
    """Fit ``scaling`` to training ``targets`` of any shape: one offset and one factor for all of them."""
    scale = scaling.fit(targets.reshape(1, -1))
    assert isinstance(scale, Affine)
    return Affine(scale.offset.reshape(()), scale.factor.reshape(()))
