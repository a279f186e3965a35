import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import ndimage

from engine.augmentation import Augmentation, moved

IMAGES = np.random.default_rng(0).random((6, 6, 2, 40))
NOTHING = np.zeros(40)
ONE = np.ones(40)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_nothing_changes_unless_asked():
    assert Augmentation().is_off
    assert_array_equal(Augmentation().apply(IMAGES, rng()), IMAGES)
    assert_array_equal(moved(IMAGES, NOTHING, NOTHING, NOTHING, ONE), IMAGES)


@pytest.mark.parametrize("turns", [-2, -1, 1, 2, 3])
def test_quarter_turns_are_exact(turns: int):
    turned = moved(IMAGES, NOTHING, NOTHING, 90.0 * turns * ONE, ONE)
    assert_array_equal(turned, np.rot90(IMAGES, turns, axes=(0, 1)))


@pytest.mark.parametrize(("down", "right"), [(1, 0), (0, -2), (-3, 4), (6, 0), (9, 9)])
def test_whole_pixels_are_exact_and_the_background_comes_in(down: int, right: int):
    shifted = moved(IMAGES, down * ONE, right * ONE, NOTHING, ONE, background=-1)
    for row in range(6):
        for column in range(6):
            source = row - down, column - right
            inside = 0 <= source[0] < 6 and 0 <= source[1] < 6
            assert_array_equal(shifted[row, column], IMAGES[*source] if inside else -np.ones((2, 40)))


@pytest.mark.parametrize("size", [(6, 6), (5, 8)])
def test_anything_between_is_the_bilinear_blend_of_scipy(size: tuple[int, int]):
    images = rng(1).random((*size, 1, 25))
    amounts = [rng(2).uniform(low, high, 25) for low, high in ((-2, 2), (-2, 2), (-180, 180), (0.6, 1.5))]
    changed = moved(images, *amounts)
    middle = (np.array(size) - 1) / 2
    for example, (down, right, angle, factor) in enumerate(zip(*amounts, strict=True)):
        turn = np.radians(angle)
        back = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) / factor
        offset = middle - back @ (middle + np.array([down, right]))
        padded = np.pad(images[:, :, 0, example], 2)
        expected = ndimage.affine_transform(padded, back, offset + 2 - back @ [2, 2], order=1)[2:-2, 2:-2]
        assert_allclose(changed[:, :, 0, example], expected, atol=1e-7)


@pytest.mark.parametrize(
    ("flip", "axes"), [("horizontal", [(1,)]), ("vertical", [(0,)]), ("both", [(0,), (1,), (0, 1)])]
)
def test_some_images_are_mirrored_and_twice_is_the_image_itself(flip, axes):
    augmentation = Augmentation(flip=flip)
    flipped = augmentation.apply(IMAGES, rng())
    assert_array_equal(augmentation.apply(flipped, rng()), IMAGES)
    mirrored = [np.flip(IMAGES, axis) for axis in axes]
    seen = [
        next(number for number, one in enumerate([IMAGES, *mirrored]) if np.array_equal(one[..., i], flipped[..., i]))
        for i in range(40)
    ]
    assert set(seen) == set(range(1 + len(axes)))


def test_every_shift_up_to_the_largest_occurs_equally_often():
    point = np.zeros((7, 7, 1, 4000))
    point[3, 3] = 1
    places = Augmentation(shift=2).apply(point, rng()).sum(axis=(2, 3))
    assert places.sum() == 4000
    assert_allclose(places[1:6, 1:6], 160, atol=60)


def test_turning_and_growing_stay_within_their_limits():
    bar = np.zeros((41, 41, 1, 500))
    bar[20, 20:36] = 1
    turned = Augmentation(rotate=30.0).apply(bar, rng())[:, :, 0]
    rows, columns = np.mgrid[20:-21:-1, -20:21]
    angles = np.degrees(np.arctan2(np.tensordot(rows, turned, 2), np.tensordot(columns, turned, 2)))
    assert 28 < angles.max() < 30.5
    assert -30.5 < angles.min() < -28
    reached = (Augmentation(scale=0.2).apply(bar, rng())[20, :, 0] > 0.5).sum(axis=0)
    assert (reached.min(), reached.max()) == (13, 19)


def test_noise_has_its_deviation_and_differs_from_pixel_to_pixel():
    added = Augmentation(noise=0.3).apply(IMAGES, rng()) - IMAGES
    assert_allclose((added.mean(), added.std()), (0, 0.3), atol=0.02)
    assert len(np.unique(added)) == added.size


def test_the_same_state_of_chance_gives_the_same_images_and_the_originals_stay():
    augmentation, before = Augmentation(1, 20.0, 0.1, "both", 0.1), IMAGES.copy()
    first, again, other = (augmentation.apply(IMAGES, rng(seed)) for seed in (0, 0, 1))
    assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert_array_equal(IMAGES, before)


def test_single_precision_stays_single():
    images = IMAGES.astype(np.float32)
    assert Augmentation(1, 20.0, 0.1, "both", 0.1).apply(images, rng()).dtype == np.float32
