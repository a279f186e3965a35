import numpy as np
import pytest

from engine.calls import Workspace, run
from engine.chance import even_calls


def filled(shape: tuple[int, ...], dtype: type = np.float64, seed: int = 3) -> np.ndarray:
    out = np.full(shape, 9, dtype)
    run(even_calls(np.random.default_rng(seed), out, Workspace(dtype)))
    return out


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_are_spread_evenly_from_0_to_1(dtype):
    values = filled((400, 250), dtype)
    assert 0 <= values.min() < 0.001
    assert 0.999 < values.max() < 1
    counts = np.histogram(values, 20, (0, 1))[0]
    expected = values.size / 20
    assert ((counts - expected) ** 2 / expected).sum() < 43.8  # chi-squared, 19 degrees of freedom, 1 in 1000
    assert abs(np.corrcoef(values.ravel()[:-1], values.ravel()[1:])[0, 1]) < 4 / np.sqrt(values.size)


@pytest.mark.parametrize("shape", [(1,), (3,), (5, 7), (2, 3, 4)])
def test_any_number_of_numbers_can_be_drawn(shape):
    values = filled(shape)
    assert values.shape == shape
    assert (values < 1).all()
    np.testing.assert_array_equal(values * 2**16, np.round(values * 2**16))


def test_the_generator_decides_and_goes_on():
    np.testing.assert_array_equal(filled((4, 4)), filled((4, 4)))
    assert (filled((4, 4)) != filled((4, 4), seed=4)).any()
    out, workspace = np.zeros(8), Workspace()
    calls = even_calls(np.random.default_rng(3), out, workspace)
    run(calls)
    first = out.copy()
    run(calls)
    assert (out != first).any()
