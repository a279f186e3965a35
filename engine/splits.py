"""Splits: which examples are learned from, and which only judge."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Interval

from engine.errors import ExperimentError
from engine.registry import Help, Slider
from engine.types import IntArray, Split

TOLERANCE = 1e-9
"""How far from one the fractions may sum, because 0.7 + 0.2 + 0.1 does."""


@dataclass(frozen=True)
class SplitFractions:
    """The shares of the examples used for training, for choosing between experiments and for the final judgement."""

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

    def indices(self, examples: int, rng: np.random.Generator) -> dict[Split, IntArray]:
        """Deal the example numbers 0…examples−1 to the three parts at random; each part keeps the dataset's order."""
        first, second = self.boundaries(examples)
        shuffled = rng.permutation(examples)
        train, validation, test = (np.sort(part) for part in np.split(shuffled, (first, second)))
        return {"train": train, "validation": validation, "test": test}
