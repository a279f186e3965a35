"""What holds for every dataset that is drawn."""

import numpy as np
import pytest

from engine.datasets import Dataset, datasets
from engine.streams import stream

DRAWN = [kind for kind in datasets if kind.kind != "inline"]
drawn = pytest.mark.parametrize("kind", DRAWN, ids=lambda kind: kind.kind)


def sample(dataset: Dataset, seed: int = 7):
    return dataset.sample(stream(seed, "data"))


@drawn
def test_a_seed_always_gives_the_same_examples(kind: type[Dataset]):
    first, again, other = sample(kind()), sample(kind()), sample(kind(), 8)
    assert np.array_equal(first.inputs, again.inputs)
    assert np.array_equal(first.targets, again.targets)
    assert not np.array_equal(first.inputs, other.inputs)


@drawn
@pytest.mark.parametrize("samples", [2, 3, 501])
def test_as_many_examples_as_asked_for(kind: type[Dataset], samples: int):
    inputs, targets = sample(kind(samples=samples))
    assert inputs.shape == (samples, 2)
    assert targets.shape == (samples,)
    assert np.isfinite(inputs).all()
    assert np.isfinite(targets).all()


@pytest.mark.parametrize("kind", [kind for kind in DRAWN if kind.kind != "spiral"], ids=lambda kind: kind.kind)
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_a_larger_set_begins_with_the_smaller_one(kind: type[Dataset], noise: float):
    small, large = sample(kind(samples=100, noise=noise)), sample(kind(samples=250, noise=noise))
    assert np.array_equal(large.inputs[:100], small.inputs)
    assert np.array_equal(large.targets[:100], small.targets)


@drawn
def test_noise_changes_the_examples(kind: type[Dataset]):
    calm, noisy = sample(kind(noise=0.0)), sample(kind(noise=0.5))
    assert not (np.array_equal(calm.inputs, noisy.inputs) and np.array_equal(calm.targets, noisy.targets))


@drawn
def test_without_noise_everything_lies_in_the_domain(kind: type[Dataset]):
    inputs = sample(kind(noise=0.0)).inputs
    assert kind().domain is not None
    for column, (low, high) in zip(inputs.T, kind().domain, strict=True):
        assert low <= column.min()
        assert column.max() <= high


@pytest.mark.parametrize("kind", [kind for kind in DRAWN if kind().classes], ids=lambda kind: kind.kind)
def test_classes_are_indices_and_balanced(kind: type[Dataset]):
    targets = sample(kind(samples=600, noise=0.0)).targets
    counts = np.bincount(targets.astype(int))
    assert len(counts) == kind().classes
    assert np.array_equal(targets, targets.astype(int))
    chance = 60 if kind.kind == "xor" else 1
    assert np.ptp(counts) <= chance


@drawn
def test_the_number_of_outputs_follows_from_the_task(kind: type[Dataset]):
    dataset = kind()
    assert dataset.output_units == {"binary": 1, "regression": 1, "multiclass": dataset.classes}[dataset.task]
