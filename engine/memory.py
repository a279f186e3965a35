"""Memory that the processor reaches quickly: arrays that begin where a line of its cache does."""

from math import prod
from typing import Any

import numpy as np

from engine.types import Array

LINE = 64
"""Bytes of a line of the cache, and of the widest register that NumPy's loops and BLAS use."""


def zeros(shape: tuple[int, ...], dtype: np.dtype[Any] | type) -> Array:
    """Return an array of zeros of ``shape``, as np.zeros does, whose first number begins a line of the cache.

    NumPy's own begin 16 bytes later, so that every wide read touches two lines: small products take a tenth longer.
    """
    kind = np.dtype(dtype)
    size = prod(shape) * kind.itemsize
    memory = np.zeros(size + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + size].view(kind).reshape(shape)
