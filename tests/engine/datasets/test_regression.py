import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.datasets import datasets
from engine.datasets.regression import surface
from engine.streams import stream


def sample(kind: str, **fields: float):
    return datasets[kind](**fields).sample(stream(7, "data"))


def playground_height(x: float, y: float) -> float:
    """regressGaussian of TensorFlow Playground, read aloud: of six cones the strongest decides."""
    height = 0.0
    for cx, cy, sign in ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)):
        here = sign * min(max(1 - np.hypot(x - cx, y - cy) / 2, 0), 1)
        height = here if abs(here) > abs(height) else height
    return height


def test_plane_is_a_tenth_of_the_sum():
    inputs, targets = sample("plane")
    assert_allclose(targets, inputs.sum(axis=1) / 10)


def test_hills_are_those_of_the_playground():
    inputs, targets = sample("multi_gaussian", samples=500)
    assert_allclose(targets, [playground_height(*point) for point in inputs], atol=1e-12)


def test_each_summit_is_one_and_the_floor_is_flat():
    assert_allclose(surface(np.array([[-4.0, 2.5], [4.0, -2.5], [2.0, 0.0]])), [1, -1, 0])


@pytest.mark.parametrize("kind", ["plane", "multi_gaussian"])
def test_noise_moves_the_place_that_is_read(kind: str):
    calm, noisy = sample(kind), sample(kind, noise=0.2)
    assert np.array_equal(calm.inputs, noisy.inputs)
    assert 0.01 < np.abs(calm.targets - noisy.targets).max() <= (0.24 if kind == "plane" else 2)
