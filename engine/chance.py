"""Chance in a step: buffers filled with random numbers, as prepared calls."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.calls import Calls, Workspace
from engine.types import Array

BITS = 16
"""Random bits of each number: enough to tell rates apart by 0.00002, and four numbers come from one draw."""


def even_calls(generator: np.random.Generator, out: Array, workspace: Workspace) -> Calls:
    """Return the calls that fill ``out`` evenly in [0, 1) with multiples of 2⁻¹⁶.

    ``Generator.random`` with its 24 or 53 bits takes twice as long, and its time is a tenth of a step with dropout.
    """
    draw, words = generator.bit_generator.random_raw, -(-out.size * BITS // 64)
    return [(_fill, (draw, words, out)), (np.multiply, (out, workspace.scalar(2.0**-BITS), out))]


def _fill(draw: Callable[[int], npt.NDArray[Any]], words: int, out: Array) -> None:
    np.copyto(out, draw(words).view(np.uint16)[: out.size].reshape(out.shape))
