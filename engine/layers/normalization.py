"""Normalization layers: numbers brought to mean 0 and variance 1, then scaled and moved by what is learned.

With the average taken over examples (batch) or units (layer), and s = 1 / √(σ² + ε): x̂ = s (x − μ), y = γ x̂ + β, and
backwards, with h = γ ∂L/∂y: ∂L/∂x = s (h − avg h − x̂ avg(h x̂)). Over examples γ and s are numbers of a unit and may be
taken out of the averages, so that fewer calls go over all numbers.
"""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np
from annotated_types import Interval

from engine.calls import Calls, Workspace
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


class Rows(NamedTuple):
    """What comes in or goes out, a row for each unit: (units, examples), of images (channels, pixels · examples)."""

    values: Array
    gradient: Array | None


class Normalization(Layer):
    """Base of the normalization layers: γ and β, one for each unit (of images: for each channel)."""

    side_by_side = True
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
        apart, beside, workspace = builder.apart, builder.beside, builder.workspace
        moments, deviation = by_unit(builder.layer_statistics()), workspace.like(x.values)
        found: Calls = []
        if builder.training:
            moments, found = self._find(builder, x.values, deviation)
        else:
            found = [(np.subtract, (apart(x.values), beside(moments[0], deviation), apart(deviation)))]
        inverse, scale, y = workspace.like(moments[1]), workspace.like(moments[1]), apart(out.values)
        gamma, beta = by_unit(builder.weights())
        forward: Calls = [
            *found,
            *inverse_calls(moments[1], self.epsilon, inverse, workspace),
            (np.multiply, (inverse, gamma, scale)),
            (np.multiply, (apart(deviation), beside(scale, deviation), y)),
            (np.add, (y, beside(beta, deviation), y)),
        ]
        builder.add(forward, self._backward(builder, x, out, deviation, inverse, scale))

    def _find(self, builder: "Builder", values: Array, deviation: Array) -> tuple[Array, Calls]:
        """Return mean and variance of the batch, with the calls that find both and x − μ, and move the averages."""
        moving, squares = by_unit(builder.layer_statistics()), builder.workspace.scratch(values.shape)
        present, change = builder.workspace.like(moving), builder.workspace.like(moving)
        share, mean = share_of_one(builder, values), builder.beside(present[0], values)
        return present, [
            builder.total(values, present[0], share),
            (np.subtract, (builder.apart(values), mean, builder.apart(deviation))),
            (np.square, (deviation, squares)),
            builder.total(squares, present[1], share),
            (np.subtract, (present, moving, change)),
            (np.multiply, (change, builder.workspace.scalar(1 - self.momentum), change)),
            (np.add, (moving, change, moving)),
        ]

    def _backward(
        self, builder: "Builder", x: Rows, out: Rows, deviation: Array, inverse: Array, scale: Array
    ) -> Calls:
        gradient, slopes, apart = out.gradient, builder.weight_gradients(), builder.apart
        if gradient is None or slopes is None:
            return []
        (of_gamma, of_beta), product = by_unit(slopes), builder.workspace.scratch(deviation.shape)
        calls: Calls = [
            (np.multiply, (gradient, deviation, product)),
            builder.total(product, of_gamma),
            builder.total(gradient, of_beta),
            (np.multiply, (of_gamma, inverse, of_gamma)),
        ]
        if x.gradient is None:
            return calls
        if builder.training:
            calls += self._through_moments(builder, gradient, deviation, inverse, by_unit(slopes))
        return [*calls, (np.multiply, (apart(gradient), builder.beside(scale, deviation), apart(x.gradient)))]

    def _through_moments(
        self, builder: "Builder", gradient: Array, deviation: Array, inverse: Array, sums: Array
    ) -> Calls:
        """Return the calls that turn ``gradient`` g into g − avg g − x̂ avg(g x̂); ∂L/∂γ and ∂L/∂β are the ``sums``."""
        (of_gamma, of_beta), product = sums, builder.workspace.scratch(deviation.shape)
        share, h = builder.workspace.scalar(share_of_one(builder, deviation)), builder.apart(gradient)
        slope, mean = builder.workspace.like(inverse), builder.workspace.like(inverse)
        return [
            (np.multiply, (of_gamma, share, slope)),
            (np.multiply, (slope, inverse, slope)),
            (np.multiply, (of_beta, share, mean)),
            (np.multiply, (builder.apart(deviation), builder.beside(slope, deviation), builder.apart(product))),
            (np.subtract, (gradient, product, gradient)),
            (np.subtract, (h, builder.beside(mean, deviation), h)),
        ]


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
        apart, workspace = builder.apart, builder.workspace
        mean, variance, inverse = (workspace.empty(x.values.shape[1:]) for _ in range(3))
        normal, squares, y = workspace.like(x.values), workspace.scratch(x.values.shape), apart(out.values)
        average = workspace.full((len(normal),), 1 / len(normal)).dot
        gamma, beta = (builder.beside(part, normal) for part in by_unit(builder.weights()))
        forward: Calls = [
            (average, (x.values, mean)),
            (np.subtract, (x.values, mean[None], normal)),
            (np.square, (normal, squares)),
            (average, (squares, variance)),
            *inverse_calls(variance, self.epsilon, inverse, workspace),
            (np.multiply, (normal, inverse[None], normal)),
            (np.multiply, (apart(normal), gamma, y)),
            (np.add, (y, beta, y)),
        ]
        builder.add(forward, self._backward(builder, x, out, normal, inverse))

    def _backward(self, builder: "Builder", x: Rows, out: Rows, normal: Array, inverse: Array) -> Calls:
        gradient, slopes, product = out.gradient, builder.weight_gradients(), builder.workspace.scratch(normal.shape)
        if gradient is None or slopes is None:
            return []
        of_gamma, of_beta = by_unit(slopes)
        calls: Calls = [
            (np.multiply, (gradient, normal, product)),
            builder.total(product, of_gamma),
            builder.total(gradient, of_beta),
        ]
        if x.gradient is None:
            return calls
        h, gamma = builder.apart(gradient), builder.beside(by_unit(builder.weights())[0], normal)
        average = builder.workspace.full((len(normal),), 1 / len(normal)).dot
        mean, slope = builder.workspace.like(inverse), builder.workspace.like(inverse)
        return [
            *calls,
            (np.multiply, (h, gamma, h)),
            (np.multiply, (gradient, normal, product)),
            (average, (product, slope)),
            (average, (gradient, mean)),
            (np.multiply, (normal, slope[None], product)),
            (np.subtract, (gradient, product, gradient)),
            (np.subtract, (gradient, mean[None], gradient)),
            (np.multiply, (gradient, inverse[None], x.gradient)),
        ]


def inverse_calls(variance: Array, epsilon: float, out: Array, workspace: Workspace) -> Calls:
    """Return the calls of out := 1 / √(variance + ε)."""
    return [
        (np.add, (variance, workspace.scalar(epsilon), out)),
        (np.sqrt, (out, out)),
        (np.reciprocal, (out, out)),
    ]


def share_of_one(builder: "Builder", values: Array) -> float:
    """Return what one of a unit's numbers counts in their average; of replicas each has its own."""
    share: float = builder.batch / (values.shape[1] * builder.examples)
    return share


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
