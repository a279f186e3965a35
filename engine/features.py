"""Features: what the network is given of each example, either an input as it is or something computed from inputs."""

import re
from typing import ClassVar

import numpy as np

from engine.registry import Component, Registry
from engine.types import Array


class Feature(Component):
    """A number computed from an example's inputs."""

    columns: ClassVar[tuple[int, ...]]
    """Which inputs it needs, counted from 0."""
    symbol: ClassVar[str]
    """A short name for buttons."""

    def compute(self, *inputs: Array) -> Array:
        """Return the feature of each example from the columns it needs."""
        raise NotImplementedError


features: Registry[Feature] = Registry(
    "features", Feature, "Feature", "What the network is given: the inputs themselves, or hand-made functions of them."
)


class Input(Feature):
    """An input as it is."""

    source = "Raw input"

    def compute(self, *inputs: Array) -> Array:
        """Return the column unchanged."""
        return inputs[0]


class Square(Feature):
    """The square of an input."""

    source = "Polynomial regression (Gergonne, 1815)"

    def compute(self, *inputs: Array) -> Array:
        """Return x²."""
        return np.square(inputs[0])


class Sine(Feature):
    """The sine of an input."""

    source = "Harmonic analysis (Fourier, 1822)"

    def compute(self, *inputs: Array) -> Array:
        """Return sin x, the angle in radians."""
        return np.sin(inputs[0])


class Cosine(Feature):
    """The cosine of an input."""

    source = "Harmonic analysis (Fourier, 1822)"

    def compute(self, *inputs: Array) -> Array:
        """Return cos x, the angle in radians."""
        return np.cos(inputs[0])


@features.register("x1")
class X1(Input):
    """The first input as it is: position from left to right."""

    title, symbol, formula = "First input", "x₁", r"x_1"
    try_this = "Leave it out: the map can then change only from bottom to top."
    columns = (0,)


@features.register("x2")
class X2(Input):
    """The second input as it is: position from bottom to top."""

    title, symbol, formula = "Second input", "x₂", r"x_2"
    try_this = "Leave it out: the map can then change only from left to right."
    columns = (1,)


@features.register("x1_squared")
class X1Squared(Square):
    """The first input squared: large on both sides, small in the middle."""

    title, symbol, formula = "First input squared", "x₁²", r"x_1^2"
    try_this = "Together with x₂² it makes the circle linearly separable: x₁² + x₂² is the squared radius."
    columns = (0,)


@features.register("x2_squared")
class X2Squared(Square):
    """The second input squared: large at the top and bottom, small between."""

    title, symbol, formula = "Second input squared", "x₂²", r"x_2^2"
    try_this = "Together with x₁² it makes the circle linearly separable: x₁² + x₂² is the squared radius."
    columns = (1,)


@features.register("x1_x2")
class X1X2(Feature):
    """The product of both inputs: positive where their signs agree."""

    title, symbol, formula = "Product", "x₁x₂", r"x_1 x_2"
    try_this = "Exclusive or with this feature alone: one neuron without hidden layers is enough."
    source = "Interaction term (Fisher, 1926)"
    columns = (0, 1)

    def compute(self, *inputs: Array) -> Array:
        """Return x₁ · x₂."""
        return inputs[0] * inputs[1]


@features.register("sin_x1")
class SinX1(Sine):
    """The sine of the first input: waves from left to right."""

    title, symbol, formula = "Sine of the first input", r"sin x₁", r"\sin x_1"
    try_this = "Together with sin x₂ on the spiral: waves are easier to bend into arms than straight lines."
    columns = (0,)


@features.register("sin_x2")
class SinX2(Sine):
    """The sine of the second input: waves from bottom to top."""

    title, symbol, formula = "Sine of the second input", r"sin x₂", r"\sin x_2"
    try_this = "Together with sin x₁ on the spiral: waves are easier to bend into arms than straight lines."
    columns = (1,)


@features.register("cos_x1")
class CosX1(Cosine):
    """The cosine of the first input: a wave with its crest in the middle."""

    title, symbol, formula = "Cosine of the first input", r"cos x₁", r"\cos x_1"
    try_this = "Add it to sin x₁: together they can place a wave's crest anywhere."
    columns = (0,)


@features.register("cos_x2")
class CosX2(Cosine):
    """The cosine of the second input: a wave with its crest in the middle."""

    title, symbol, formula = "Cosine of the second input", r"cos x₂", r"\cos x_2"
    try_this = "Add it to sin x₂: together they can place a wave's crest anywhere."
    columns = (1,)


def find_feature(name: str, inputs: tuple[str, ...]) -> Feature:
    """Return the feature called ``name`` of examples whose ``inputs`` are so called; KeyError says what there is.

    An input answers to its own name and to its place: "x3" is the third, whatever it is called.
    """
    column = _column(name, inputs)
    if column is not None:
        return _input(inputs[column], column)
    if name in features and max(features[name].columns) < len(inputs):
        return features[name]()
    known = ", ".join(available_features(inputs))
    raise KeyError(f"{name!r} is not a feature of these examples; there are {known}")


def available_features(inputs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of all features of examples with these ``inputs``, the inputs themselves first."""
    made = (kind for kind in features if not issubclass(kind, Input))
    return inputs + tuple(kind.kind for kind in made if max(kind.columns) < len(inputs))


def compute_features(chosen: tuple[Feature, ...], inputs: Array) -> Array:
    """Return the values (features, examples) of the ``chosen`` features for raw ``inputs`` (examples, columns)."""
    return np.stack([feature.compute(*(inputs[:, column] for column in feature.columns)) for feature in chosen])


def _column(name: str, inputs: tuple[str, ...]) -> int | None:
    """Return which input is called ``name``, or stands where "x1", "x2", … says; None if it is no input."""
    if name in inputs:
        return inputs.index(name)
    if re.fullmatch(r"x[1-9]\d{0,5}", name) and int(name[1:]) <= len(inputs):
        return int(name[1:]) - 1
    return None


def _input(name: str, column: int) -> Feature:
    """Return the input itself; x1 and x2 are registered, being the inputs of every point of a plane."""
    if name == f"x{column + 1}" and name in features:
        return features[name]()
    made: Feature = type(name, (Input,), {"columns": (column,), "kind": name})()
    return made
