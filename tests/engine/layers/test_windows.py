from itertools import product

import pytest

from engine.layers.windows import Slide, slide, slide_over

WINDOWS = [
    (length, size, stride, padding)
    for length, size, stride, padding in product(range(1, 9), range(1, 5), range(1, 5), ("valid", "same"))
    if padding == "same" or size <= length
]


@pytest.mark.parametrize(("length", "size", "stride", "padding"), WINDOWS)
def test_meetings_are_all_pixels_of_all_windows(length, size, stride, padding):
    windows = slide(length, size, stride, padding)
    found = set()
    for offset, (places, pixels) in enumerate(windows.meetings()):
        pairs = list(zip(range(windows.places)[places], range(length)[pixels], strict=True))
        assert all(pixel == place * stride + offset - windows.before for place, pixel in pairs)
        found.update(pairs)
    assert found == {
        (place, pixel)
        for place in range(windows.places)
        for pixel in range(place * stride - windows.before, place * stride - windows.before + size)
        if 0 <= pixel < length
    }
    seen = [pixel for _, pixel in found]
    assert windows.tiles <= (len(seen) == len(set(seen)) == length)
    assert windows.inside == (len(found) == windows.places * size)
    assert windows.overlap == (size > stride)


def test_the_larger_half_of_what_is_missing_comes_after_the_image():
    assert slide(4, 2, 1, "same") == Slide(4, 2, 1, places=4, before=0)
    assert slide(4, 3, 1, "same") == Slide(4, 3, 1, places=4, before=1)
    assert slide(4, 3, 2, "same") == Slide(4, 3, 2, places=2, before=0)


def test_windows_that_do_not_fit_are_refused_with_the_shapes():
    with pytest.raises(ValueError, match=r"kernel of 5 × 5 is larger.*\(8, 4, 3\)"):
        slide_over((8, 4, 3), 5, 1, "valid", "kernel")
    assert [one.places for one in slide_over((8, 4, 3), 5, 1, "same", "kernel")] == [8, 4]
    with pytest.raises(ValueError, match=r"images.*\(10, 2\)"):
        slide_over((10, 2), 3, 1, "same", "kernel")
