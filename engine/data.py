"""The data of an experiment: chosen as values, prepared as arrays."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar

from engine.datasets import Dataset
from engine.datasets.dataset import Range
from engine.datasets.points import Circle
from engine.errors import ExperimentError
from engine.features import Feature, compute_features, find_feature
from engine.registry import Help
from engine.scaling import Affine, NoScaling, Scaling
from engine.splits import SplitFractions
from engine.streams import stream
from engine.types import Array, IntArray, Split, Task

SPLITS: tuple[Split, ...] = ("train", "validation", "test")


@dataclass(frozen=True)
class Data:
    """What the network learns from: a dataset, the features it is given, the split and the scaling."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}

    dataset: Annotated[Dataset, Help("Dataset", "Where the examples come from.")] = Circle()
    features: Annotated[
        tuple[str, ...] | None,
        Help("Features", "What the network is given of each example; left out, every input as it is.", "x"),
    ] = None
    split: Annotated[
        SplitFractions | None,
        Help("Split", "The shares for training, validation and test; left out, the dataset's own."),
    ] = None
    scaling: Annotated[Scaling, Help("Scaling", "Bring the features to comparable sizes first.")] = NoScaling()

    def chosen_features(self) -> tuple[Feature, ...]:
        """Return the features in order; ExperimentError for one that this dataset has not, or that is named twice."""
        names = self.dataset.input_names if self.features is None else self.features
        if not names:
            raise ExperimentError("data.features", "no feature is chosen; the network needs at least one")
        if len(set(names)) < len(names):
            repeated = next(name for name in names if names.count(name) > 1)
            raise ExperimentError("data.features", f"{repeated!r} is named twice; each feature may stand there once")
        try:
            return tuple(find_feature(name, len(self.dataset.input_names)) for name in names)
        except KeyError as error:
            raise ExperimentError("data.features", error.args[0]) from None


@dataclass(frozen=True, eq=False)
class PreparedData:
    """The examples of one experiment, ready for training and for questions about any other inputs."""

    dataset: Dataset
    """What they were drawn from."""
    inputs: Array
    """Raw inputs of all examples, (examples, columns)."""
    targets: Array
    """Class indices or numbers, (examples,)."""
    indices: dict[Split, IntArray]
    """Which examples are in which part."""
    features: tuple[Feature, ...]
    scale: Affine

    @property
    def task(self) -> Task:
        """What is to be predicted."""
        return self.dataset.task

    @cached_property
    def classes(self) -> int | None:
        """How many classes there are; None for numbers."""
        return self.dataset.classes

    @property
    def output_units(self) -> int:
        """As many as the task needs."""
        return self.dataset.output_units

    @property
    def input_names(self) -> tuple[str, ...]:
        """One name for each column of the inputs."""
        return self.dataset.input_names

    @cached_property
    def domain(self) -> tuple[Range, Range] | None:
        """The rectangle that pictures show."""
        return self.dataset.domain

    @property
    def feature_names(self) -> tuple[str, ...]:
        """One name for each row of the transformed values."""
        return tuple(feature.kind for feature in self.features)

    def transform(self, inputs: Array) -> Array:
        """Turn raw ``inputs`` (examples, columns) into what the network sees: (features, examples), scaled."""
        return self.scale(compute_features(self.features, inputs))

    def matrix(self, split: Split) -> Array:
        """Return what the network sees of one part, (features, examples)."""
        return self.transform(self.inputs[self.indices[split]])

    def labels(self, split: Split) -> Array:
        """Return the targets of one part, (examples,)."""
        return self.targets[self.indices[split]]


def prepare(data: Data, seed: int) -> PreparedData:
    """Draw, split and scale; the statistics of the scaling come from the training part alone."""
    dataset, features = data.dataset, data.chosen_features()
    inputs, targets = dataset.sample(stream(seed, "data"))
    fractions = data.split or dataset.default_split
    indices = fractions.indices(len(inputs), stream(seed, "split"))
    scale = data.scaling.fit(compute_features(features, inputs[indices["train"]]))
    return PreparedData(dataset, inputs, targets, indices, features, scale)
