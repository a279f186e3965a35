"""Class weights: how much the examples of each class count in the cost, where some classes are rare or matter more."""

from dataclasses import replace
from typing import Annotated

import numpy as np
from annotated_types import Len

from engine.datasets import Dataset
from engine.errors import ExperimentError
from engine.registry import Component, Entries, Help, Registry
from engine.types import Array, IntArray

MOST_CLASSES = 1000


class ClassWeight(Component):
    """A rule that gives each class a weight."""

    def of_classes(self, counts: IntArray) -> Array | None:
        """Return the weight of each class, given how many training examples it has; None if all count alike."""
        raise NotImplementedError

    def completed(self, dataset: Dataset) -> "ClassWeight":
        """Return this rule with what was left to the data filled in."""
        return self

    def check(self, dataset: Dataset) -> None:
        """Raise ExperimentError where this rule does not suit the data."""
        if dataset.task == "regression":
            message = f"{self.kind!r} weighs classes, and this dataset has numbers to be predicted; allowed is none"
            raise ExperimentError("class_weight", message)


class_weights: Registry[ClassWeight] = Registry(
    "class_weights", ClassWeight, "Class weights", "How much the examples of each class count in the cost."
)


@class_weights.register("none")
class NoClassWeight(ClassWeight):
    """Every example counts alike, so a rare class hardly counts at all."""

    title = "None"
    formula = r"J = \frac{1}{m} \sum_{i=1}^{m} L^{(i)}"
    try_this = "The imbalanced set: high accuracy comes early, and the rare class is still missed."
    source = "Maximum likelihood (Fisher, 1922)"

    def of_classes(self, counts: IntArray) -> Array | None:
        """Return None."""
        return None

    def check(self, dataset: Dataset) -> None:
        """Suit all data."""


@class_weights.register("balanced")
class Balanced(ClassWeight):
    """Every class counts alike, however few examples it has; the weights average to 1 over the examples."""

    title = "Balanced"
    formula = r"w_c = \frac{m}{C\, m_c}"
    try_this = "The imbalanced set: the border moves away from the rare class, and its recall rises."
    source = "King and Zeng, 2001; as class_weight='balanced' in scikit-learn"

    def of_classes(self, counts: IntArray) -> Array | None:
        """Return m / (C m_c) for each of the C classes that occur; a class without examples has no say."""
        present = np.maximum((counts > 0).sum(), 1)
        weights: Array = counts.sum() / (present * np.maximum(counts, 1.0))
        return weights


@class_weights.register("manual")
class Manual(ClassWeight):
    """Each class has the weight that you give it: what an error costs in the world that the data come from."""

    title = "Own weights"
    formula = r"J = \frac{1}{m} \sum_{i=1}^{m} w_{y^{(i)}} L^{(i)}"
    try_this = "Two classes, weights 1 and 5: one missed case of the second is worth five false alarms."
    source = "Elkan, 2001 (cost-sensitive learning); as class_weight in Keras"

    weights: Annotated[
        tuple[float, ...],
        Len(0, MOST_CLASSES),
        Entries("classes"),
        Help("Weights", "One positive number for each class, in the order of the classes; left out, 1 for each.", "w"),
    ] = ()

    def completed(self, dataset: Dataset) -> "Manual":
        """Give every class the weight 1 if none was named."""
        if self.weights:
            return self
        return replace(self, weights=(1.0,) * (dataset.classes or 2))  # type: ignore[type-var]

    def of_classes(self, counts: IntArray) -> Array | None:
        """Return the weights as given."""
        return np.array(self.weights)

    def check(self, dataset: Dataset) -> None:
        """Refuse another number of weights than there are classes, and weights that are not positive."""
        super().check(dataset)
        classes = dataset.classes or 2
        if len(self.weights) != classes:
            message = f"there are {len(self.weights)} weights; there must be {classes}, one for each class"
            raise ExperimentError("class_weight.weights", message)
        for number, weight in enumerate(self.weights):
            if not 0 < weight < np.inf:
                message = f"{weight} is no weight; it must be a positive number"
                raise ExperimentError(f"class_weight.weights.{number}", message)


def example_weights(
    rule: ClassWeight, labels: Array, classes: int | None, kept: Array | None, mask: Array | None = None
) -> Array | None:
    """Return how much each training example counts in the cost, (examples,) or (examples, time); None if all do alike.

    ``labels`` are the classes of the examples, or of their time steps, of which those with ``mask`` 0 (time, examples)
    are padding; ``kept`` (examples,) are weights that come with the data. Both are multiplied. As in Keras, the cost is
    Σ wᵢ Lᵢ / m, not divided by Σ wᵢ.
    """
    of_class = None
    if classes is not None:
        numbers = labels.astype(np.intp)
        real = numbers if mask is None else numbers[mask.T > 0]
        by_class = rule.of_classes(np.bincount(real.ravel(), minlength=classes))
        of_class = None if by_class is None else by_class[numbers]
    if kept is None:
        return of_class
    spread = kept.reshape(-1, *[1] * (labels.ndim - 1))
    return spread * (np.ones(labels.shape) if of_class is None else of_class)
