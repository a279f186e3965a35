"""Windows: where a kernel or a pool looks as it slides over an image.

Inside the engine an image batch is (height, width, channels, examples): a pixel's channels in all examples lie side by
side, so everything that looks at shifted or every second pixel still works on long runs of memory.
"""

from collections.abc import Iterator
from math import ceil
from typing import Annotated, Literal, NamedTuple, TypeAlias

from annotated_types import Interval

from engine.parameters import Shape
from engine.registry import Help, Slider

Padding: TypeAlias = Annotated[
    Literal["valid", "same"],
    Help(
        "Padding",
        "Valid: windows stay within the image, so it shrinks. Same: the border is filled up, so that with stride 1 it "
        "keeps its size.",
    ),
]
Stride: TypeAlias = Annotated[
    int,
    Interval(ge=1, le=16),
    Slider(1, 4, step=1),
    Help("Strides", "How many pixels the window moves at a time, down and across.", "s"),
]


class Slide(NamedTuple):
    """Windows along one axis of an image."""

    length: int
    """Pixels."""
    size: int
    """Pixels in a window."""
    stride: int
    """Pixels from one window to the next."""
    places: int
    """How many windows."""
    before: int
    """How many pixels the first window begins before the image."""

    @property
    def inside(self) -> bool:
        """Whether every window lies within the image."""
        return self.before == 0 and (self.places - 1) * self.stride + self.size <= self.length

    @property
    def overlap(self) -> bool:
        """Whether a pixel may be in several windows."""
        return self.stride < self.size

    @property
    def tiles(self) -> bool:
        """Whether every pixel is in exactly one window."""
        return self.stride == self.size and self.places * self.size >= self.length

    def meeting(self, offset: int) -> tuple[slice, slice]:
        """Return which windows have a pixel at ``offset`` from their start, and which pixels these are."""
        first = ceil(max(self.before - offset, 0) / self.stride)
        stop = max(first, min(self.places, ceil((self.length + self.before - offset) / self.stride)))
        start = first * self.stride + offset - self.before
        return slice(first, stop), slice(start, start + (stop - first) * self.stride, self.stride)

    def meetings(self) -> Iterator[tuple[slice, slice]]:
        """Return :meth:`meeting` for each offset in turn."""
        return (self.meeting(offset) for offset in range(self.size))


def slide(length: int, size: int, stride: int, padding: str) -> Slide:
    """Return the windows along an axis of so many pixels, as Keras lays them.

    Padded to "same" there are ⌈length / stride⌉ of them; of an odd number of pixels to be filled up, the larger half
    comes after the image (PyTorch, which pads alike on both sides, differs for strides above 1).
    """
    if padding == "valid":
        return Slide(length, size, stride, (length - size) // stride + 1, 0)
    count = ceil(length / stride)
    return Slide(length, size, stride, count, max((count - 1) * stride + size - length, 0) // 2)


def slide_over(shape: Shape, size: int, stride: int, padding: str, noun: str) -> tuple[Slide, Slide]:
    """Return the windows down and across an image of ``shape`` (height, width, channels).

    ValueError if it is none, or if the ``noun`` ("kernel") does not fit into it.
    """
    if len(shape) != 3:
        raise ValueError(f"it needs images (height, width, channels), and gets the shape {shape}")
    if padding == "valid" and size > min(shape[:2]):
        message = f"the {noun} of {size} × {size} is larger than the image, whose shape is {shape}"
        raise ValueError(f"{message}; take a smaller one or the padding 'same'")
    down, across = (slide(length, size, stride, padding) for length in shape[:2])
    return down, across
