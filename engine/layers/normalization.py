"""Normalization layers: numbers brought to mean 0 and variance 1, then scaled and moved by what is learned.

Both do the same arithmetic along different directions. With the average taken over examples (batch) or units (layer):
x̂ = (x − μ) / √(σ² + ε), y = γ x̂ + β, and backwards, with h = γ ∂L/∂y: ∂L/∂x = (h − avg h − x̂ avg(h x̂)) / √(σ² + ε).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np
from annotated_types import Interval

from engine.calls import Call, Calls
from engine.layers.layer import Layer, layers
from engine.parameters import Shape
from engine.registry import Help, Slider
from engine.types import Array

if TYPE_CHECKING:
    from engine.plan import Builder, Signal


Epsilon = Annotated[
    float,
    Interval(gt=0, le=1),
    Slider(1e-8, 0.1, scale="log"),
    Help("Epsilon", "Added to the variance, so that nothing is divided by zero.", r"\varepsilon"),
]


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean, variance and 1 / √(variance + ε) along one direction, with the way to average along it."""

    builder: "Builder"
    mean: Array
    variance: Array
    inverse: Array
    over_examples: bool

    def average(self, values: Array, out: Array) -> Call:
        """Return the call that averages ``values`` (units, examples) into ``out``."""
        if self.over_examples:
            builder = self.builder
            return builder.total(values, out, builder.batch / (values.shape[1] * builder.examples))
        return self.builder.workspace.full((len(values),), 1 / len(values)).dot, (values, out)

    def spread(self, vector: Array, values: Array) -> Array:
        """Return ``vector`` as it stands beside the builder's ``apart(values)``."""
        return self.builder.beside(vector, values) if self.over_examples else self.builder.apart(vector)[None]


class Rows(NamedTuple):
    """What comes in or goes out, a row for each unit: (units, examples), of images (channels, pixels · examples)."""

    values: Array
    gradient: Array | None


