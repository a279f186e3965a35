"""Scaling: features brought to comparable sizes before the network sees them."""

from typing import NamedTuple

import numpy as np

from engine.registry import Component, Registry
from engine.types import Array


class Affine(NamedTuple):
    """What was learned from the training set: scaled = (feature − ``offset``) · ``factor``, a column of each."""

    offset: Array
    factor: Array

    def __call__(self, values: Array) -> Array:
        """Scale ``values`` (features, examples)."""
        return (values - self.offset) * self.factor


class Scaling(Component):
    """A way to bring features to comparable sizes."""

    def fit(self, values: Array) -> Affine:
        """Learn offset and factor of each feature from the training ``values`` (features, examples)."""
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

    def fit(self, values: Array) -> Affine:
        """Return the identity."""
        return Affine(np.zeros((len(values), 1)), np.ones((len(values), 1)))


@scalings.register("standardize")
class Standardize(Scaling):
    """Every feature gets mean 0 and standard deviation 1 over the training set; the bowl of the loss is rounder."""

    title = "Standardize"
    formula = r"x' = \frac{x - \mu}{\sigma},\quad \mu, \sigma \text{ of the training set}"
    try_this = "Use x₁ and x₁² with gradient descent at a high learning rate, with and without it."
    source = "LeCun, Bottou, Orr & Müller, Efficient BackProp (1998)"

    def fit(self, values: Array) -> Affine:
        """Return the means and one over the standard deviations (one for a feature that never varies)."""
        spread = values.std(axis=1, keepdims=True)
        return Affine(values.mean(axis=1, keepdims=True), 1 / np.where(spread > 0, spread, 1))
