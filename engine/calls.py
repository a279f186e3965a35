"""Computations that are prepared once and repeated: flat lists of NumPy calls on buffers that exist already.

On small arrays the price of a step is the number of calls, not of numbers. So each layer, activation, loss and
optimizer answers with the calls it needs, every view taken and every method bound beforehand, and training runs the
list, written out as source.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from engine.memory import zeros
from engine.types import Array

Call = tuple[Callable[..., object], tuple[Any, ...]]
Calls = list[Call]
EACH = object()
"""Stands among the arguments of calls for what is different each time; see :func:`written_out`."""
BUFFER = 2048
"""How many numbers NumPy copies at once to make one piece of memory of what lies apart, while calls are made.

Its own choice, 8192, has it copy rows of a thousand numbers, which take longer to copy than to be computed with where
they are; of rows of a few numbers many still go together.
"""


class Calculating(np.errstate):
    """The context in which prepared calls are made: NumPy's errstate, and its buffers as they are best for them."""

    def __enter__(self) -> None:
        """Set both; the end of the context restores both."""
        super().__enter__()
        np.setbufsize(BUFFER)


def run(calls: Iterable[Call]) -> None:
    """Make each call in turn."""
    for function, arguments in calls:
        function(*arguments)


def written_out(calls: Calls) -> Callable[[Iterable[object]], None]:
    """Return a function that makes all calls in turn for each of the things that it gets, with the thing for EACH.

    It does what :func:`run` does, a little faster: its source has one line for each call and a local name for each
    thing in it, so nothing is unpacked or looked up on the way.
    """
    names = {id(EACH): "each"}
    things: dict[str, Any] = {}

    def name(thing: Any) -> str:
        known = names.setdefault(id(thing), f"_{len(names)}")
        if thing is not EACH:
            things[known] = thing
        return known

    lines = [f"        {name(function)}({', '.join(map(name, arguments))})" for function, arguments in calls]
    known = ", ".join(f"{thing}={thing}" for thing in things)
    exec(
        "\n".join([f"def written(everything, {known}):", "    for each in everything:", *lines, "        pass"]), things
    )
    written: Callable[[Iterable[object]], None] = things["written"]
    return written


class Workspace:
    """Where prepared calls get their buffers; all of one ``dtype``.

    Same-shape operands are the cheapest that a ufunc can get (a 0-d array comes next; a Python float or a broadcast row
    costs twice as much), so a constant may be asked for in either form.
    """

    def __init__(self, dtype: np.dtype[Any] | type = np.float64) -> None:
        """Make a workspace whose buffers have ``dtype`` (float64 or float32)."""
        self.dtype = np.dtype(dtype)
        self._shared: dict[tuple[object, ...], Array] = {}

    def empty(self, shape: tuple[int, ...]) -> Array:
        """Return a new buffer; it starts as zeros, so that a forgotten write shows as zeros and not as noise."""
        return zeros(shape, self.dtype)

    def like(self, array: Array) -> Array:
        """Return a new buffer of the shape of ``array``."""
        return self.empty(array.shape)

    def full(self, shape: tuple[int, ...], value: float) -> Array:
        """Return a constant with one entry for each entry of its partner."""
        filled = self.empty(shape)
        filled.fill(value)
        return filled

    def constant(self, shape: tuple[int, ...], value: float) -> Array:
        """Return such a constant that is never written to: the same memory whoever asks, so the cache holds more."""
        return self._shared.setdefault((shape, value), self.full(shape, value))

    def scratch(self, shape: tuple[int, ...]) -> Array:
        """Return a buffer for what is needed no longer than until the calls that are prepared together have run.

        It is the same memory whoever asks for this shape.
        """
        return self._shared.setdefault((shape,), self.empty(shape))

    def scalar(self, value: float | Array) -> Array:
        """Return a 0-d array, which may be written to later (``scalar[()] = 0.1``).

        Replicas give an array for ``value`` where it is not the same for all; they get a copy of it.
        """
        return np.array(value, self.dtype)
