"""The data of an experiment: chosen as values, prepared as arrays."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Annotated, Any, ClassVar

import numpy as np

from engine.augmentation import Augmentation, Change
from engine.datasets import Dataset
from engine.datasets.dataset import Range
from engine.datasets.points import Circle
from engine.datasets.sequences import step_mask
from engine.errors import ExperimentError
from engine.features import Feature, compute_features, find_feature
from engine.registry import Help, Suits
from engine.resampling import Resampling, resamplings
from engine.scaling import Affine, Scale, Scaling, fit_alike, fit_targets, scalings
from engine.splits import SplitFractions, folds
from engine.streams import stream
from engine.types import Array, IntArray, Split, Task

MAXIMUM_NUMBERS = 4_000_000
"""More numbers than this in all examples together (32 MB) are refused."""
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
    scaling: Annotated[
        Scaling | None,
        Help("Scaling", "Bring the features to comparable sizes first; left out, as it suits the dataset."),
    ] = None
    target_scaling: Annotated[
        Scaling | None,
        Suits(tasks=("regression",)),
        Help(
            "Target scaling",
            "Numbers to be predicted, brought to a comfortable size while training; answers are given back in their "
            "own units. Left out, as it suits the dataset; classes are never scaled.",
        ),
    ] = None
    augmentation: Annotated[
        Augmentation,
        Suits(families=("images",)),
        Help("Augmentation", "Random changes of images, each time they are learned from."),
    ] = Augmentation()
    resampling: Annotated[
        Resampling,
        Suits(tasks=("binary", "multiclass")),
        Help("Resampling", "Which training examples are learned from, where one class has far more of them."),
    ] = resamplings["none"]()

    def chosen_features(self) -> tuple[Feature, ...] | None:
        """Return the features in order, None for an image or a sequence that is given whole.

        ExperimentError for a feature that this dataset has not, or that is named twice.
        """
        inputs = self.dataset.input_names
        names = self.features
        if names is None:
            if not self.dataset.is_table:
                return None
            names = inputs
        if not names:
            raise ExperimentError("data.features", "no feature is chosen; the network needs at least one")
        if len(inputs) != prod(self.dataset.input_shape):
            raise ExperimentError("data.features", f"{self.dataset.kind!r} is given whole; leave the features out")
        try:
            chosen = tuple(find_feature(name, inputs) for name in names)
        except KeyError as error:
            raise ExperimentError("data.features", error.args[0]) from None
        kinds = [feature.kind for feature in chosen]
        if len(set(kinds)) < len(kinds):
            repeated = next(name for name in kinds if kinds.count(name) > 1)
            raise ExperimentError("data.features", f"{repeated!r} is named twice; each feature may stand there once")
        return chosen

    def completed(self) -> "Data":
        """Fill in what was left to the dataset; ExperimentError says what does not fit it."""
        dataset, chosen = self.dataset, self.chosen_features()
        made = replace(
            self,
            features=None if chosen is None else tuple(feature.kind for feature in chosen),
            split=self.split or dataset.default_split,
            scaling=self.scaling or dataset.default_scaling,
            target_scaling=self.target_scaling or dataset.default_target_scaling,
        )
        made._check_size()
        made._check_split()
        made._check_scaling()
        made.resampling.check(dataset)
        if not made.augmentation.is_off and (chosen is not None or len(dataset.input_shape) != 3):
            raise ExperimentError("data.augmentation", "these examples are no images, and only images can be changed")
        return made

    def _check_size(self) -> None:
        numbers = self.dataset.samples * prod(self.dataset.input_shape)
        if numbers > MAXIMUM_NUMBERS:
            message = f"the examples have {numbers:,} numbers in all; at most {MAXIMUM_NUMBERS:,} are allowed"
            raise ExperimentError("data.dataset.samples", message)

    def _check_split(self) -> None:
        assert self.split is not None
        self.split.check(self.dataset.samples)
        if self.split.method == "stratified" and (self.dataset.task == "regression" or self.dataset.per_step):
            message = "'stratified' needs one class for each example; allowed here are shuffled, by_time"
            raise ExperimentError("data.split.method", message)

    def _check_scaling(self) -> None:
        dataset = self.dataset
        if dataset.alphabet is not None and self.scaling and self.scaling.kind != "none":
            message = f"{self.scaling.kind!r} is for amounts, and these inputs are symbols; allowed is none"
            raise ExperimentError("data.scaling", message)
        if dataset.task == "regression" and self.target_scaling and not self.target_scaling.for_targets:
            allowed = ", ".join(kind.kind for kind in scalings if kind.for_targets)
            message = f"{self.target_scaling.kind!r} has no way back; allowed are {allowed}"
            raise ExperimentError("data.target_scaling", message)


@dataclass(frozen=True, eq=False)
class PreparedData:
    """The examples of one experiment, ready for training and for questions about any other inputs."""

    dataset: Dataset
    """What they were drawn from."""
    inputs: Array
    """Raw inputs of all examples, (examples, columns)."""
    targets: Array
    """Class indices or numbers in their own units, (examples,) or (examples, time)."""
    indices: dict[Split, IntArray]
    """Which examples are in which part."""
    features: tuple[Feature, ...] | None
    """What is computed of each example; None if it is given whole."""
    scale: Scale
    target_scale: Affine | None
    """How numbers to be predicted are scaled; None for classes, and for numbers that stay as they are."""
    weights: Array | None = None
    """How much each training example counts by itself, in the order of its indices; None if all count alike."""

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
        """One name for each column of the inputs; of sequences for each number of a time step."""
        return self.dataset.input_names

    @cached_property
    def domain(self) -> tuple[Range, Range] | None:
        """The rectangle that pictures show."""
        return self.dataset.domain

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example as the network may see it: (features,), (height, width, channels), (time, features).

        The values of :meth:`transform` are its numbers in order.
        """
        return shape_of(self.dataset, self.features)

    @property
    def background(self) -> float:
        """What the network sees where an image is empty."""
        return float(self.transform(np.zeros((1, self.inputs.shape[1])))[0, 0])

    def augmenter(self, augmentation: Augmentation, rng: np.random.Generator) -> Change | None:
        """Return what changes the rows of a batch in place, drawing from ``rng``; None if nothing is to change."""
        if augmentation.is_off:
            return None
        shape, background = self.shape, self.background

        def change(rows: Array) -> None:
            images = rows.reshape(*shape, -1)
            images[...] = augmentation.apply(images, rng, background)

        return change

    @property
    def feature_names(self) -> tuple[str, ...]:
        """One name for each row of the transformed values; in a sequence "name@1" is that of the first time step."""
        if self.features is not None:
            return tuple(feature.kind for feature in self.features)
        names, steps = self.input_names, prod(self.shape) // len(self.input_names)
        return names if steps == 1 else tuple(f"{name}@{step + 1}" for step in range(steps) for name in names)

    def transform(self, inputs: Array) -> Array:
        """Turn raw ``inputs`` (examples, columns) into what the network sees: (features, examples), scaled."""
        return self.scale(raw_values(self.features, inputs))

    def matrix(self, split: Split) -> Array:
        """Return what the network sees of one part, (features, examples)."""
        return self.transform(self.inputs[self.indices[split]])

    def labels(self, split: Split) -> Array:
        """Return the targets of one part as the network learns them: class indices, or numbers, scaled."""
        targets = self.targets[self.indices[split]]
        return targets if self.target_scale is None else self.target_scale(targets)

    def mask(self, split: Split) -> Array | None:
        """Return 1 for each time step of one part and 0 for padding, (time, examples); None if nothing is padded."""
        if not self.dataset.padded:
            return None
        return step_mask(self.inputs[self.indices[split]], self.shape[0])

    def in_units(self, outputs: Array) -> Array:
        """Return the network's ``outputs`` in the units of the targets."""
        return outputs if self.target_scale is None else self.target_scale.inverse(outputs)


