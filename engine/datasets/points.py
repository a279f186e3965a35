"""Points of a plane in classes. Those of TensorFlow Playground are drawn by its formulas, with its meaning of noise.

Every example has its own random numbers, drawn in order, and uses the same ones whatever the noise: so a larger set
begins with the smaller one (except the spiral, whose points lie at even distances along the arms).
"""

from math import sqrt
from typing import Annotated

import numpy as np
from annotated_types import Interval

from engine.datasets.dataset import Dataset, Noise, SampleCount, Samples, datasets
from engine.registry import Help, Slider
from engine.splits import SplitFractions
from engine.types import Array, IntArray

RADIUS = 5.0
"""How far from the centre the patterns reach."""
PLAYGROUND = "Smilkov, Carter, Sculley, Viégas & Wattenberg, TensorFlow Playground (2017)"


def spread(unit: Array, low: float, high: float) -> Array:
    """Stretch numbers from 0…1 to ``low``…``high``."""
    return low + (high - low) * unit


def alternating(examples: int, classes: int) -> IntArray:
    """Return the classes 0, 1, …, 0, 1, … so that each has equally many examples, give or take one."""
    return np.mod(np.arange(examples), classes)


def polar(radius: Array, angle: Array) -> Array:
    """Return the points (examples, 2) at ``angle`` clockwise from the upward direction."""
    return np.stack((radius * np.sin(angle), radius * np.cos(angle)), axis=1)


def cloud(rng: np.random.Generator, centres: Array, noise: float) -> Array:
    """Draw one point about each centre, its variance rising from 0.5 to 4 with the noise (0 to 0.5)."""
    variance = 0.5 + 7 * noise
    return centres + sqrt(variance) * rng.standard_normal(centres.shape)


@datasets.register("circle")
class Circle(Dataset):
    """A disc of one class inside a ring of the other: no straight line parts them, so something must bend."""

    title = "Circle"
    formula = (
        r"x = r\,(\sin\theta, \cos\theta),\; r \sim U(0, 2.5) \text{ or } U(3.5, 5);\quad"
        r" y = 1 \text{ if } \lVert x + 5\,\text{noise}\cdot u\rVert < 2.5"
    )
    try_this = "Remove every hidden layer: it fails. Then add the features x₁² and x₂²: now one neuron is enough."
    source = PLAYGROUND
    task = "binary"
    classes = 2

    samples: SampleCount = 500
    noise: Noise = 0.0

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw disc and ring in turn; noise shifts the point that is labelled, not the point that is seen."""
        unit = rng.random((self.samples, 4))
        ring = alternating(self.samples, 2) == 1
        radius = np.where(ring, spread(unit[:, 0], 0.7 * RADIUS, RADIUS), spread(unit[:, 0], 0, 0.5 * RADIUS))
        inputs = polar(radius, 2 * np.pi * unit[:, 1])
        moved = inputs + spread(unit[:, 2:], -RADIUS, RADIUS) * self.noise
        return Samples(inputs, (np.hypot(moved[:, 0], moved[:, 1]) < 0.5 * RADIUS).astype(np.float64))


@datasets.register("xor")
class Xor(Dataset):
    """Four corners, opposite ones alike: neither input says anything alone, only both together do."""

    title = "Exclusive or"
    formula = r"y = 1 \text{ if } (x_1 + 5\,\text{noise}\cdot u_1)(x_2 + 5\,\text{noise}\cdot u_2) \ge 0"
    try_this = "Train it with no hidden layer and x₁, x₂ only; then give it the single feature x₁x₂."
    source = PLAYGROUND
    task = "binary"
    classes = 2

    samples: SampleCount = 500
    noise: Noise = 0.0

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw points of a square with a gap of 0.3 on either side of both axes."""
        unit = rng.random((self.samples, 4))
        inputs = spread(unit[:, :2], -RADIUS, RADIUS)
        inputs += np.where(inputs > 0, 0.3, -0.3)
        moved = inputs + spread(unit[:, 2:], -RADIUS, RADIUS) * self.noise
        return Samples(inputs, (moved[:, 0] * moved[:, 1] >= 0).astype(np.float64))


