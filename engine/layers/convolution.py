"""Convolution: one small set of weights that looks at every place of an image."""

from math import ceil
from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Interval

from engine.activations import Activation, activations
from engine.calls import Call, Calls
from engine.initializers import Initializer, initializers
from engine.layers.layer import Layer, layers
from engine.layers.windows import Padding, Slide, Stride, slide_over
from engine.parameters import Shape
from engine.registry import Help, Slider
from engine.types import Array

if TYPE_CHECKING:
    from engine.plan import Builder, Signal

MAXIMUM_FILTERS = 256
MAXIMUM_SHARES = 250_000
"""So many numbers of the weights' gradient are kept for single places before they are added up."""
TURN_FROM = 64
"""With more weights than this in a filter, the product of the weights' gradient is worth a copy that turns one side."""


@layers.register("conv2d")
class Convolution(Layer):
    """Slides small filters over an image; each makes a new image of how strongly it finds its pattern at each place.

    As everywhere in deep learning this is the cross-correlation: the kernel is not flipped. It has Keras's layout
    (kernel height, kernel width, channels, filters). Outside the image are zeros.
    """

    title = "Convolution"
    formula = (
        r"a_{yxf} = g\Big(\sum_{i,j,c} W_{ijcf}\, x_{sy+i,\,sx+j,\,c} + b_f\Big),\quad"
        r" n' = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1"
    )
    try_this = "Digits: compare eight 3 × 3 filters with a dense layer of as many weights."
    source = "Fukushima, 1980; LeCun, Boser, Denker, Henderson, Howard, Hubbard and Jackel, 1989"
    input_rank = 3

    filters: Annotated[
        int,
        Interval(ge=1, le=MAXIMUM_FILTERS),
        Slider(1, 32, step=1),
        Help("Filters", "How many patterns are looked for: the channels of the new image.", "F"),
    ] = 8
    kernel_size: Annotated[
        int,
        Interval(ge=1, le=15),
        Slider(1, 7, step=1),
        Help("Kernel size", "Height and width of the piece of the image that a filter sees at a time.", "k"),
    ] = 3
    strides: Stride = 1
    padding: Padding = "valid"
    activation: Annotated[Activation, Help("Activation", "What becomes of a filter's weighted sums.", "g")] = (
        activations["relu"]()
    )
    initializer: Annotated[Initializer, Help("Initializer", "How the first weights are drawn.", "W_0")] = initializers[
        "glorot_uniform"
    ]()

    def output_shape(self, shape: Shape) -> Shape:
        """Return (height, width, filters)."""
        down, across = self.slides(shape)
        return (down.places, across.places, self.filters)

    def parameter_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return kernel (kernel height, kernel width, channels, filters) and bias (filters,)."""
        return {"kernel": (self.kernel_size, self.kernel_size, shape[2], self.filters), "bias": (self.filters,)}

    def initial_parameters(self, shape: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Draw the kernel; a filter sees k² · channels numbers (fan-in), and k² · filters see a number (fan-out)."""
        kernel, pixels = self.parameter_shapes(shape)["kernel"], self.kernel_size**2
        drawn = self.initializer.draw(rng, kernel, pixels * shape[2], pixels * self.filters)
        return {"kernel": drawn, "bias": np.zeros(self.filters)}

    def numbers(self, shape: Shape) -> int:
        """Return the size of the new image, of the patches and of their gradient."""
        height, width, _ = self.output_shape(shape)
        return height * width * (self.filters + 2 * self.kernel_size**2 * shape[2])

    def slides(self, shape: Shape) -> tuple[Slide, Slide]:
        """Return the windows down and across."""
        return slide_over(shape, self.kernel_size, self.strides, self.padding, "kernel")

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Add the patches, one product for all sums, then the activation, in place where it can be."""
        shape = self.output_shape(x.values.shape[:-1])
        out = builder.signal(shape)
        apart = builder.keep_sums or self.activation.keeps_input
        z = builder.buffer(shape) if apart and self.activation.kind != "linear" else out.values
        self._add_sums(builder, x, z, out.gradient)
        if z is out.values:
            return builder.bend_in_place(self.activation, out)
        builder.bend(self.activation, z, out)
        return out

    def _add_sums(self, builder: "Builder", x: "Signal", z: Array, gradient: Array | None) -> None:
        """Add z := [W; b]ᵀ [patch; 1] at every place; from ``gradient`` = ∂L/∂z come [∂W; ∂b] and ∂L/∂patch.

        One product for each place on the examples side by side is quicker than a single one for all places: its
        numbers stay in the processor's cache.
        """
        patches = Patches(builder, x.values.shape[2], self.slides(x.values.shape[:-1]))
        block = builder.weights().reshape(-1, self.filters)
        places = (-1, self.filters, builder.batch)
        backward: Calls = []
        weight_gradients = builder.weight_gradients()
        if gradient is not None and weight_gradients is not None:
            delta = gradient.reshape(places)
            backward = patches.correlate(delta, weight_gradients)
            if x.gradient is not None:
                slopes = builder.workspace.empty((len(delta), len(block) - 1, builder.batch))
                backward += [(np.matmul, (block[:-1], delta, slopes)), *patches.scatter(slopes, x.gradient)]
        sums = (np.matmul, (block.T, patches.augmented, z.reshape(places)))
        builder.add([*patches.gather(x.values), sums], backward)


class Patches:
    """What the window sees at every place ("im2col"), with a row of ones: (places, k · k · channels + 1, examples).

    The rows stand in the order of the kernel's weights. What lies outside the image is never written: it stays zero.
    """

    def __init__(self, builder: "Builder", channels: int, slides: tuple[Slide, Slide]) -> None:
        """Make the memory."""
        self.workspace, (self.down, self.across) = builder.workspace, slides
        down, across = slides
        self.shape = (down.places, across.places, down.size, across.size, channels, builder.batch)
        rows = down.size * across.size * channels
        self.augmented = builder.workspace.empty((down.places * across.places, rows + 1, builder.batch))
        self.augmented[:, -1] = 1.0

    def gather(self, image: Array) -> Calls:
        """Return the calls that copy each pixel of ``image`` to all places from which it is seen."""
        return [(np.copyto, (seen, pixels)) for seen, pixels in self._pairs(self.augmented[:, :-1], image)]

    def scatter(self, slopes: Array, gradient: Array) -> Calls:
        """Return the calls that write into ``gradient`` what each pixel receives from all places that see it."""
        pairs = self._pairs(slopes, gradient)
        complete = next((number for number, (_, pixels) in enumerate(pairs) if pixels.shape == gradient.shape), None)
        start: Call = (gradient.fill, (0.0,))
        if complete is not None:
            seen, pixels = pairs.pop(complete)
            start = (np.copyto, (pixels, seen))
        return [start, *((np.add, (pixels, seen, pixels)) for seen, pixels in pairs)]

    def correlate(self, delta: Array, out: Array) -> Calls:
        """Return the calls of the sum, over places and examples, of what a window sees times ``delta`` there.

        ``delta`` is (places, filters, examples), ``out`` flat (k · k · channels + 1, filters). Each place has a product
        of its own; they are added up a few places at a time, so that large images need no more memory than small ones.
        """
        rows, calls = self.augmented.shape[1], list[Call]()
        turned = delta.transpose(0, 2, 1)
        if rows > TURN_FROM:
            copy = self.workspace.empty(turned.shape)
            calls.append((np.copyto, (copy, turned)))
            turned = copy
        size = max(1, min(len(delta), MAXIMUM_SHARES // out.size))
        shares = self.workspace.empty((size, out.size))
        sums = self.workspace.empty((ceil(len(delta) / size), out.size))
        for number, start in enumerate(range(0, len(delta), size)):
            some, part = slice(start, start + size), shares[: len(delta) - start]
            calls += [
                (np.matmul, (self.augmented[some], turned[some], part.reshape(len(part), rows, -1))),
                (self.workspace.full((len(part),), 1.0).dot, (part, sums[number])),
            ]
        return [*calls, (self.workspace.full((len(sums),), 1.0).dot, (sums, out))]

    def _pairs(self, columns: Array, image: Array) -> list[tuple[Array, Array]]:
        """Return for each pixel of the kernel its part of ``columns`` and the pixels of ``image`` that it sees."""
        windows = columns.reshape(self.shape)
        pairs = []
        for i, (down, y) in enumerate(self.down.meetings()):
            for j, (across, x) in enumerate(self.across.meetings()):
                pairs.append((windows[down, across, i, j], image[y, x]))
        return [pair for pair in pairs if pair[0].size]
