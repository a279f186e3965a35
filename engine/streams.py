"""Random streams: one seed, and for each purpose its own numbers.

A stream is found by its name, not by its place in a list, so choosing another dataset never changes the initial
weights, and a layer or a purpose that is added later never changes the numbers of those that exist.
"""

from typing import Literal, TypeAlias
from zlib import crc32

import numpy as np

Purpose: TypeAlias = Literal["data", "split", "initialisation", "shuffling", "dropout", "augmentation", "resampling"]
"""What random numbers are drawn for."""


def stream(seed: int, purpose: Purpose, *names: str) -> np.random.Generator:
    """Return the generator of ``seed`` for ``purpose``, or for one part of it: ``stream(7, "dropout", "dropout_1")``.

    The child of ``SeedSequence(seed)`` whose spawn key is the CRC-32 of each name; its state is plain numbers.
    """
    key = tuple(crc32(name.encode()) for name in (purpose, *names))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