@datasets.register("gaussians")
class Gaussians(Dataset):
    """Two clouds side by side: a straight line is the best boundary there is, so one neuron is enough."""

    title = "Two Gaussians"
    formula = r"x \sim \mathcal{N}\bigl(\pm(2, 2),\; (0.5 + 7\,\text{noise})\,I\bigr)"
    try_this = "Remove every hidden layer: logistic regression solves it. Raise the noise until even that must err."
    source = PLAYGROUND
    task = "binary"
    classes = 2

    samples: SampleCount = 500
    noise: Noise = 0.0

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw from both clouds in turn."""
        targets = alternating(self.samples, 2)
        centres = np.array([[-2.0, -2.0], [2.0, 2.0]])[targets]
        return Samples(cloud(rng, centres, self.noise), targets.astype(np.float64))


@datasets.register("spiral")
class Spiral(Dataset):
    """Two arms wound into each other: the hardest of the flat patterns, for deep or well-fed networks."""

    title = "Spiral"
    formula = (
        r"x = r\,(\sin t, \cos t) + \text{noise}\cdot u,\quad r = 5\tfrac{i}{n},\; t = 3.5\pi\tfrac{i}{n} \;(+\pi),"
        r"\; u \sim U(-1, 1)"
    )
    try_this = "Two hidden layers of eight with tanh and Adam; or add sin x₁ and sin x₂ and use fewer neurons."
    source = PLAYGROUND
    task = "binary"
    classes = 2

    samples: SampleCount = 500
    noise: Noise = 0.0

    def sample(self, rng: np.random.Generator) -> Samples:
        """Place the examples evenly along both arms, in random order, and shake each."""
        order = rng.permutation(self.samples)
        targets, along = 1 - order % 2, (order // 2) / (self.samples / 2)
        inputs = polar(RADIUS * along, 3.5 * np.pi * along + np.pi * (1 - targets))
        inputs += self.noise * spread(rng.random(inputs.shape), -1, 1)
        return Samples(inputs, targets.astype(np.float64))


@datasets.register("moons")
class Moons(Dataset):
    """Two half moons that reach into each other: a boundary of one gentle S."""

    title = "Moons"
    formula = (
        r"x = \tfrac{10}{3}\bigl[(\cos t, \sin t) \text{ or } (1-\cos t, \tfrac12-\sin t) - (\tfrac12, \tfrac14)"
        r" + \text{noise}\cdot\epsilon\bigr],\quad t \sim U(0, \pi)"
    )
    try_this = "Count how many hidden neurons it takes: with three tanh neurons the S appears."
    source = "make_moons of scikit-learn (Pedregosa et al., 2011), enlarged to the same plane as the others"
    task = "binary"
    classes = 2

    samples: SampleCount = 500
    noise: Noise = 0.1

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw from both moons in turn; the noise is normal, its standard deviation a share of the moon's radius."""
        targets = alternating(self.samples, 2)
        angle = np.pi * rng.random((self.samples, 1))
        shake = self.noise * rng.spawn(1)[0].standard_normal((self.samples, 2))
        upper = np.hstack((np.cos(angle), np.sin(angle)))
        points = np.where(targets[:, None] == 0, upper, [1.0, 0.5] - upper)
        return Samples((points - [0.5, 0.25] + shake) * (2 * RADIUS / 3), targets.astype(np.float64))


@datasets.register("three_gaussians")
class ThreeGaussians(Dataset):
    """Three clouds, three classes: softmax shares the plane out among them by straight borders."""

    title = "Three Gaussians"
    formula = (
        r"x \sim \mathcal{N}\bigl(3\,(\sin\tfrac{2\pi k}{3}, \cos\tfrac{2\pi k}{3}),\; (0.5 + 7\,\text{noise})\,I\bigr)"
        r",\quad k = 0, 1, 2"
    )
    try_this = "Remove every hidden layer: three output neurons alone give three straight borders that meet in a point."
    source = "The multi-class sister of TensorFlow Playground's two clouds"
    task = "multiclass"
    classes = 3

    samples: SampleCount = 500
    noise: Noise = 0.0

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw from the three clouds in turn."""
        targets = alternating(self.samples, 3)
        centres = polar(np.full(self.samples, 3.0), 2 * np.pi * targets / 3)
        return Samples(cloud(rng, centres, self.noise), targets.astype(np.float64))


@datasets.register("pinwheel")
class Pinwheel(Dataset):
    """Five bent arms, five classes: every border is a curve, and near the hub all five are close."""

    title = "Pinwheel"
    formula = (
        r"x = r\,(\sin t, \cos t) + \text{noise}\cdot u,\quad r = 1 + 4s,\; t = \tfrac{2\pi k}{5} + \tfrac{\pi}{2}s,"
        r"\; s \sim U(0, 1),\; u \sim U(-1, 1),\; k = 0 \ldots 4"
    )
    try_this = "Watch the certainty: the network is sure far out on the arms long before it is sure at the hub."
    source = "After the pinwheel of Johnson, Duvenaud, Wiltschko, Datta & Adams (2016)"
    task = "multiclass"
    classes = 5

    samples: SampleCount = 500
    noise: Noise = 0.2

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw from the five arms in turn; noise as in the spiral."""
        targets = alternating(self.samples, 5)
        unit = rng.random((self.samples, 3))
        along = unit[:, 0]
        inputs = polar(1 + (RADIUS - 1) * along, 2 * np.pi * targets / 5 + 0.5 * np.pi * along)
        return Samples(inputs + self.noise * spread(unit[:, 1:], -1, 1), targets.astype(np.float64))


@datasets.register("imbalanced")
class Imbalanced(Dataset):
    """A rare class beside a frequent one: who always answers the frequent one is nearly always right, and useless."""

    title = "Imbalanced clouds"
    formula = r"x \sim \mathcal{N}\bigl(\pm(1.5, 1.5),\; (0.5 + 7\,\text{noise})\,I\bigr),\quad P(y = 1) = \text{ratio}"
    try_this = "Compare accuracy with the confusion matrix; then weigh the rare class more, or stratify the split."
    source = "Two Gaussian clouds; on the problem see He & Garcia, Learning from imbalanced data (2009)"
    task = "binary"
    classes = 2
    default_split = SplitFractions(0.5, 0.0, 0.5, "stratified")

    samples: SampleCount = 500
    noise: Noise = 0.1
    ratio: Annotated[
        float,
        Interval(ge=0.01, le=0.5),
        Slider(0.01, 0.5, step=0.01),
        Help("Rare share", "The share of the examples that are of the rare class; there is always at least one."),
    ] = 0.05

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw from both clouds, the rare examples evenly spread over the order."""
        rare = np.ceil(np.arange(self.samples + 1) * self.ratio - 1e-9)
        targets = np.diff(rare)
        return Samples(cloud(rng, np.where(targets[:, None] == 1, 1.5, -1.5) * np.ones(2), self.noise), targets)
