import numpy as np
import pytest

from engine.experiment import Experiment
from engine.layers import AveragePooling, MaxPooling, MinPooling
from engine.layers.pooling import Pooling
from tests.engine.layers.passes import passed

RNG = np.random.default_rng(9)
IMAGE = np.array([[1.0, 2, 3, 4], [8, 7, 6, 5], [9, 0, 9, 0], [0, 9, 1, 1]])[None, :, :, None]
GEOMETRIES = [(size, strides, padding) for size in (1, 2, 3) for strides in (1, 2, 3) for padding in ("valid", "same")]
ALL = [MaxPooling, MinPooling, AveragePooling]


def pooled(layer: Pooling, images: np.ndarray = IMAGE) -> list[list[float]]:
    return passed(layer, images).y[0, :, :, 0].tolist()


def test_windows_of_two_by_two_by_hand():
    assert pooled(MaxPooling()) == [[8, 6], [9, 9]]
    assert pooled(MinPooling()) == [[1, 3], [0, 0]]
    assert pooled(AveragePooling()) == [[4.5, 4.5], [4.5, 2.75]]


def test_padded_windows_see_only_the_image():
    assert pooled(MaxPooling(pool_size=3, padding="same"), -IMAGE) == [[-1, -3], [0, 0]]
    assert pooled(MinPooling(pool_size=3, padding="same")) == [[1, 3], [0, 0]]


@pytest.mark.parametrize(("size", "strides", "padding"), GEOMETRIES)
def test_windows_are_where_they_should_be(size, strides, padding):
    images = RNG.normal(size=(2, 5, 7, 3))
    counts = [-(-n // strides) if padding == "same" else (n - size) // strides + 1 for n in (5, 7)]
    missing = [
        max((c - 1) * strides + size - n, 0) if padding == "same" else 0 for c, n in zip(counts, (5, 7), strict=True)
    ]
    framed = np.pad(images, [(0, 0), *((m // 2, m - m // 2) for m in missing), (0, 0)], constant_values=np.nan)
    for layer, expected in ((MaxPooling, np.nanmax), (MinPooling, np.nanmin), (AveragePooling, np.nanmean)):
        y = passed(layer(size, strides, padding), images).y
        assert y.shape == (2, *counts, 3)
        for row in range(counts[0]):
            for column in range(counts[1]):
                top, left = row * strides, column * strides
                window = framed[:, top : top + size, left : left + size]
                np.testing.assert_allclose(y[:, row, column], expected(window, axis=(1, 2)), rtol=1e-12)


@pytest.mark.parametrize(("size", "strides", "padding"), GEOMETRIES)
def test_the_smallest_is_minus_the_largest_of_minus(size, strides, padding):
    images, upstream = RNG.integers(-3, 4, (4, 5, 6, 2)).astype(float), None
    smallest = passed(MinPooling(size, strides, padding), images, upstream)
    largest = passed(MaxPooling(size, strides, padding), -images, upstream)
    np.testing.assert_array_equal(smallest.y, -largest.y)
    np.testing.assert_array_equal(smallest.x_gradient, largest.x_gradient)


@pytest.mark.parametrize(("size", "strides", "padding"), GEOMETRIES)
def test_the_average_of_a_constant_is_the_constant(size, strides, padding):
    np.testing.assert_allclose(passed(AveragePooling(size, strides, padding), np.full((2, 5, 6, 1), 3.5)).y, 3.5)


@pytest.mark.parametrize("layer", [MaxPooling, MinPooling])
@pytest.mark.parametrize(("size", "strides", "padding"), GEOMETRIES)
def test_on_a_tie_the_first_pixel_row_by_row_gets_the_whole_gradient(layer, size, strides, padding):
    images = RNG.integers(0, 2, (6, 5, 7, 2)).astype(float)
    upstream = RNG.normal(size=passed(layer(size, strides, padding), images).y.shape)
    expected = np.zeros_like(images)
    rows, columns = layer(size, strides, padding).slides(images.shape[1:])
    sign = 1 if layer is MaxPooling else -1
    for place in np.ndindex(upstream.shape):
        example, row, column, channel = place
        seen = [
            (y, x)
            for y in range(row * strides - rows.before, row * strides - rows.before + size)
            for x in range(column * strides - columns.before, column * strides - columns.before + size)
            if 0 <= y < 5 and 0 <= x < 7
        ]
        winner = max(seen, key=lambda at: sign * images[example, *at, channel])  # the first of equals
        expected[example, *winner, channel] += upstream[place]
    found = passed(layer(size, strides, padding), images, upstream)
    np.testing.assert_allclose(found.x_gradient, expected, atol=1e-14)


@pytest.mark.parametrize("layer", [MaxPooling, MinPooling])
def test_minus_zero_is_not_less_than_zero(layer):
    for window in ([-0.0, 0.0, 0.0, -0.0], [0.0, -0.0, -0.0, 0.0]):
        found = passed(layer(), np.reshape(window, (1, 2, 2, 1)))
        assert found.x_gradient.ravel().tolist() == [1, 0, 0, 0]


def test_each_pixel_of_an_average_gets_its_share():
    found = passed(AveragePooling(pool_size=2, strides=1), np.zeros((1, 3, 3, 1)))
    assert found.x_gradient[0, :, :, 0].tolist() == [[0.25, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 0.25]]


@pytest.mark.parametrize("layer", ALL)
def test_pixels_that_no_window_sees_get_nothing(layer):
    found = passed(layer(pool_size=2), RNG.normal(size=(2, 5, 5, 1)))
    assert not found.x_gradient[:, 4].any()
    assert not found.x_gradient[:, :, 4].any()
    np.testing.assert_allclose(found.x_gradient.sum(), 8)


@pytest.mark.parametrize("layer", ALL)
def test_strides_left_out_are_as_many_as_the_pool_is_large(layer):
    assert layer(pool_size=3).output_shape((9, 7, 4)) == (3, 2, 4)
    assert layer(pool_size=3, strides=1).output_shape((9, 7, 4)) == (7, 5, 4)
    assert Experiment(layers=(layer(strides=None),)).layers[0].strides is None
