"""Normalization layers: numbers brought to mean 0 and variance 1, then scaled and moved by what is learned.

Both do the same arithmetic along different directions. With the average taken over examples (batch) or units (layer):
x̂ = (x − μ) / √(σ² + ε), y = γ x̂ + β, and backwards, with h = γ ∂L/∂y: ∂L/∂x = (h − avg h − x̂ avg(h x̂)) / √(σ² + ε).
"""

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


class Moments(NamedTuple):
    """Mean, variance and 1 / √(variance + ε) along one direction, with the way to average along it."""

    mean: Array
    variance: Array
    inverse: Array
    share: Array
    """One over the number of entries, once for each."""
    over_examples: bool

    def average(self, values: Array, out: Array) -> Call:
        """Return the call that averages ``values`` (units, examples) into ``out``."""
        return (values.dot, (self.share, out)) if self.over_examples else (self.share.dot, (values, out))

    def spread(self, vector: Array) -> Array:
        """Return ``vector`` as it stands beside (units, examples)."""
        return vector[:, None] if self.over_examples else vector[None, :]


class Normalization(Layer):
    """Base of the normalization layers: γ and β, one for each unit (of images: for each channel)."""

    epsilon: float

    def parameter_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return gamma and beta, each (units,) or (channels,)."""
        return {"gamma": shape[:1], "beta": shape[:1]}

    def initial_parameters(self, shape: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Start with γ = 1 and β = 0: normalized, nothing more."""
        return {"gamma": np.ones(shape[0]), "beta": np.zeros(shape[0])}

    def normalize(self, builder: "Builder", x: "Signal", moments: Moments, learned: Calls, through: bool) -> "Signal":
        """Add y = γ x̂ + β after the calls ``learned`` that find the moments.

        ``through``: whether mean and variance depend on x, so that gradients pass through them too.
        """
        out = builder.signal(x.values.shape[:-1])
        units = len(x.values)
        values, y = x.values.reshape(units, -1), out.values.reshape(units, -1)
        gamma, beta = (part[:, None] for part in builder.weights().reshape(2, units))
        normal, inverse = builder.workspace.like(values), moments.inverse
        forward: Calls = [
            *learned,
            (np.add, (moments.variance, builder.workspace.scalar(self.epsilon), inverse)),
            (np.sqrt, (inverse, inverse)),
            (np.reciprocal, (inverse, inverse)),
            (np.subtract, (values, moments.spread(moments.mean), normal)),
            (np.multiply, (normal, moments.spread(inverse), normal)),
            (np.multiply, (normal, gamma, y)),
            (np.add, (y, beta, y)),
        ]
        builder.add(forward, self._backward(builder, x, out, moments, normal, through))
        return out

    def _backward(
        self, builder: "Builder", x: "Signal", out: "Signal", moments: Moments, normal: Array, through: bool
    ) -> Calls:
        slopes = builder.weight_gradients()
        if out.gradient is None or slopes is None:
            return []
        units = len(normal)
        gradient, product = out.gradient.reshape(units, -1), builder.workspace.like(normal)
        ones = builder.workspace.full(normal.shape[1:], 1.0)
        calls: Calls = [
            (np.multiply, (gradient, normal, product)),
            (product.dot, (ones, slopes[:units])),
            (gradient.dot, (ones, slopes[units:])),
        ]
        if x.gradient is None:
            return calls
        gamma, below = builder.weights()[:units, None], x.gradient.reshape(units, -1)
        calls.append((np.multiply, (gradient, gamma, gradient)))
        if through:
            calls += self._through_moments(builder, gradient, moments, normal, product)
        return [*calls, (np.multiply, (gradient, moments.spread(moments.inverse), below))]

    def _through_moments(self, builder: "Builder", h: Array, moments: Moments, normal: Array, product: Array) -> Calls:
        """Return the calls that turn h into h − avg h − x̂ avg(h x̂)."""
        mean, slope = builder.workspace.like(moments.mean), builder.workspace.like(moments.mean)
        return [
            (np.multiply, (h, normal, product)),
            moments.average(product, slope),
            moments.average(h, mean),
            (np.multiply, (normal, moments.spread(slope), product)),
            (np.subtract, (h, product, h)),
            (np.subtract, (h, moments.spread(mean), h)),
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
        return {"moving_mean": np.zeros(shape[0]), "moving_variance": np.ones(shape[0])}

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Normalize by the batch in training mode, by the moving averages in prediction mode."""
        units = len(x.values)
        moving = builder.layer_statistics()
        inverse = builder.workspace.empty((units,))
        if not builder.training:
            moments = Moments(moving[:units], moving[units:], inverse, inverse, True)
            return self.normalize(builder, x, moments, [], through=False)
        values = x.values.reshape(units, -1)
        present, change = builder.workspace.like(moving), builder.workspace.like(moving)
        share = builder.workspace.full(values.shape[1:], 1 / values.shape[1])
        moments = Moments(present[:units], present[units:], inverse, share, True)
        learned: Calls = [
            *find_moments(builder, values, moments),
            (np.subtract, (present, moving, change)),
            (np.multiply, (change, builder.workspace.scalar(1 - self.momentum), change)),
            (np.add, (moving, change, moving)),
        ]
        return self.normalize(builder, x, moments, learned, through=True)


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

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Normalize each example by itself, in every mode."""
        units = len(x.values)
        values = x.values.reshape(units, -1)
        mean, variance, inverse = (builder.workspace.empty(values.shape[1:]) for _ in range(3))
        moments = Moments(mean, variance, inverse, builder.workspace.full((units,), 1 / units), False)
        return self.normalize(builder, x, moments, find_moments(builder, values, moments), through=True)


def find_moments(builder: "Builder", values: Array, moments: Moments) -> Calls:
    """Return the calls that write mean and variance of ``values`` into ``moments``."""
    deviation = builder.workspace.like(values)
    return [
        moments.average(values, moments.mean),
        (np.subtract, (values, moments.spread(moments.mean), deviation)),
        (np.multiply, (deviation, deviation, deviation)),
        moments.average(deviation, moments.variance),
    ]
