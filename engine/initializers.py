"""Initializers: the random numbers from which training starts.

The standard deviation √(gain / n) keeps the spread of the signals steady from layer to layer; the kinds differ in n and
gain. Those that Keras has draw as Keras does: its normal ones cut off at two standard deviations and widened again, so
that the standard deviation is the one that the formula says (PyTorch does not cut off).
"""

from math import prod, sqrt
from typing import Annotated

import numpy as np
from annotated_types import Gt

from engine.registry import Component, Help, Registry, Slider
from engine.types import Array

Shape = tuple[int, ...]

SHRINKAGE = 0.87962566103423978
"""Standard deviation of a standard normal distribution cut off at ±2."""


class Initializer(Component):
    """How the weights of a layer are drawn before training. Biases start at zero."""

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return weights of ``shape`` (float64) for units with ``fan_in`` inputs each that feed ``fan_out`` units."""
        raise NotImplementedError


initializers: Registry[Initializer] = Registry(
    "initializers",
    Initializer,
    "Initializer",
    "How the weights are drawn before training: too small and signals fade, too large and they explode.",
)


def truncated_normal(rng: np.random.Generator, shape: Shape, stddev: float) -> Array:
    """Return normal numbers of standard deviation ``stddev``, none farther than 2.27 of them from zero."""
    values: Array = rng.standard_normal(shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = rng.standard_normal(int(outside.sum()))
    return values * (stddev / SHRINKAGE)


@initializers.register("zeros")
class Zeros(Initializer):
    """Starts every weight at zero, so all units of a layer compute the same and stay the same.

    The gradients are not lower, as the notes have it: they are equal, and nothing ever tells the units apart.
    """

    title = "Zeros"
    formula = r"W = 0"
    try_this = "Use it on every layer and press play: the units of a layer never become different."
    source = "Rumelhart, Hinton and Williams, 1986 (symmetry breaking)"

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return zeros."""
        return np.zeros(shape)


@initializers.register("constant")
class Constant(Initializer):
    """Starts every weight at the same number: like zeros, it leaves the units of a layer identical for ever."""

    title = "Constant"
    formula = r"W = c"
    try_this = "Compare with zeros: the loss moves, but each layer acts like a single unit."
    source = "Rumelhart, Hinton and Williams, 1986 (symmetry breaking)"

    value: Annotated[float, Slider(-1, 1, step=0.05), Help("Value", "The number that every weight gets.", r"c")] = 0.1

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return ``value`` everywhere."""
        return np.full(shape, self.value)


@initializers.register("random_normal")
class RandomNormal(Initializer):
    """Draws every weight from a bell curve of fixed width, however many inputs a unit has.

    The default is the notes' 0.01 (Keras has 0.05).
    """

    title = "Random normal"
    formula = r"W \sim \mathcal{N}(0, s^2)"
    try_this = "Set the width to 0.01, then to 2, in a network of five tanh layers: signals vanish, then saturate."
    source = "Gauss, 1809 (the distribution)"

    stddev: Annotated[
        float,
        Gt(0),
        Slider(0.001, 5, "log"),
        Help("Standard deviation", "How far the weights are spread around zero.", r"s"),
    ] = 0.01

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return normal numbers."""
        return self.stddev * rng.standard_normal(shape)


@initializers.register("random_uniform")
class RandomUniform(Initializer):
    """Draws every weight evenly between two limits, however many inputs a unit has.

    The default ±0.5 is that of TensorFlow Playground (Keras has ±0.05).
    """

    title = "Random uniform"
    formula = r"W \sim \mathcal{U}(-r, r)"
    try_this = "Lower the limit to 0.01: the first epochs hardly change anything."
    source = "Smilkov and Carter, 2016 (TensorFlow Playground)"

    limit: Annotated[
        float, Gt(0), Slider(0.001, 5, "log"), Help("Limit", "No weight starts farther from zero than this.", r"r")
    ] = 0.5

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return evenly spread numbers."""
        return rng.uniform(-self.limit, self.limit, shape)


@initializers.register("lecun_normal")
class LecunNormal(Initializer):
    """Draws narrower weights the more inputs a unit has, so that the weighted sum keeps the spread of one input.

    Cut off at two standard deviations, as in Keras; otherwise the same as Xavier in the notes. SELU relies on it.
    """

    title = "LeCun normal"
    formula = r"W \sim \mathcal{N}\!\left(0, \frac{1}{n_{in}}\right)"
    try_this = "Use it with SELU in a deep network and watch the spread of the activations stay at 1."
    source = "LeCun, Bottou, Orr and Müller, 1998"

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return cut-off normal numbers of variance 1/n_in."""
        return truncated_normal(rng, shape, sqrt(1 / fan_in))


