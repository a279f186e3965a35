"""The path of a training: copies of all parameters at a few steps, from which the landscape around it is drawn."""

from sys import maxsize
from typing import Any

import numpy as np

from engine.history import History
from engine.types import Array

PATH_SHARE = 8
LARGEST = 20_000
"""Networks with more parameters leave no path; of one so large, a million steps leave about 100 copies, 8 MB."""


class Path(History[dict[str, Any]]):
    """{"step", "theta": (parameters,) in single precision} at steps that are ever farther apart."""

    def __init__(self, parameters: int) -> None:
        """Start empty; the first copy is due at step 0."""
        super().__init__(PATH_SHARE, maxsize)
        self.parameters = parameters

    @property
    def due(self) -> int:
        """The step of the next copy; never, of a large network."""
        return super().due if self.parameters <= LARGEST else maxsize

    def record(self, step: int, theta: Array) -> None:
        """Copy the parameters if that is due."""
        if step >= self.due:
            self.records.append({"step": step, "theta": theta.astype(np.float32)})
