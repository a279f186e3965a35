"""Examples that stand in the experiment itself."""

from typing import Annotated

import numpy as np
from annotated_types import Len

from engine.datasets.dataset import MAXIMUM_SAMPLES, Dataset, Range, Samples, datasets
from engine.errors import ExperimentError
from engine.registry import Help
from engine.splits import SplitFractions
from engine.types import Array, Task

MAXIMUM_CLASSES = 100
MAXIMUM_COLUMNS = 1000


@datasets.register("inline")
class Inline(Dataset):
    """Your own examples, written out in the experiment: rows of numbers and, for each row, what is to be predicted."""

    title = "Own examples"
    formula = r"\{(x^{(i)}, y^{(i)})\},\; i = 1 \ldots m"
    try_this = "Four rows, (0, 0), (0, 1), (1, 0), (1, 1), with the targets 0, 1, 1, 0: the original exclusive or."
    source = "You"
    family = "tables"
    default_split = SplitFractions(1.0, 0.0, 0.0)

    inputs: Annotated[
        tuple[tuple[float, ...], ...],
        Len(1, MAXIMUM_SAMPLES),
        Help("Inputs", "One row of numbers for each example; all rows equally long.", "X"),
    ] = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
    targets: Annotated[
        tuple[float, ...],
        Len(1, MAXIMUM_SAMPLES),
        Help("Targets", "For each example its number, or its class counted from 0.", "y"),
    ] = (0.0, 1.0, 1.0, 0.0)
    task: Annotated[
        Task, Help("Task", "Binary: class 0 or 1. Multiclass: classes 0, 1, 2, … Regression: any number.")
    ] = "binary"
    weights: Annotated[
        tuple[float, ...] | None,
        Help("Weights", "For each example how much it counts in training; left out, all count alike.", "w"),
    ] = None

    @property
    def samples(self) -> int:  # type: ignore[override]
        """The number of rows."""
        return len(self.inputs)

    @property
    def classes(self) -> int | None:  # type: ignore[override]
        """Two if binary; if multiclass one more than the highest class index, so a class may lack examples."""
        if self.task == "regression":
            return None
        return 2 if self.task == "binary" else max(2, int(max(self.targets)) + 1)

    @property
    def input_names(self) -> tuple[str, ...]:  # type: ignore[override]
        """x1, x2, … as many as there are columns."""
        return tuple(f"x{column + 1}" for column in range(len(self.inputs[0])))

    @property
    def domain(self) -> tuple[Range, Range] | None:  # type: ignore[override]
        """The examples' own rectangle with a tenth of its size around it; None unless there are two columns."""
        if len(self.inputs[0]) != 2:
            return None
        first, second = (padded(np.array(column)) for column in zip(*self.inputs, strict=True))
        return first, second

    def sample(self, rng: np.random.Generator) -> Samples:
        """Return the rows as they stand."""
        return Samples(np.array(self.inputs, np.float64), np.array(self.targets, np.float64))

    def sample_weights(self) -> Array | None:
        """Return the weights as they stand."""
        return None if self.weights is None else np.array(self.weights, np.float64)

    def check(self) -> None:
        """Refuse ragged or non-finite rows, too few or too many targets, and classes that are not counted from 0."""
        self._check_inputs()
        self._check_weights()
        if len(self.targets) != len(self.inputs):
            raise _error("targets", f"{len(self.targets)} targets for {len(self.inputs)} rows; each row needs one")
        if not np.isfinite(self.targets).all():
            raise _error("targets", "every target must be a finite number")
        if self.task != "regression":
            self._check_classes(2 if self.task == "binary" else MAXIMUM_CLASSES)

    def _check_inputs(self) -> None:
        columns = len(self.inputs[0]) if self.inputs else 0
        if not 1 <= columns <= MAXIMUM_COLUMNS:
            raise _error("inputs", f"the first row has {columns} numbers; 1 to {MAXIMUM_COLUMNS} are allowed")
        for number, row in enumerate(self.inputs):
            if len(row) != columns:
                raise _error(f"inputs.{number}", f"{len(row)} numbers where the first row has {columns}")
            if not np.isfinite(row).all():
                raise _error(f"inputs.{number}", "every input must be a finite number")

    def _check_weights(self) -> None:
        if self.weights is None:
            return
        if len(self.weights) != len(self.inputs):
            raise _error("weights", f"{len(self.weights)} weights for {len(self.inputs)} rows; each row needs one")
        for number, weight in enumerate(self.weights):
            if not 0 <= weight < np.inf:
                raise _error(f"weights.{number}", f"{weight:g} is no weight; it must be a number of at least 0")

    def _check_classes(self, limit: int) -> None:
        for number, target in enumerate(self.targets):
            if target != int(target) or not 0 <= target < limit:
                message = f"{target:g} is not a class; for a {self.task} task it must be one of 0, 1, … {limit - 1}"
                raise _error(f"targets.{number}", message)


def padded(column: Array) -> Range:
    """Return the range of ``column`` with a tenth of its width on either side (one, if the column is constant)."""
    low, high = float(column.min()), float(column.max())
    margin = (high - low) / 10 or 1.0
    return low - margin, high + margin


def _error(field: str, message: str) -> ExperimentError:
    return ExperimentError(f"data.dataset.{field}", message)
