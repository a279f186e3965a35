import numpy as np
import pytest

from engine.activations import Relu, Tanh
from engine.calls import Workspace, run
from engine.slopes import SIZE, Shelf

UNITS, EXAMPLES = 3, 4


def filled(shelf: Shelf, rng: np.random.Generator) -> np.ndarray:
    """The next layer's output on a shelf, a row of ones below it."""
    augmented = shelf.take(UNITS + 1, EXAMPLES)
    augmented[:-1] = rng.uniform(0.1, 0.9, (UNITS, EXAMPLES))
    return augmented[:-1]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_slopes_of_neighbours_with_one_function_are_found_together(dtype):
    shelf, rng = Shelf(Workspace(dtype)), np.random.default_rng(0)
    outputs = [filled(shelf, rng) for _ in range(3)]
    slopes = [shelf.slopes_of(Tanh(), a) for a in outputs]
    assert len(shelf.calls()) == len(Tanh().slopes(outputs[0], outputs[0], slopes[0], Workspace(dtype)))
    run(shelf.calls())
    for a, slope in zip(outputs, slopes, strict=True):
        np.testing.assert_array_equal(slope, 1 - a * a)


def test_other_functions_have_their_own_calls():
    shelf, rng = Shelf(Workspace()), np.random.default_rng(0)
    first, second, third = (filled(shelf, rng) for _ in range(3))
    second[0] = 0
    bent, straight, again = (shelf.slopes_of(*one) for one in ((Tanh(), first), (Relu(), second), (Tanh(), third)))
    run(shelf.calls())
    np.testing.assert_array_equal(bent, 1 - first * first)
    np.testing.assert_array_equal(straight, second > 0)
    np.testing.assert_array_equal(again, 1 - third * third)


def test_a_layer_without_slopes_parts_its_neighbours():
    shelf, rng = Shelf(Workspace()), np.random.default_rng(0)
    first, left_out, last = (filled(shelf, rng) for _ in range(3))
    left_out[...] = np.nan
    shelf.slopes_of(Tanh(), first)
    shelf.slopes_of(Tanh(), last)
    assert len(shelf.stretches) == 2


def test_what_is_not_on_the_shelf_has_no_place_there():
    shelf, elsewhere = Shelf(Workspace()), np.zeros((UNITS, EXAMPLES))
    shelf.take(1, EXAMPLES)
    assert shelf.slopes_of(Tanh(), elsewhere) is None
    assert shelf.take(1, SIZE - EXAMPLES) is not None
    assert shelf.take(1, 1) is None
