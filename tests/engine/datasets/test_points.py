"""The geometry of each set of points, and the equality with TensorFlow Playground's formulas."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.datasets import datasets
from engine.streams import stream


def sample(kind: str, **fields: float):
    return datasets[kind](**fields).sample(stream(7, "data"))


def test_circle_is_a_disc_within_a_ring():
    inputs, targets = sample("circle", samples=2000)
    radius = np.hypot(*inputs.T)
    assert (targets == (radius < 2.5)).all()
    assert not ((radius > 2.5) & (radius < 3.5)).any()
    assert radius.max() <= 5


def test_circle_noise_moves_the_border_not_the_points():
    calm, noisy = sample("circle"), sample("circle", noise=0.5)
    assert np.array_equal(calm.inputs, noisy.inputs)
    wrong = np.mean(calm.targets != noisy.targets)
    assert 0.1 < wrong < 0.5


def test_xor_is_the_sign_of_the_product_with_a_gap_at_the_axes():
    inputs, targets = sample("xor", samples=2000)
    assert (targets == (inputs.prod(axis=1) >= 0)).all()
    assert np.abs(inputs).min() >= 0.3
    assert np.abs(inputs).max() <= 5.3


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
@pytest.mark.parametrize("kind", ["gaussians", "three_gaussians"])
def test_clouds_have_the_variance_of_the_noise(kind: str, noise: float, variance: float):
    inputs, targets = sample(kind, samples=20_000, noise=noise)
    for label in np.unique(targets):
        assert_allclose(inputs[targets == label].var(axis=0), variance, rtol=0.06)


def test_clouds_stand_where_they_should():
    inputs, targets = sample("gaussians", samples=20_000)
    assert_allclose(inputs[targets == 1].mean(axis=0), [2, 2], atol=0.03)
    assert_allclose(inputs[targets == 0].mean(axis=0), [-2, -2], atol=0.03)


def test_three_clouds_stand_on_a_circle():
    inputs, targets = sample("three_gaussians", samples=20_000)
    means = np.array([inputs[targets == label].mean(axis=0) for label in range(3)])
    assert_allclose(np.hypot(*means.T), 3, atol=0.05)
    assert_allclose(means.sum(axis=0), 0, atol=0.05)


def test_spiral_is_the_playground_curve():
    inputs, targets = sample("spiral", samples=500)
    expected = set()
    for label, turn in ((1, 0.0), (0, np.pi)):
        for i in range(250):
            r, t = i / 250 * 5, 1.75 * i / 250 * 2 * np.pi + turn
            expected.add((label, round(r * np.sin(t), 9) + 0.0, round(r * np.cos(t), 9) + 0.0))
    drawn = {(int(y), round(x1, 9) + 0.0, round(x2, 9) + 0.0) for (x1, x2), y in zip(inputs, targets, strict=True)}
    assert drawn == expected


def test_spiral_noise_shakes_each_point_by_at_most_itself():
    calm, noisy = sample("spiral"), sample("spiral", noise=0.5)
    shift = np.abs(noisy.inputs - calm.inputs)
    assert 0.4 < shift.max() <= 0.5
    assert np.array_equal(calm.targets, noisy.targets)


def test_moons_are_half_circles():
    inputs, targets = sample("moons", samples=1000, noise=0.0)
    for label, centre in ((0, (-5 / 3, -5 / 6)), (1, (5 / 3, 5 / 6))):
        assert_allclose(np.hypot(*(inputs[targets == label] - centre).T), 10 / 3)
    assert (inputs[targets == 0][:, 1] >= -5 / 6).all()
    assert (inputs[targets == 1][:, 1] <= 5 / 6).all()


def test_pinwheel_has_five_arms_a_fifth_of_a_turn_apart():
    inputs, targets = sample("pinwheel", samples=1000, noise=0.0)
    radius, angle = np.hypot(*inputs.T), np.arctan2(inputs[:, 0], inputs[:, 1])
    home = angle - np.pi / 2 * (radius - 1) / 4
    assert_allclose(np.cos(home), np.cos(2 * np.pi * targets / 5), atol=1e-9)
    assert_allclose(np.sin(home), np.sin(2 * np.pi * targets / 5), atol=1e-9)


@pytest.mark.parametrize(
    ("ratio", "samples", "rare"), [(0.05, 500, 25), (0.5, 500, 250), (0.01, 20, 1), (0.07, 100, 7)]
)
def test_the_rare_class_has_its_share_and_never_less_than_one(ratio: float, samples: int, rare: int):
    targets = sample("imbalanced", ratio=ratio, samples=samples).targets
    assert targets.sum() == rare


def test_the_rare_cloud_stands_opposite_the_frequent_one():
    inputs, targets = sample("imbalanced", ratio=0.3, samples=20_000, noise=0.0)
    for label, centre in ((0, -1.5), (1, 1.5)):
        assert_allclose(inputs[targets == label].mean(axis=0), centre, atol=0.03)
        assert_allclose(inputs[targets == label].var(axis=0), 0.5, rtol=0.06)