@initializers.register("xavier_normal")
class XavierNormal(Initializer):
    """Draws narrower weights the more inputs a unit has: the notes' rule for tanh.

    The notes' √(1/n_in), without cut-off. What most libraries call Xavier is Glorot's rule here.
    """

    title = "Xavier normal"
    formula = r"W^{[l]} \sim \mathcal{N}\!\left(0, \frac{1}{n^{[l-1]}}\right)"
    try_this = "Compare with random normal 0.01 in five tanh layers: the last layer's activations do not vanish."
    source = "Glorot and Bengio, 2010, as taught by Ng, 2017"

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return normal numbers of variance 1/n_in."""
        return sqrt(1 / fan_in) * rng.standard_normal(shape)


@initializers.register("glorot_normal")
class GlorotNormal(Initializer):
    """Balances the signals that flow forward with the gradients that flow back, drawing from a bell curve.

    Cut off at two standard deviations, as in Keras.
    """

    title = "Glorot normal"
    formula = r"W \sim \mathcal{N}\!\left(0, \frac{2}{n_{in} + n_{out}}\right)"
    try_this = "Compare the gradient norms of the first and the last layer with those of random normal 0.01."
    source = "Glorot and Bengio, 2010"

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return cut-off normal numbers of variance 2/(n_in + n_out)."""
        return truncated_normal(rng, shape, sqrt(2 / (fan_in + fan_out)))


@initializers.register("glorot_uniform")
class GlorotUniform(Initializer):
    """Balances the signals that flow forward with the gradients that flow back, drawing evenly: Keras's default."""

    title = "Glorot uniform"
    formula = r"W \sim \mathcal{U}(-r, r), \quad r = \sqrt{\frac{6}{n_{in} + n_{out}}}"
    try_this = "Change the seed a few times: the start differs, the speed of learning hardly does."
    source = "Glorot and Bengio, 2010"

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return evenly spread numbers of variance 2/(n_in + n_out)."""
        limit = sqrt(6 / (fan_in + fan_out))
        return rng.uniform(-limit, limit, shape)


@initializers.register("he_normal")
class HeNormal(Initializer):
    """Doubles the variance to make up for ReLU, which silences half of the units.

    Cut off at two standard deviations, as in Keras; the notes draw √(2/n_in) · randn without cut-off.
    """

    title = "He normal"
    formula = r"W^{[l]} \sim \mathcal{N}\!\left(0, \frac{2}{n^{[l-1]}}\right)"
    try_this = "Eight ReLU layers with He and with Xavier: only He keeps the last layer awake."
    source = "He, Zhang, Ren and Sun, 2015"

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return cut-off normal numbers of variance 2/n_in."""
        return truncated_normal(rng, shape, sqrt(2 / fan_in))


@initializers.register("he_uniform")
class HeUniform(Initializer):
    """Like He normal, made for ReLU, but drawn evenly between two limits."""

    title = "He uniform"
    formula = r"W \sim \mathcal{U}(-r, r), \quad r = \sqrt{\frac{6}{n_{in}}}"
    try_this = "Compare its weight histogram with He normal's: another shape, the same spread."
    source = "He, Zhang, Ren and Sun, 2015"

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return evenly spread numbers of variance 2/n_in."""
        limit = sqrt(6 / fan_in)
        return rng.uniform(-limit, limit, shape)


@initializers.register("orthogonal")
class Orthogonal(Initializer):
    """Starts each layer as a rotation: it neither stretches nor shrinks what passes through.

    All axes but the last are taken together as rows, as in Keras.
    """

    title = "Orthogonal"
    formula = r"W^{\top} W = g^2 I"
    try_this = "Ten linear layers: with orthogonal weights the signals keep their length exactly."
    source = "Saxe, McClelland and Ganguli, 2013"

    gain: Annotated[
        float, Gt(0), Slider(0.1, 3, step=0.1), Help("Gain", "How much every layer stretches its input.", r"g")
    ] = 1.0

    def draw(self, rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int) -> Array:
        """Return a matrix with orthonormal columns (rows, if it is wide), uniform among all of them."""
        rows, columns = prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
        q *= np.where(np.diag(r) < 0, -1.0, 1.0)
        return self.gain * (q if rows >= columns else q.T).reshape(shape)
