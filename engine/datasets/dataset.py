"""What every dataset is: a recipe from which the same seed always draws the same examples."""

from typing import Annotated, Literal, NamedTuple, TypeAlias

import numpy as np
from annotated_types import Interval

from engine.layers import Layer
from engine.optimizers import Optimizer
from engine.registry import Component, Help, Registry, Slider
from engine.scaling import NoScaling, Scaling
from engine.splits import SplitFractions
from engine.types import Array, Task

MAXIMUM_SAMPLES = 20_000
"""More examples than this are refused."""

Range: TypeAlias = tuple[float, float]
"""From, to."""
Family: TypeAlias = Literal["points", "curves", "tables", "images", "sequences"]
"""Datasets that look alike: points of a plane, numbers over a line, rows of columns, pixels, steps of time."""

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
    """Examples as drawn, always in rows; an image or a sequence lies flat in its row, see ``Dataset.input_shape``."""

    inputs: Array
    """(examples, columns)"""
    targets: Array
    """Class indices or numbers, (examples,), or (examples, time) where every time step has its own."""


class Dataset(Component):
    """A source of examples."""

    family: Family = "points"
    """With which others it stands in menus."""
    suggested_layers: tuple[Layer, ...] | None = None
    """Hidden layers to begin with, where examples ask for their own; None where any dense network will do."""
    suggested_optimizer: Optimizer | None = None
    """What to train with to begin with, where plain gradient descent hardly moves; None where it will do."""
    samples: int
    task: Task
    """What is to be predicted."""
    classes: int | None = None
    """How many classes there are; None for numbers."""
    class_names: tuple[str, ...] | None = None
    """What the classes are called; None where they are only numbered."""
    input_names: tuple[str, ...] = ("x1", "x2")
    """One name for each column of the inputs."""
    alphabet: tuple[str, ...] | None = None
    """The symbols of which sequences are made, if they are; such inputs cannot be scaled."""
    per_step: bool = False
    """Whether every time step of a sequence has its own target."""
    padded: bool = False
    """Whether sequences differ in length: steps of zeros at the end are then padding, as for Keras's masks."""
    domain: tuple[Range, Range] | None = ((-6.0, 6.0), (-6.0, 6.0))
    """The rectangle (x1 range, x2 range) that pictures show; None where inputs are not points of a plane."""
    interval: Range | None = None
    """The stretch of the x axis that the picture of a curve shows; None where inputs are not single numbers."""
    default_split: SplitFractions = SplitFractions()
    """How the examples are dealt when the learner has not said."""
    default_scaling: Scaling = NoScaling()
    """How features are scaled when the learner has not said."""
    default_target_scaling: Scaling = NoScaling()
    """How numbers to be predicted are scaled when the learner has not said."""

    @property
    def is_table(self) -> bool:
        """Whether an example is a row of named numbers, of which features can be made; not an image or a sequence."""
        return self.input_shape == (len(self.input_names),)

    @property
    def output_units(self) -> int:
        """How many outputs the task needs: one for each of several classes, else one."""
        return self.classes or 1 if self.task == "multiclass" else 1

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one example as users see it: (columns,), (height, width, channels) or (time, features)."""
        return (len(self.input_names),)

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw the examples; the same state of ``rng`` gives the same ones."""
        raise NotImplementedError

    def sample_weights(self) -> Array | None:
        """Return how much each example counts in the cost, in the order of :meth:`sample`; None if all count alike."""
        return None

    def check(self) -> None:
        """Raise ExperimentError where the fields together make no sense (each alone has its bounds)."""


datasets: Registry[Dataset] = Registry(
    "datasets", Dataset, "Dataset", "The examples from which the network learns, and on which it is judged."
)
