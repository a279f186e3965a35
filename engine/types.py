"""Array types and the shape glossary.

======================= ============================================= ==================================================
name                    shape                                         where
======================= ============================================= ==================================================
``inputs``              (examples, features)                          what users send and see; raw, unscaled
``outputs``, ``targets`` (examples, units)                            what users send and see
``values``, ``gradient`` (features…, examples)                        inside the engine: **the batch is the last axis**
``values`` of a sequence (time, features, examples)                   inside the engine: a time step is one block
``kernel`` of dense     (inputs, units)                               as in Keras
``bias``                (units,)                                      as in Keras
``theta``               (parameters,)                                 all parameters of a network in one vector
======================= ============================================= ==================================================

The batch comes last inside the engine ("feature-major", the X of the notes: one column an example), because then a row
of ones makes the bias part of the matrix product and each unit's activations lie side by side in memory.
"""

from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating[Any]]
"""Real numbers, float64 or float32."""
IntArray: TypeAlias = npt.NDArray[np.intp]
"""Indices and class numbers."""
BoolArray: TypeAlias = npt.NDArray[np.bool_]
"""Yes or no."""
ByteArray: TypeAlias = npt.NDArray[np.uint8]
"""Numbers quantised to 0…255 for a picture."""

Task: TypeAlias = Literal["binary", "multiclass", "regression"]
"""What is to be predicted: one of two classes, one of several, or numbers."""
Split: TypeAlias = Literal["train", "validation", "test"]
"""A part of the examples."""