def prepare(data: Data, seed: int) -> PreparedData:
    """Draw, split and scale; the statistics of the scaling come from the training part alone."""
    data = data.completed()
    assert data.split is not None
    inputs, targets = data.dataset.sample(stream(seed, "data"))
    return deal(data, inputs, targets, data.split.indices(targets, stream(seed, "split")), seed)


def prepare_folds(data: Data, seed: int, count: int) -> list[PreparedData]:
    """Prepare ``count``-fold cross-validation: in each entry another fold validates, and all the others train.

    Dealt by the method of the split; its fractions do not matter, and no example is left for testing.
    """
    data = data.completed()
    assert data.split is not None
    inputs, targets = data.dataset.sample(stream(seed, "data"))
    parts = folds(count, targets, stream(seed, "split", "folds"), data.split.method)
    everything, none = np.arange(len(inputs)), np.arange(0)
    dealt: list[dict[Split, IntArray]] = [
        {"train": np.setdiff1d(everything, fold), "validation": fold, "test": none} for fold in parts
    ]
    return [deal(data, inputs, targets, indices, seed) for indices in dealt]


def deal(data: Data, inputs: Array, targets: Array, indices: dict[Split, IntArray], seed: int) -> PreparedData:
    """Resample and scale examples that are dealt already, by what the training part has; ``data`` are complete."""
    assert data.scaling is not None
    assert data.target_scaling is not None
    features, dataset = data.chosen_features(), data.dataset
    train, weights = _resample(data, targets, indices["train"], seed)
    indices = {**indices, "train": train}
    positions = 1 if features is not None else prod(dataset.input_shape[:-1])
    scale = fit_alike(data.scaling, raw_values(features, inputs[train]), positions)
    scaled = dataset.task == "regression" and data.target_scaling.kind != "none"
    target_scale = fit_targets(data.target_scaling, targets[train]) if scaled else None
    return PreparedData(dataset, inputs, targets, indices, features, scale, target_scale, weights)


def _resample(data: Data, targets: Array, train: IntArray, seed: int) -> tuple[IntArray, Array | None]:
    """Return the training examples that stay, and how much each counts."""
    chosen, weights = data.resampling.choose(targets[train], stream(seed, "resampling"))
    train = train[chosen]
    own = data.dataset.sample_weights()
    if own is None:
        return train, weights
    return train, own[train] if weights is None else own[train] * weights


def raw_values(features: tuple[Feature, ...] | None, inputs: Array) -> Array:
    """Return the chosen features, or all inputs, of ``inputs`` (examples, columns): (features, examples), unscaled."""
    return np.ascontiguousarray(inputs.T) if features is None else compute_features(features, inputs)


def shape_of(dataset: Dataset, features: tuple[Feature, ...] | None) -> tuple[int, ...]:
    """Return the shape of one example as the network may see it, see ``PreparedData.shape``."""
    if features is not None:
        return (len(features),)
    return dataset.input_shape
