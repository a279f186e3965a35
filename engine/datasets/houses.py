"""Invented houses whose prices follow a known formula, so that what a network has learned can be compared with it."""

import numpy as np

from engine.datasets.dataset import Dataset, Noise, SampleCount, Samples, datasets
from engine.datasets.points import spread
from engine.scaling import MinMax, Standardize
from engine.splits import HELD_OUT_FIFTH
from engine.types import Array


@datasets.register("house_prices")
class HousePrices(Dataset):
    """Houses and their prices in thousands: larger is dearer, older and farther out is cheaper, and none is below zero.

    The price is a straight line with a kink, which is one ReLU neuron. It is learned scaled to 0…1 and answered in
    thousands.
    """

    title = "House prices"
    formula = (
        r"y = \max\bigl(0,\; 2\,\text{size} + 15\,\text{bedrooms} - 1.5\,\text{age} - 6\,\text{distance}"
        r" + 100\,\text{noise}\cdot\epsilon\bigr)"
    )
    try_this = "Remove every hidden layer and give the output relu: one neuron finds the formula. Then try linear."
    source = "Invented, after the first example of many courses"
    family = "tables"
    task = "regression"
    input_names = ("size (m²)", "bedrooms", "age (years)", "distance (km)")
    domain = None
    default_split = HELD_OUT_FIFTH
    default_scaling = Standardize()
    default_target_scaling = MinMax()

    samples: SampleCount = 500
    noise: Noise = 0.1

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw houses of 30 to 250 m², up to 100 years old and 30 km out; the larger the more bedrooms, roughly."""
        unit = rng.random((self.samples, 4))
        size, age, distance = spread(unit[:, 0], 30, 250), spread(unit[:, 2], 0, 100), spread(unit[:, 3], 0, 30)
        bedrooms = np.clip(np.round(size / 40 + spread(unit[:, 1], -1, 1)), 1, 6)
        inputs = np.stack((np.round(size), bedrooms, np.round(age), np.round(distance, 1)), axis=1)
        errors = rng.spawn(1)[0].standard_normal(self.samples)
        return Samples(inputs, np.fmax(worth(inputs) + 100 * self.noise * errors, 0))


def worth(houses: Array) -> Array:
    """Return what each of ``houses`` (examples, 4) would cost if prices could be negative, in thousands."""
    price: Array = houses.dot(np.array([2.0, 15.0, -1.5, -6.0]))
    return price
