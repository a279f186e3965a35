"""Series over time: the last values are seen, the next is to be predicted; the later ones test what was learned."""

from typing import Annotated, TypeAlias

import numpy as np
from annotated_types import Interval

from engine.datasets.dataset import Noise, SampleCount, Samples, datasets
from engine.datasets.sequences import Sequence
from engine.registry import Help, Slider
from engine.splits import SplitFractions
from engine.types import Array

Window: TypeAlias = Annotated[
    int,
    Interval(ge=1, le=100),
    Slider(2, 50, step=1),
    Help("Window", "How many values are seen before the one to be predicted.", "T"),
]


class Series(Sequence):
    """Every stretch of one long series, in order, and for each the value that follows."""

    task = "regression"
    input_names = ("value",)
    default_split = SplitFractions(0.8, 0.0, 0.2, "by_time")
    samples: SampleCount
    window: Window

    @property
    def time(self) -> int:
        """The window."""
        return self.window

    def values(self, rng: np.random.Generator, count: int) -> Array:
        """Return the first ``count`` values of the series."""
        raise NotImplementedError

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw the series and cut it into overlapping windows."""
        values = self.values(rng, self.samples + self.window)
        windows = np.lib.stride_tricks.sliding_window_view(values, self.window + 1)
        return Samples(windows[:, :-1].copy(), windows[:, -1].copy())


@datasets.register("sine_series")
class SineSeries(Series):
    """A sine wave over time: two values in a row and its rhythm determine the next, unless noise hides them."""

    title = "Sine series"
    formula = r"s_t = \sin\bigl(\tfrac{2\pi t}{P} + \varphi\bigr) + \text{noise}\cdot\epsilon_t,\quad y = s_{t+1}"
    try_this = "Without noise a window of 2 and one linear neuron are enough: read its weights, 2 cos(2π/P) and −1."
    source = "Yule, On a method of investigating periodicities in disturbed series (1927)"

    samples: SampleCount = 500
    noise: Noise = 0.1
    window: Window = 20
    period: Annotated[
        float,
        Interval(ge=3, le=200),
        Slider(5, 100, step=1),
        Help("Period", "After how many time steps the wave repeats.", "P"),
    ] = 25.0

    def values(self, rng: np.random.Generator, count: int) -> Array:
        """Return the wave, which begins anywhere, and the errors."""
        phase = 2 * np.pi * rng.random()
        wave: Array = np.sin(2 * np.pi / self.period * np.arange(count) + phase)
        return wave + self.noise * rng.standard_normal(count)


@datasets.register("noisy_series")
class NoisySeries(Series):
    """Two rhythms, a slow rise and chance that lingers: like sales or temperatures, only partly predictable."""

    title = "Noisy series"
    formula = (
        r"s_t = \tfrac12\sin\tfrac{2\pi t}{7} + \sin\bigl(\tfrac{2\pi t}{52} + \varphi\bigr) + \tfrac{t}{1000} + e_t,"
        r"\quad e_t = 0.7\,e_{t-1} + \text{noise}\cdot\epsilon_t"
    )
    try_this = "Shuffle the split instead of splitting by time: the test loss gets better, and tells less than before."
    source = "Box & Jenkins, Time series analysis (1970): trend, seasons and an autoregressive rest"

    samples: SampleCount = 700
    noise: Noise = 0.2
    window: Window = 20

    def values(self, rng: np.random.Generator, count: int) -> Array:
        """Return trend, seasons and the lingering errors."""
        time = np.arange(count)
        phase = 2 * np.pi * rng.random()
        errors = self.noise * rng.standard_normal(count)
        for step in range(1, count):
            errors[step] += 0.7 * errors[step - 1]
        seasons: Array = np.sin(2 * np.pi / 7 * time) / 2 + np.sin(2 * np.pi / 52 * time + phase)
        return seasons + time / 1000 + errors
