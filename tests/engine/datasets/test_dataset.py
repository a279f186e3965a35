"""What holds for every dataset that is drawn."""

from dataclasses import fields, replace
from math import prod

import numpy as np
import pytest

from engine.data import Data
from engine.datasets import Dataset, datasets
from engine.experiment import Experiment, complete
from engine.streams import stream
from engine.training import Training
from tests.engine.variants import suggested

DRAWN = [kind for kind in datasets if kind.kind != "inline"]
drawn = pytest.mark.parametrize("kind", DRAWN, ids=lambda kind: kind.kind)
NOISY = [kind for kind in DRAWN if "noise" in {field.name for field in fields(kind)}]
noisy = pytest.mark.parametrize("kind", NOISY, ids=lambda kind: kind.kind)


def sample(dataset: Dataset, seed: int = 7):
    return dataset.sample(stream(seed, "data"))


@drawn
def test_a_seed_always_gives_the_same_examples(kind: type[Dataset]):
    first, again, other = sample(kind()), sample(kind()), sample(kind(), 8)
    kind().check()
    assert np.array_equal(first.inputs, again.inputs)
    assert np.array_equal(first.targets, again.targets)
    assert not np.array_equal(first.inputs, other.inputs)


@drawn
@pytest.mark.parametrize("samples", [2, 3, 100])
def test_as_many_examples_as_asked_for(kind: type[Dataset], samples: int):
    inputs, targets = sample(kind(samples=samples))
    assert inputs.shape == (samples, prod(kind().input_shape))
    assert targets.shape == (samples,)
    assert np.isfinite(inputs).all()
    assert np.isfinite(targets).all()


@pytest.mark.parametrize("kind", [kind for kind in DRAWN if kind.kind != "spiral"], ids=lambda kind: kind.kind)
def test_a_larger_set_begins_with_the_smaller_one(kind: type[Dataset]):
    for changed in ({"noise": 0.0}, {"noise": 0.3}) if kind in NOISY else ({},):
        small, large = sample(kind(samples=50, **changed)), sample(kind(samples=120, **changed))
        assert np.array_equal(large.inputs[:50], small.inputs)
        assert np.array_equal(large.targets[:50], small.targets)


@noisy
def test_noise_changes_the_examples(kind: type[Dataset]):
    calm, noisy = sample(kind(noise=0.0)), sample(kind(noise=0.5))
    assert not (np.array_equal(calm.inputs, noisy.inputs) and np.array_equal(calm.targets, noisy.targets))


@pytest.mark.parametrize("kind", [kind for kind in DRAWN if kind().domain], ids=lambda kind: kind.kind)
def test_without_noise_everything_lies_in_the_domain(kind: type[Dataset]):
    inputs = sample(kind(noise=0.0)).inputs
    for column, (low, high) in zip(inputs.T, kind().domain, strict=True):
        assert low <= column.min()
        assert column.max() <= high


@drawn
def test_classes_are_indices_and_have_names_if_any(kind: type[Dataset]):
    dataset = kind()
    if dataset.classes is None:
        assert dataset.task == "regression"
        assert dataset.class_names is None
        return
    found = np.unique(sample(dataset).targets)
    assert np.isin(found, np.arange(dataset.classes)).all()
    assert len(found) == dataset.classes or kind.kind == "next_letter"
    assert dataset.class_names is None or len(set(dataset.class_names)) == dataset.classes


BALANCED = {"circle", "gaussians", "spiral", "moons", "three_gaussians", "pinwheel"}


@pytest.mark.parametrize("kind", BALANCED)
def test_classes_are_equally_frequent(kind: str):
    targets = sample(datasets[kind](samples=600, noise=0.0)).targets
    assert np.ptp(np.bincount(targets.astype(int))) <= 1


@drawn
def test_the_number_of_outputs_follows_from_the_task(kind: type[Dataset]):
    dataset = kind()
    assert dataset.output_units == {"binary": 1, "regression": 1, "multiclass": dataset.classes}[dataset.task]


@drawn
def test_what_a_dataset_suggests_fits_it(kind: type[Dataset]):
    assert complete(suggested(Data(kind()))).data.dataset.family == kind.family


def test_a_suggested_optimizer_learns_where_gradient_descent_hardly_moves():
    advised = suggested(Data(datasets["delayed_copy"]()))
    plain = replace(advised, optimizer=Experiment().optimizer)
    found = [Training(each) for each in (advised, plain)]
    for training in found:
        training.advance_epochs(12)
    better, worse = (training.metrics()["test"]["accuracy"] for training in found)
    assert better > worse + 0.2
