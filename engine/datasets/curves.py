"""Curves over a line: one input, one number to predict, so that the fit can be drawn beside the examples."""

from typing import Annotated

import numpy as np
from annotated_types import Interval

from engine.datasets.dataset import Dataset, Noise, Range, SampleCount, Samples, datasets
from engine.datasets.points import spread
from engine.registry import Help, Slider
from engine.types import Array

REACH = 6.0
"""The inputs fill −6…6."""


class Curve(Dataset):
    """A curve y = f(x₁) that is read with an error whose standard deviation is the noise."""

    family = "curves"
    task = "regression"
    input_names = ("x1",)
    domain = None
    interval: Range | None = (-REACH, REACH)
    noise: Noise

    def curve(self, x: Array) -> Array:
        """Return the true height at each of ``x``."""
        raise NotImplementedError

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw places all over the interval, each with its own error, the same one whatever the noise."""
        places = spread(rng.random(self.samples), -REACH, REACH)
        errors = rng.spawn(1)[0].standard_normal(self.samples)
        return Samples(places[:, None], self.curve(places) + self.noise * errors)


@datasets.register("sine_curve")
class Sine(Curve):
    """A sine wave: smooth and round, each half wave needs a neuron or two of its own."""

    title = "Sine"
    formula = r"y = \sin\tfrac{\pi n x_1}{6} + \text{noise}\cdot\epsilon,\quad x_1 \sim U(-6, 6)"
    try_this = "Raise the number of waves until the network follows only some of them; then add the feature sin x₁."
    source = "Harmonic analysis (Fourier, 1822)"

    samples: SampleCount = 200
    noise: Noise = 0.1
    waves: Annotated[
        int, Interval(ge=1, le=10), Slider(1, 10, step=1), Help("Waves", "How many whole waves there are.", "n")
    ] = 2

    def curve(self, x: Array) -> Array:
        """Return the wave."""
        height: Array = np.sin(np.pi * self.waves / REACH * x)
        return height


@datasets.register("polynomial_curve")
class Polynomial(Curve):
    """A polynomial that swings between −1 and 1: with few examples and much noise a large network learns the noise."""

    title = "Polynomial"
    formula = r"y = \cos\bigl(n \arccos \tfrac{x_1}{6}\bigr) + \text{noise}\cdot\epsilon,\quad x_1 \sim U(-6, 6)"
    try_this = "Take 20 examples and many neurons: the training loss vanishes, the test loss does not. Then regularize."
    source = "Chebyshev's polynomials (1854), the standard curves for polynomial fits"

    samples: SampleCount = 100
    noise: Noise = 0.2
    degree: Annotated[
        int,
        Interval(ge=0, le=9),
        Slider(0, 9, step=1),
        Help("Degree", "The highest power of x: 1 is a line, 2 a parabola.", "n"),
    ] = 3

    def curve(self, x: Array) -> Array:
        """Return the Chebyshev polynomial of the degree."""
        height: Array = np.polynomial.chebyshev.chebval(x / REACH, np.eye(self.degree + 1)[-1])
        return height


@datasets.register("step_curve")
class Step(Curve):
    """A single jump: smooth neurons need ever larger weights to stand upright."""

    title = "Step"
    formula = r"y = \operatorname{sign}(x_1) + \text{noise}\cdot\epsilon,\quad x_1 \sim U(-6, 6)"
    try_this = "One tanh neuron: watch its weight grow and grow. Then add an l2 regularizer and see where it stops."
    source = "Heaviside's step (1893), from −1 to 1"

    samples: SampleCount = 200
    noise: Noise = 0.0

    def curve(self, x: Array) -> Array:
        """Return −1 left of zero and 1 from there on."""
        return np.where(x < 0, -1.0, 1.0)


@datasets.register("chirp_curve")
class Chirp(Curve):
    """Waves that get shorter and shorter: networks learn the long ones first and the short ones late or never."""

    title = "Chirp"
    formula = r"y = \sin\tfrac{\pi (x_1 + 6)^2}{24} + \text{noise}\cdot\epsilon,\quad x_1 \sim U(-6, 6)"
    try_this = "Watch in which order the waves are learned; then give the sine activation the same task."
    source = "Spectral bias: Rahaman et al., On the spectral bias of neural networks (2019)"

    samples: SampleCount = 300
    noise: Noise = 0.0

    def curve(self, x: Array) -> Array:
        """Return three whole waves, the last much shorter than the first."""
        height: Array = np.sin(np.pi / 24 * np.square(x + REACH))
        return height


@datasets.register("outliers")
class Outliers(Dataset):
    """A straight line with some wild readings, all far above it: the squared error runs after them."""

    title = "Line with outliers"
    formula = r"y = \tfrac{x_1}{6} + \text{noise}\cdot\epsilon \;(+\,3 \text{ with probability } p)"
    try_this = "Remove every hidden layer and compare the losses: squared error is drawn upwards, absolute error stays."
    source = "Huber, Robust estimation of a location parameter (1964)"
    family = "curves"
    task = "regression"
    input_names = ("x1",)
    domain = None
    interval = (-REACH, REACH)

    samples: SampleCount = 200
    noise: Noise = 0.1
    share: Annotated[
        float,
        Interval(ge=0, le=0.5),
        Slider(0, 0.4, step=0.05),
        Help("Outliers", "The probability that a reading is wild.", "p"),
    ] = 0.15

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw places, errors and which readings are wild; more are wild, and all of the former, as the share grows."""
        unit = rng.random((self.samples, 2))
        places = spread(unit[:, 0], -REACH, REACH)
        errors = rng.spawn(1)[0].standard_normal(self.samples)
        wild = unit[:, 1] < self.share
        return Samples(places[:, None], places / REACH + self.noise * errors + 3.0 * wild)
