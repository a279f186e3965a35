"""What every dataset is: a recipe from which the same seed always draws the same examples."""

from typing import Annotated, NamedTuple, TypeAlias

import numpy as np
from annotated_types import Interval

from engine.registry import Component, Help, Registry, Slider
from engine.splits import SplitFractions
from engine.types import Array, Task

MAXIMUM_SAMPLES = 20_000
"""More examples than this are refused."""

Range: TypeAlias = tuple[float, float]
"""From, to."""

SampleCount: TypeAlias = Annotated[
    int,
    Interval(ge=2, le=MAXIMUM_SAMPLES),
    Slider(50, 2000, step=50),
    Help("Examples", "How many examples are drawn. A larger set begins with the smaller one.", "m"),
]
Noise: TypeAlias = Annotated[
    float,
    Interval(ge=0, le=0.5),
    Slider(0, 0.5, step=0.05),
    Help("Noise", "How much chance blurs the pattern; the same examples are moved or relabelled more as it grows."),
]


class Samples(NamedTuple):
    """Examples as drawn: ``inputs`` (examples, columns) and ``targets`` (examples,), class indices or numbers."""

    inputs: Array
    targets: Array


class Dataset(Component):
    """A source of examples."""

    samples: int
    task: Task
    """What is to be predicted."""
    classes: int | None = None
    """How many classes there are; None for numbers."""
    input_names: tuple[str, ...] = ("x1", "x2")
    """One name for each column of the inputs."""
    domain: tuple[Range, Range] | None = ((-6.0, 6.0), (-6.0, 6.0))
    """The rectangle (x1 range, x2 range) that pictures show; None where inputs are not points of a plane."""
    default_split: SplitFractions = SplitFractions()
    """How the examples are dealt when the learner has not said."""

    @property
    def output_units(self) -> int:
        """How many outputs the task needs: one for each of several classes, else one."""
        return self.classes or 1 if self.task == "multiclass" else 1

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw the examples; the same state of ``rng`` gives the same ones."""
        raise NotImplementedError

    def check(self) -> None:
        """Raise ExperimentError where the fields together make no sense (each alone has its bounds)."""


datasets: Registry[Dataset] = Registry(
    "datasets", Dataset, "Dataset", "The examples from which the network learns, and on which it is judged."
)
