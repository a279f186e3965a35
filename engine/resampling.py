"""Resampling: which of the training examples are learned from, where there are far more of one class than of others."""

from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Interval

from engine.datasets import Dataset
from engine.errors import ExperimentError
from engine.registry import Component, Help, Registry, Slider
from engine.types import Array, IntArray


class Resampled(NamedTuple):
    """What is left of the training examples."""

    chosen: IntArray
    """Their places among those that there were, in order."""
    weights: Array | None
    """How much each of them counts; None if all count alike."""


class Resampling(Component):
    """A rule that chooses among the training examples; validation and test examples stay as the world deals them."""

    def choose(self, labels: Array, rng: np.random.Generator) -> Resampled:
        """Return which examples stay, given their ``labels``."""
        raise NotImplementedError

    def check(self, dataset: Dataset) -> None:
        """Raise ExperimentError where this rule does not suit the data."""


resamplings: Registry[Resampling] = Registry(
    "resamplings", Resampling, "Resampling", "Which of the training examples are learned from."
)


@resamplings.register("none")
class NoResampling(Resampling):
    """All training examples are learned from."""

    title = "None"
    formula = r"m' = m"
    try_this = "The imbalanced set: hardly any batch contains an example of the rare class."
    source = "The data as they come"

    def choose(self, labels: Array, rng: np.random.Generator) -> Resampled:
        """Return all."""
        return Resampled(np.arange(len(labels)), None)


@resamplings.register("down_sampling")
class DownSampling(Resampling):
    """Only one in so many examples of the largest class is kept; made to count as often again, the odds stay true.

    Without the higher weight the network believes that the rare class is more frequent than it is: good for finding it,
    wrong as a probability.
    """

    title = "Down-sampling"
    formula = r"m'_{\max} = \frac{m_{\max}}{f}, \quad w_{\max} = f"
    try_this = "The imbalanced set with factor 10, with the weights and without: see how the border moves."
    source = "Elkan, 2001; as taught in Google's Machine Learning Crash Course"

    factor: Annotated[
        float,
        Interval(ge=1, le=1000),
        Slider(1, 50, "log"),
        Help("Factor", "One in so many examples of the largest class is kept, at least one.", "f"),
    ] = 10.0
    up_weight: Annotated[
        bool, Help("Up-weight", "Let each example that is kept count as many times as there were examples for it.")
    ] = True

    def choose(self, labels: Array, rng: np.random.Generator) -> Resampled:
        """Return a random part of the largest class (the first of equals) and all others, in their order."""
        classes, counts = np.unique(labels, return_counts=True)
        if not len(classes):
            return Resampled(np.arange(0), None)
        largest = labels == classes[counts.argmax()]
        places = np.flatnonzero(largest)
        kept = rng.permutation(places)[: max(1, round(len(places) / self.factor))]
        chosen = np.sort(np.concatenate((np.flatnonzero(~largest), kept)))
        if not self.up_weight:
            return Resampled(chosen, None)
        return Resampled(chosen, np.where(largest[chosen], len(places) / len(kept), 1.0))

    def check(self, dataset: Dataset) -> None:
        """Refuse data without one class for each example."""
        if dataset.task == "regression" or dataset.per_step:
            message = f"{self.kind!r} needs one class for each example; allowed here is none"
            raise ExperimentError("data.resampling", message)
