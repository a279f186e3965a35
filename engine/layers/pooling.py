"""Pooling: each channel of an image made smaller, a window becoming one number.

All kinds work along one axis after the other, rows first: the largest of a window is the largest of its rows' largest.
"""

from typing import TYPE_CHECKING, Annotated, ClassVar, TypeAlias

import numpy as np
from annotated_types import Interval

from engine.calls import Calls
from engine.layers.layer import Layer, layers
from engine.layers.windows import Padding, Slide, slide_over
from engine.parameters import Shape
from engine.registry import Help, Slider
from engine.types import Array, IntArray

if TYPE_CHECKING:
    from engine.plan import Builder, Signal

PoolSize = Annotated[
    int,
    Interval(ge=1, le=16),
    Slider(1, 4, step=1),
    Help("Pool size", "Height and width of the window that becomes one number.", "k"),
]
PoolStride = Annotated[
    int | None,
    Interval(ge=1, le=16),
    Slider(1, 4, step=1),
    Help("Strides", "How many pixels the window moves at a time; left out, as many as it is large.", "s"),
]
Place: TypeAlias = tuple[slice, ...]
HEIGHT, WIDTH = 0, 1
"""The axes of an image batch."""


class Pooling(Layer):
    """Base of the pooling layers; they have nothing to learn."""

    input_rank = 3
    side_by_side = True
    pool_size: int
    strides: int | None
    padding: str

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height, width, channels)."""
        down, across = self.slides(shape)
        return (down.places, across.places, shape[2])

    def slides(self, shape: Shape) -> tuple[Slide, Slide]:
        """Return the windows down and across."""
        return slide_over(shape, self.pool_size, self.strides or self.pool_size, self.padding, "pool")

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Add the pooling of all rows, then of all columns of what is left."""
        down, across = self.slides(x.values.shape[:-1])
        height, _, channels, _ = x.values.shape
        trained = x.gradient is not None
        middle = builder.signal((height, across.places, channels), trained)
        self.pool(builder, across, WIDTH, x, middle)
        out = builder.signal((down.places, across.places, channels), trained)
        self.pool(builder, down, HEIGHT, middle, out)
        return out if x.postponed is None else builder.bend_in_place(x.postponed, out)

    def pool(self, builder: "Builder", slide: Slide, axis: int, x: "Signal", out: "Signal") -> None:
        """Add the pooling along one axis."""
        raise NotImplementedError


class ExtremePooling(Pooling):
    """Base of maximum and minimum pooling: one pixel of each window wins, on a tie the first (row by row).

    The gradient goes to the winner alone.
    """

    picks = True
    _better: ClassVar[np.ufunc]
    _worst: ClassVar[float]
    """What every pixel beats; it stands where a window leaves the image."""

    def pool(self, builder: "Builder", slide: Slide, axis: int, x: "Signal", out: "Signal") -> None:
        """Add a contest: the best pixel so far of each window against the next one."""
        pixels = [along(axis, seen) for _, seen in slide.meetings()]
        windows = [along(axis, places) for places, _ in slide.meetings()]
        forward, backward = self._start(slide, x, out, pixels[0])
        best = x.values[pixels[0]] if slide.inside else out.values
        for place, seen in list(zip(windows, pixels, strict=True))[int(slide.inside) :]:
            rival = x.values[seen]
            if x.gradient is not None and out.gradient is not None:
                won = self._compare(builder, best[place], rival, forward)
                backward = [*hand_over(won, out.gradient[place], x.gradient[seen], slide), *backward]
            forward.append((self._better, (best[place], rival, out.values[place])))
            best = out.values
        if x.gradient is not None and not (slide.tiles and slide.inside):
            backward.insert(0, (x.gradient.fill, (0.0,)))
        builder.add(forward, backward)

    def _start(self, slide: Slide, x: "Signal", out: "Signal", first: Place) -> tuple[Calls, Calls]:
        """Return the calls for the first pixel of each window, which keeps what no other has taken from it."""
        if not slide.inside:
            return [(out.values.fill, (self._worst,))], []
        forward: Calls = [(np.copyto, (out.values, x.values[first]))] if slide.size == 1 else []
        if x.gradient is None or out.gradient is None:
            return forward, []
        gradient = x.gradient[first]
        return forward, [
            (np.add, (gradient, out.gradient, gradient)) if slide.overlap else (np.copyto, (gradient, out.gradient))
        ]

    def _compare(self, builder: "Builder", best: Array, rival: Array, forward: Calls) -> IntArray:
        """Add the calls that set all bits where ``rival`` is better and none elsewhere: the sign of the difference."""
        difference = builder.workspace.empty(best.shape)
        bits = as_bits(difference)
        pair = (best, rival) if self._better is np.fmax else (rival, best)
        forward += [
            (np.subtract, (*pair, difference)),
            (np.add, (difference, builder.workspace.scalar(0.0), difference)),  # −0 − 0 is −0, which is not less
            (np.right_shift, (bits, np.array(8 * bits.itemsize - 1, bits.dtype), bits)),
        ]
        builder.sides.append(bits)
        return bits


