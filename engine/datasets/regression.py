"""Surfaces over a plane: a number to predict at each point, as in TensorFlow Playground."""

import numpy as np

from engine.datasets.dataset import Dataset, Noise, SampleCount, Samples, datasets
from engine.datasets.points import PLAYGROUND, spread
from engine.types import Array

REACH = 6.0
"""The points fill the square −6…6."""


def scattered(rng: np.random.Generator, samples: int, noise: float) -> tuple[Array, Array]:
    """Draw points all over the square, and for each a second one, moved by the noise, at which the surface is read."""
    unit = spread(rng.random((samples, 4)), -REACH, REACH)
    return unit[:, :2], unit[:, :2] + unit[:, 2:] * noise


@datasets.register("plane")
class Plane(Dataset):
    """A tilted plane: the number grows steadily along the diagonal, so a single linear neuron fits it exactly."""

    title = "Plane"
    formula = r"y = \tfrac{1}{10}\,(x_1 + x_2),\quad x \sim U(-6, 6)"
    try_this = "Remove every hidden layer and read the two weights: both become 0.1."
    source = PLAYGROUND
    task = "regression"

    samples: SampleCount = 1200
    noise: Noise = 0.0

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw points of the square and read the plane there; noise moves the place where it is read."""
        inputs, read = scattered(rng, self.samples, self.noise)
        return Samples(inputs, read.sum(axis=1) / 10)


@datasets.register("multi_gaussian")
class MultiGaussian(Dataset):
    """Six cones, three up and three down, over a flat floor: the network must place each one."""

    title = "Hills and valleys"
    formula = r"y = \pm\max\bigl(0,\, 1 - \tfrac12\lVert x - c_k\rVert\bigr) \text{ of the nearest of six centres } c_k"
    try_this = "Compare four tanh neurons with eight: a hill or valley that no neuron can serve is left out."
    source = PLAYGROUND
    task = "regression"

    samples: SampleCount = 1200
    noise: Noise = 0.0

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw points of the square and read the surface there; noise moves the place where it is read."""
        inputs, read = scattered(rng, self.samples, self.noise)
        return Samples(inputs, surface(read))


CENTRES = np.array([[-4.0, 2.5], [0.0, 2.5], [4.0, 2.5], [-4.0, -2.5], [0.0, -2.5], [4.0, -2.5]])
SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])


def surface(points: Array) -> Array:
    """Return the height of the six cones (radius 2, height ±1, none overlaps another) at each of ``points``."""
    distance = np.linalg.norm(points[:, None] - CENTRES, axis=2)
    height: Array = np.fmax(1 - distance / 2, 0).dot(SIGNS)
    return height
