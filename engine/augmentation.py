"""Augmentation: every time an image is learned from, it looks a little different; those that judge stay as they are.

Images are (height, width, channels, examples) here, and each example has its own amount: an array (examples,).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import numpy as np
from annotated_types import Interval

from engine.registry import Help, Slider
from engine.types import Array

Change: TypeAlias = Callable[[Array], None]
"""Changes what the network sees of a batch, (rows, examples), in place."""


@dataclass(frozen=True)
class Augmentation:
    """How much images may change at random whenever they are learned from; nothing, unless the learner says so."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}

    shift: Annotated[
        int,
        Interval(ge=0, le=8),
        Slider(0, 4, step=1),
        Help("Shift", "By how many pixels, at most, an image moves up or down and left or right."),
    ] = 0
    rotate: Annotated[
        float,
        Interval(ge=0, le=180),
        Slider(0, 180, step=5),
        Help("Rotate", "By how many degrees, at most, it turns either way; at 180 a 6 may become a 9.", r"\theta"),
    ] = 0.0
    scale: Annotated[
        float,
        Interval(ge=0, le=0.5),
        Slider(0, 0.5, step=0.05),
        Help("Scale", "How much larger or smaller it gets, at most: 0.2 means 80 to 120 percent."),
    ] = 0.0
    flip: Annotated[
        Literal["none", "horizontal", "vertical", "both"],
        Help("Flip", "Whether half of the images are mirrored: left to right, upside down, or either independently."),
    ] = "none"
    noise: Annotated[
        float,
        Interval(ge=0, le=1),
        Slider(0, 0.5, step=0.05),
        Help("Noise", "The standard deviation of what is added to every pixel, as the network sees it.", r"\sigma"),
    ] = 0.0

    @property
    def is_off(self) -> bool:
        """Whether images stay as they are."""
        return self == Augmentation()

    def apply(self, images: Array, rng: np.random.Generator, background: float = 0.0) -> Array:
        """Return changed copies of ``images``; what comes in from outside has the value ``background``."""
        chance = rng.random((6, images.shape[-1]))
        if self.flip in {"horizontal", "both"}:
            images = np.where(chance[0] < 0.5, images[:, ::-1], images)
        if self.flip in {"vertical", "both"}:
            images = np.where(chance[1] < 0.5, images[::-1], images)
        if self.shift or self.rotate or self.scale:
            down, right = (np.floor((2 * self.shift + 1) * part) - self.shift for part in chance[2:4])
            angle, factor = self.rotate * (2 * chance[4] - 1), 1 + self.scale * (2 * chance[5] - 1)
            images = moved(images, down, right, angle, factor, background)
        if self.noise:
            images = images + (self.noise * rng.standard_normal(images.shape)).astype(images.dtype)
        return images


def moved(images: Array, down: Array, right: Array, angle: Array, factor: Array, background: float = 0.0) -> Array:
    """Return ``images`` grown by ``factor``, turned by ``angle`` degrees counter-clockwise, both about the middle, then
    moved by ``down`` and ``right`` pixels.

    Between pixels the four nearest are blended (bilinear); whole pixels and quarter turns are exact.
    """
    rows, columns = sources(images.shape[:2], down, right, angle, factor)
    return blended(images, rows, columns, background)


def sources(size: tuple[int, ...], down: Array, right: Array, angle: Array, factor: Array) -> tuple[Array, Array]:
    """Return from which row and column each pixel comes, (height, width, examples), see :func:`moved`."""
    height, width = size
    middle, centre = (height - 1) / 2, (width - 1) / 2
    below = np.arange(height)[:, None, None] - middle - down
    beside = np.arange(width)[:, None] - centre - right
    cosine, sine = np.cos(np.radians(angle)) / factor, np.sin(np.radians(angle)) / factor
    rows, columns = sine * beside + cosine * below + middle, cosine * beside - sine * below + centre
    return np.round(rows, 9), np.round(columns, 9)


def blended(images: Array, rows: Array, columns: Array, background: float) -> Array:
    """Return the images' values at ``rows`` and ``columns``, numbers between pixels, outside the ``background``."""
    height, width, channels, examples = images.shape
    framed = np.full((height + 2, width + 2, channels, examples), background, images.dtype)
    framed[1:-1, 1:-1] = images
    rows, columns = np.clip(rows + 1, 0, height + 1), np.clip(columns + 1, 0, width + 1)
    above, left = np.fmin(np.floor(rows), height), np.fmin(np.floor(columns), width)
    lower, righter = (part[:, :, None].astype(images.dtype) for part in (rows - above, columns - left))
    first = (above * (width + 2) + left).astype(np.intp)[:, :, None]
    pixels = framed.reshape(-1, channels, examples)
    channel, example = np.arange(channels)[:, None], np.arange(examples)

    def value(step: int) -> Array:
        found: Array = pixels[first + step, channel, example]
        return found

    upper_row = value(0) * (1 - righter) + value(1) * righter
    lower_row = value(width + 2) * (1 - righter) + value(width + 3) * righter
    answer: Array = upper_row * (1 - lower) + lower_row * lower
    return answer