def hand_over(won: IntArray, gradient: Array, pixels: Array, slide: Slide) -> Calls:
    """Return the calls that move ``gradient`` to ``pixels`` where they have ``won`` and leave the rest where it is.

    Done on the bits of the numbers, so exactly: what is taken with "and" is removed with "exclusive or".
    """
    taken = np.zeros_like(won) if slide.overlap else as_bits(pixels)
    calls: Calls = [
        (np.bitwise_and, (as_bits(gradient), won, taken)),
        (np.bitwise_xor, (as_bits(gradient), taken, as_bits(gradient))),
    ]
    return [*calls, (np.add, (pixels, taken.view(pixels.dtype), pixels))] if slide.overlap else calls


def as_bits(values: Array) -> IntArray:
    """Return the same memory as whole numbers."""
    bits: IntArray = values.view(f"i{values.itemsize}")
    return bits


def along(axis: int, part: slice) -> Place:
    """Return the index of a ``part`` of one axis."""
    return (*(slice(None),) * axis, part)


@layers.register("max_pooling2d")
class MaxPooling(ExtremePooling):
    """Keeps the largest number of each window: whether a pattern is there, not exactly where.

    On a tie the first pixel, row by row, gets the gradient, as in PyTorch (on blank regions of an image all are equal).
    """

    title = "Max pooling"
    formula = r"a_{yxc} = \max_{0 \le i, j < k} x_{sy+i,\,sx+j,\,c}"
    try_this = "Replace it by a convolution with strides 2, which learns what to keep: is it worth its weights?"
    source = "Yamaguchi, Sakamoto, Akabane and Fujimoto, 1990; Riesenhuber and Poggio, 1999"
    _better, _worst = np.fmax, -np.inf

    pool_size: PoolSize = 2
    strides: PoolStride = None
    padding: Padding = "valid"


@layers.register("min_pooling2d")
class MinPooling(ExtremePooling):
    """Keeps the smallest number of each window; of bright strokes on a dark ground little is left.

    On a tie the first pixel, row by row, gets the gradient.
    """

    title = "Min pooling"
    formula = r"a_{yxc} = \min_{0 \le i, j < k} x_{sy+i,\,sx+j,\,c} = -\max_{0 \le i, j < k} (-x_{sy+i,\,sx+j,\,c})"
    try_this = "Put it where max pooling was: digits lose their strokes, and the accuracy tells how much that matters."
    source = "Erosion, the counterpart of max pooling's dilation (Serra, 1982)"
    _better, _worst = np.fmin, np.inf

    pool_size: PoolSize = 2
    strides: PoolStride = None
    padding: Padding = "valid"


@layers.register("average_pooling2d")
class AveragePooling(Pooling):
    """Averages each window: the image in fewer pixels, everything a little blurred.

    Only pixels within the image count, also where padding lets a window reach beyond it (as in Keras; PyTorch counts
    the zeros outside unless told not to).
    """

    title = "Average pooling"
    formula = r"a_{yxc} = \frac{1}{k^2} \sum_{0 \le i, j < k} x_{sy+i,\,sx+j,\,c}"
    try_this = (
        "Compare it with max pooling: thin strokes fade in an average, and a single bright pixel no longer decides."
    )
    source = "LeCun, Boser, Denker, Henderson, Howard, Hubbard and Jackel, 1989"

    pool_size: PoolSize = 2
    strides: PoolStride = None
    padding: Padding = "valid"

    def pool(self, builder: "Builder", slide: Slide, axis: int, x: "Signal", out: "Signal") -> None:
        """Add the sum of the window's pixels, divided by how many there are."""
        pairs = [(along(axis, places), along(axis, seen)) for places, seen in slide.meetings()]
        counts = np.zeros(slide.places)
        for places, _ in slide.meetings():
            counts[places] += 1
        shares = builder.workspace.like(out.values)
        shares[...] = np.moveaxis(np.broadcast_to(1 / counts, (*np.moveaxis(shares, axis, -1).shape,)), -1, axis)
        forward: Calls = [(out.values.fill, (0.0,))]
        forward += [(np.add, (out.values[to], x.values[seen], out.values[to])) for to, seen in pairs]
        forward.append((np.multiply, (out.values, shares, out.values)))
        backward: Calls = []
        if x.gradient is not None and out.gradient is not None:
            backward = [(np.multiply, (out.gradient, shares, out.gradient)), (x.gradient.fill, (0.0,))]
            backward += [(np.add, (x.gradient[seen], out.gradient[to], x.gradient[seen])) for to, seen in pairs]
        builder.add(forward, backward)
