"""Splits: which examples are learned from, and which only judge."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import numpy as np
from annotated_types import Interval

from engine.errors import ExperimentError
from engine.registry import Help, Slider
from engine.types import Array, IntArray, Split

TOLERANCE = 1e-9
"""How far from one the fractions may sum, because 0.7 + 0.2 + 0.1 does."""


SplitMethod: TypeAlias = Literal["shuffled", "stratified", "by_time"]
"""How examples are dealt."""


@dataclass(frozen=True)
class SplitFractions:
    """The shares for training, for choosing between experiments and for the final judgement, and how they are dealt."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}

    train: Annotated[
        float,
        Interval(gt=0, le=1),
        Slider(0.1, 1, step=0.05),
        Help("Training", "The share of the examples that the network learns from."),
    ] = 0.5
    validation: Annotated[
        float,
        Interval(ge=0, lt=1),
        Slider(0, 0.5, step=0.05),
        Help("Validation", "The share that helps to choose settings, such as when to stop; never learned from."),
    ] = 0.0
    test: Annotated[
        float,
        Interval(ge=0, lt=1),
        Slider(0, 0.9, step=0.05),
        Help("Test", "The share kept for the final judgement: neither learned from nor chosen by."),
    ] = 0.5

    method: Annotated[
        SplitMethod,
        Help(
            "Method",
            "Shuffled: chance decides. Stratified: chance, but every part has its share of each class. By time: the "
            "first train, the last test, as when the future is to be predicted.",
        ),
    ] = "shuffled"

    def check(self, examples: int) -> None:
        """Refuse fractions that do not sum to one, or that leave nothing to learn from."""
        total = self.train + self.validation + self.test
        if not abs(total - 1) <= TOLERANCE:
            raise ExperimentError(
                "data.split", f"train + validation + test is {total:.9g}; the fractions must sum to 1"
            )
        if self.boundaries(examples)[0] < 1:
            message = (
                f"{self.train} of {examples} examples leaves none to learn from; use a larger share or more examples"
            )
            raise ExperimentError("data.split.train", message)

    def boundaries(self, examples: int) -> tuple[int, int]:
        """Return how many examples train, and how many train or validate; rounded half up, the rest tests."""
        first = int(examples * self.train + 0.5)
        second = int(examples * (self.train + self.validation) + 0.5)
        return first, min(second, examples) if self.test else examples

    def sizes(self, examples: int) -> tuple[int, int, int]:
        """Return how many examples train, validate and test."""
        first, second = self.boundaries(examples)
        return first, second - first, examples - second

    def indices(self, labels: Array, rng: np.random.Generator) -> dict[Split, IntArray]:
        """Deal the example numbers of ``labels``, one for each example, to the three parts by the chosen method.

        Each part keeps the dataset's order.
        """
        first, second = self.boundaries(len(labels))
        if self.method == "by_time":
            parts = np.split(np.arange(len(labels)), (first, second))
        elif self.method == "stratified":
            learned, test = _divide(_by_class(labels, rng), second)
            parts = [*map(_joined, _divide(learned, first)), _joined(test)]
        else:
            parts = [np.sort(part) for part in np.split(rng.permutation(len(labels)), (first, second))]
        return dict(zip(("train", "validation", "test"), parts, strict=True))


HELD_OUT_FIFTH = SplitFractions(0.8, 0.0, 0.2)
"""Four fifths train and one tests: what suits sets of which no more can be drawn."""


def folds(
    count: int, labels: Array, rng: np.random.Generator, method: SplitMethod = "shuffled"
) -> tuple[IntArray, ...]:
    """Deal the example numbers of ``labels`` to ``count`` folds of equal size, give or take one.

    Each fold validates once what was learned from all the others, so every example is judged by a network that has not
    seen it. "stratified": each fold has its share of every class; "by_time": folds are stretches of the order.
    """
    if not 2 <= count <= len(labels):
        raise ValueError(f"{len(labels)} examples cannot be dealt to {count} folds; 2 to {len(labels)} are possible")
    if method == "by_time":
        return tuple(np.array_split(np.arange(len(labels)), count))
    classes = _by_class(labels, rng) if method == "stratified" else [rng.permutation(len(labels))]
    dealt = np.concatenate(classes)  # like cards: one class after the other, round and round
    return tuple(np.sort(dealt[fold::count]) for fold in range(count))


def _by_class(labels: Array, rng: np.random.Generator) -> list[IntArray]:
    """Return the example numbers of each class, in random order."""
    return [rng.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)]


def _divide(classes: list[IntArray], count: int) -> tuple[list[IntArray], list[IntArray]]:
    """Divide the classes into ``count`` examples and the rest, every class in proportion to within one example.

    Whole numbers by the largest remainders (Hamilton, 1792), the first class first where they are equal.
    """
    sizes = np.array([len(members) for members in classes])
    quotas = sizes * (count / max(1, sizes.sum()))
    shares = np.floor(quotas + TOLERANCE).astype(np.intp)
    missing = count - int(shares.sum())
    shares[np.argsort(shares - quotas, kind="stable")[:missing]] += 1
    pairs = list(zip(classes, shares, strict=True))
    return [members[:share] for members, share in pairs], [members[share:] for members, share in pairs]


def _joined(classes: list[IntArray]) -> IntArray:
    return np.sort(np.concatenate(classes))
