"""Slopes: the derivatives of a plan's activations, those of layers side by side found by the same calls.

On small layers a call on all of them costs hardly more than a call on one. So the outputs of layers lie in one piece of
memory, a shelf, in the order in which they are made, and their slopes g' on another one, in the same places.
"""

from dataclasses import dataclass

from engine.activations import Activation
from engine.calls import Calls, Workspace
from engine.types import Array

SIZE = 4096
"""Numbers on a shelf: about as many as stay in the processor's first cache together with their slopes."""


@dataclass
class Stretch:
    """A part of a shelf, all of whose layers have the same activation function."""

    activation: Activation
    start: int
    stop: int


class Shelf:
    """Room for the outputs of layers, and in the same places for their slopes."""

    def __init__(self, workspace: Workspace, size: int = SIZE) -> None:
        """Make an empty one; what is not written to is 1, as the rows of ones below the outputs have to be."""
        self.workspace = workspace
        self.values, self.slopes = workspace.full((size,), 1.0), workspace.empty((size,))
        self.used = 0
        self.stretches: list[Stretch] = []

    def take(self, rows: int, columns: int) -> Array | None:
        """Return the next (``rows``, ``columns``) numbers; None where there is no room left."""
        start, stop = self.used, self.used + rows * columns
        if stop > len(self.values):
            return None
        self.used = stop
        return self.values[start:stop].reshape(rows, columns)

    def place(self, a: Array) -> int | None:
        """Return how many numbers lie before ``a``; None where it is not on this shelf."""
        start = (a.ctypes.data - self.values.ctypes.data) // a.itemsize
        return start if 0 <= start < self.used and a.flags.c_contiguous else None

    def slopes_of(self, activation: Activation, a: Array) -> Array | None:
        """Return where the slopes of ``a``, written by :meth:`calls`, will be; None where ``a`` is not on this shelf.

        A stretch goes on over the row of ones between two layers; the slopes there mean nothing.
        """
        start = self.place(a)
        if start is None:
            return None
        last = self.stretches[-1] if self.stretches else None
        if last and last.activation == activation and start == last.stop + a.shape[-1]:
            last.stop = start + a.size
        else:
            self.stretches.append(Stretch(activation, start, start + a.size))
        return self.slopes[start : start + a.size].reshape(a.shape)

    def calls(self) -> Calls:
        """Return the calls that find all slopes: those of one activation for each stretch."""
        calls: Calls = []
        for stretch in self.stretches:
            part = slice(stretch.start, stretch.stop)
            calls += stretch.activation.slopes(self.values[part], self.values[part], self.slopes[part], self.workspace)
        return calls
