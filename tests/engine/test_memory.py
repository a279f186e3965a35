import numpy as np
import pytest

from engine.memory import LINE, zeros


@pytest.mark.parametrize("shape", [(), (3,), (5, 7), (2, 3, 1001)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_array_begins_a_line_of_the_cache(shape, dtype):
    arrays = [zeros(shape, dtype) for _ in range(20)]
    for number, array in enumerate(arrays):
        assert array.shape == shape
        assert array.dtype == dtype
        assert array.flags.c_contiguous
        assert array.ctypes.data % LINE == 0
        assert not array.any()
        array[...] = number
    assert all((array == number).all() for number, array in enumerate(arrays))


def test_there_may_be_no_numbers_at_all():
    assert zeros((0, 3), np.float32).shape == (0, 3)