class Normalization(Layer):
    """Base of the normalization layers: γ and β, one for each unit (of images: for each channel)."""

    epsilon: float

    def parameter_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return gamma and beta, each (units,) or (channels,)."""
        return {"gamma": shape[-1:], "beta": shape[-1:]}

    def initial_parameters(self, shape: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Start with γ = 1 and β = 0: normalized, nothing more."""
        return {"gamma": np.ones(shape[-1]), "beta": np.zeros(shape[-1])}

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Bring the numbers of each unit into one row, where they are not, normalize the rows, and put them back."""
        out = builder.signal(x.values.shape[:-1])
        if x.values.ndim == 2:
            self.add(builder, Rows(x.values, x.gradient), Rows(out.values, out.gradient))
            return out
        before, after = rows_like(builder, x), rows_like(builder, out)
        back: Calls = (
            [] if x.gradient is None else [(np.copyto, (units_first(x.gradient), in_shape(before.gradient, x)))]
        )
        builder.add([(np.copyto, (in_shape(before.values, x), units_first(x.values)))], back)
        self.add(builder, before, after)
        back = [] if out.gradient is None else [(np.copyto, (in_shape(after.gradient, x), units_first(out.gradient)))]
        builder.add([(np.copyto, (units_first(out.values), in_shape(after.values, x)))], back)
        return out

    def add(self, builder: "Builder", x: Rows, out: Rows) -> None:
        """Add the calls between what comes in and what goes out."""
        raise NotImplementedError

    def normalize(
        self, builder: "Builder", x: Rows, out: Rows, moments: Moments, learned: Calls, through: bool
    ) -> None:
        """Add y = γ x̂ + β after the calls ``learned`` that find the moments.

        ``through``: whether mean and variance depend on x, so that gradients pass through them too.
        """
        apart, normal, inverse = builder.apart, builder.workspace.like(x.values), moments.inverse
        gamma, beta = (builder.beside(part, normal) for part in by_unit(builder.weights()))
        y = apart(out.values)
        forward: Calls = [
            *learned,
            (np.add, (moments.variance, builder.workspace.scalar(self.epsilon), inverse)),
            (np.sqrt, (inverse, inverse)),
            (np.reciprocal, (inverse, inverse)),
            (np.subtract, (apart(x.values), moments.spread(moments.mean, normal), apart(normal))),
            (np.multiply, (apart(normal), moments.spread(inverse, normal), apart(normal))),
            (np.multiply, (apart(normal), gamma, y)),
            (np.add, (y, beta, y)),
        ]
        builder.add(forward, self._backward(builder, x, out, moments, normal, through))

    def _backward(
        self, builder: "Builder", x: Rows, out: Rows, moments: Moments, normal: Array, through: bool
    ) -> Calls:
        slopes = builder.weight_gradients()
        if out.gradient is None or slopes is None:
            return []
        gradient, product = out.gradient, builder.workspace.like(normal)
        of_gamma, of_beta = by_unit(slopes)
        calls: Calls = [
            (np.multiply, (gradient, normal, product)),
            builder.total(product, of_gamma),
            builder.total(gradient, of_beta),
        ]
        if x.gradient is None:
            return calls
        gamma, h = builder.beside(by_unit(builder.weights())[0], normal), builder.apart(gradient)
        calls.append((np.multiply, (h, gamma, h)))
        if through:
            calls += self._through_moments(builder, gradient, moments, normal, product)
        inverse = moments.spread(moments.inverse, normal)
        return [*calls, (np.multiply, (h, inverse, builder.apart(x.gradient)))]

    def _through_moments(
        self, builder: "Builder", gradient: Array, moments: Moments, normal: Array, product: Array
    ) -> Calls:
        """Return the calls that turn h, the ``gradient``, into h − avg h − x̂ avg(h x̂)."""
        mean, slope = builder.workspace.like(moments.mean), builder.workspace.like(moments.mean)
        h = builder.apart(gradient)
        return [
            (np.multiply, (gradient, normal, product)),
            moments.average(product, slope),
            moments.average(gradient, mean),
            (np.multiply, (builder.apart(normal), moments.spread(slope, normal), builder.apart(product))),
            (np.subtract, (h, builder.apart(product), h)),
            (np.subtract, (h, moments.spread(mean, normal), h)),
        ]


@layers.register("batch_normalization")
class BatchNormalization(Normalization):
    """Brings each unit to mean 0 and variance 1 over the batch, so that the next layer sees numbers of steady size.

    While training, mean and variance are those of the batch; for predictions, moving averages of them. The variance is
    divided by the number of examples (as in Keras; PyTorch's moving average divides by one less). μ is subtracted
    before σ² is taken. The bias of a dense layer straight before it has no effect: μ takes it away, β replaces it.
    """

    title = "Batch normalization"
    formula = (
        r"\mu = \tfrac1m\sum_i x^{(i)},\; \sigma^2 = \tfrac1m\sum_i (x^{(i)}-\mu)^2,\;"
        r" y = \gamma\,\frac{x-\mu}{\sqrt{\sigma^2+\varepsilon}} + \beta"
    )
    try_this = "Six sigmoid layers hardly learn. Put one of these before each of them and watch the gradients return."
    source = "Ioffe and Szegedy, 2015"

    momentum: Annotated[
        float,
        Interval(ge=0, lt=1),
        Slider(0.5, 0.999, step=0.001),
        Help("Momentum", "How much of the moving averages is kept at each step (Keras's convention).", r"\rho"),
    ] = 0.99
    epsilon: Epsilon = 1e-3

    def initial_statistics(self, shape: Shape) -> dict[str, Array]:
        """Start with moving averages of mean 0 and variance 1."""
        return {"moving_mean": np.zeros(shape[-1]), "moving_variance": np.ones(shape[-1])}

    def add(self, builder: "Builder", x: Rows, out: Rows) -> None:
        """Normalize by the batch in training mode, by the moving averages in prediction mode."""
        moving = by_unit(builder.layer_statistics())
        inverse = builder.workspace.like(moving[0])
        if not builder.training:
            self.normalize(builder, x, out, Moments(builder, moving[0], moving[1], inverse, True), [], through=False)
            return
        present, change = builder.workspace.like(moving), builder.workspace.like(moving)
        moments = Moments(builder, present[0], present[1], inverse, True)
        learned: Calls = [
            *find_moments(builder, x.values, moments),
            (np.subtract, (present, moving, change)),
            (np.multiply, (change, builder.workspace.scalar(1 - self.momentum), change)),
            (np.add, (moving, change, moving)),
        ]
        self.normalize(builder, x, out, moments, learned, through=True)


@layers.register("layer_normalization")
class LayerNormalization(Normalization):
    """Brings each example to mean 0 and variance 1 over its units: no other example has a say, however small the batch.

    It does the same when training and when predicting. Of images, the channels of each pixel are normalized (as in
    Keras with its default axis; PyTorch is told which axes).
    """

    title = "Layer normalization"
    formula = (
        r"\mu = \tfrac1n\sum_j x_j,\; \sigma^2 = \tfrac1n\sum_j (x_j-\mu)^2,\;"
        r" y = \gamma\,\frac{x-\mu}{\sqrt{\sigma^2+\varepsilon}} + \beta"
    )
    try_this = "Set the batch size to 1, where batch normalization has nothing to average, and compare the two."
    source = "Ba, Kiros and Hinton, 2016"

    epsilon: Epsilon = 1e-3

    def add(self, builder: "Builder", x: Rows, out: Rows) -> None:
        """Normalize each example by itself, in every mode."""
        mean, variance, inverse = (builder.workspace.empty(x.values.shape[1:]) for _ in range(3))
        moments = Moments(builder, mean, variance, inverse, False)
        self.normalize(builder, x, out, moments, find_moments(builder, x.values, moments), through=True)


def find_moments(builder: "Builder", values: Array, moments: Moments) -> Calls:
    """Return the calls that write mean and variance of ``values`` into ``moments``."""
    deviation = builder.workspace.like(values)
    mean = moments.spread(moments.mean, values)
    return [
        moments.average(values, moments.mean),
        (np.subtract, (builder.apart(values), mean, builder.apart(deviation))),
        (np.multiply, (deviation, deviation, deviation)),
        moments.average(deviation, moments.variance),
    ]


def by_unit(numbers: Array) -> Array:
    """Return flat ``numbers``, two for each unit, as (2, units), of replicas (2, units, replicas), the same memory."""
    return numbers.T.reshape(2, -1, *numbers.shape[:-1])


def rows_like(builder: "Builder", x: "Signal") -> Rows:
    """Return room for all numbers of each unit in a row."""
    shape = (x.values.shape[-2], x.values.size // x.values.shape[-2])
    return Rows(builder.workspace.empty(shape), None if x.gradient is None else builder.workspace.empty(shape))


def units_first(values: Array) -> Array:
    """Return (…, units, examples) as (units, …, examples), the same memory."""
    return np.moveaxis(values, -2, 0)


def in_shape(rows: Array | None, x: "Signal") -> Array:
    """Return ``rows`` with an axis for each that the units and examples of ``x`` have, the same memory."""
    assert rows is not None
    return rows.reshape(units_first(x.values).shape)
