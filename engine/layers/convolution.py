"""Convolution: one small set of weights that looks at every place of an image."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Interval

from engine.activations import Activation, activations
from engine.calls import Calls
from engine.initializers import Initializer, initializers
from engine.layers.layer import Layer, layers
from engine.layers.windows import Padding, Slide, Stride, slide_over
from engine.parameters import Shape
from engine.registry import Help, Slider
from engine.types import Array

if TYPE_CHECKING:
    from engine.plan import Builder, Signal

MAXIMUM_FILTERS = 256


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
        """Return (filters, height, width)."""
        down, across = self.slides(shape)
        return (self.filters, down.places, across.places)

    def parameter_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return kernel (kernel height, kernel width, channels, filters) and bias (filters,)."""
        return {"kernel": (self.kernel_size, self.kernel_size, shape[0], self.filters), "bias": (self.filters,)}

    def initial_parameters(self, shape: Shape, rng: np.random.Generator) -> dict[str, Array]:
        """Draw the kernel; a filter sees k² · channels numbers (fan-in), and k² · filters see a number (fan-out)."""
        kernel, pixels = self.parameter_shapes(shape)["kernel"], self.kernel_size**2
        drawn = self.initializer.draw(rng, kernel, pixels * shape[0], pixels * self.filters)
        return {"kernel": drawn, "bias": np.zeros(self.filters)}

    def numbers(self, shape: Shape) -> int:
        """Return the size of the patches, or of the new image."""
        _, height, width = self.output_shape(shape)
        return height * width * max(self.filters, 2 * self.kernel_size**2 * shape[0])

    def slides(self, shape: Shape) -> tuple[Slide, Slide]:
        """Return the windows down and across."""
        return slide_over(shape, self.kernel_size, self.strides, self.padding, "kernel")

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Add the patches, one product for all sums, then the activation, in place where it can be."""
        channels = x.values.shape[0]
        shape = self.output_shape(x.values.shape[:-1])
        out = builder.signal(shape)
        apart = builder.keep_sums or self.activation.keeps_input
        z = builder.buffer(shape) if apart and self.activation.kind != "linear" else out.values
        patches = Patches(builder, channels, self.slides(x.values.shape[:-1]))
        self._add_sums(builder, x, patches, z, out.gradient)
        backward: Calls = []
        if out.gradient is not None:
            backward = self.activation.backward(z, out.values, out.gradient, builder.workspace)
        builder.add(self.activation.forward(z, out.values, builder.workspace), backward)
        builder.sums[builder.layer] = z
        return out

    def _add_sums(self, builder: "Builder", x: "Signal", patches: "Patches", z: Array, gradient: Array | None) -> None:
        """Add z := [W; b]ᵀ [patches; 1], and from ``gradient`` = ∂L/∂z one product for [∂W; ∂b] and one for ∂L/∂x."""
        block = builder.weights().reshape(-1, self.filters)
        backward: Calls = []
        weight_gradients = builder.weight_gradients()
        if gradient is not None and weight_gradients is not None:
            delta = gradient.reshape(self.filters, -1)
            backward = [builder.product(patches.augmented, delta.T, weight_gradients.reshape(block.shape))]
            if x.gradient is not None:
                slopes = builder.workspace.like(patches.augmented[:-1])
                backward += [builder.product(block[:-1], delta, slopes), *patches.scatter(slopes, x.gradient)]
        sums = builder.product(block.T, patches.augmented, z.reshape(self.filters, -1))
        builder.add([*patches.gather(x.values), sums], backward)


class Patches:
    """What the windows see, each a column ("im2col"), with a row of ones below: (k · k · channels + 1, places).

    The rows stand in the order of the kernel's weights. What lies outside the image is never written: it stays zero.
    """

    def __init__(self, builder: "Builder", channels: int, slides: tuple[Slide, Slide]) -> None:
        """Make the memory."""
        self.down, self.across = slides
        self.shape = (self.down.size, self.across.size, channels, self.down.places, self.across.places, builder.batch)
        rows, places = (
            self.down.size * self.across.size * channels,
            self.down.places * self.across.places * builder.batch,
        )
        self.augmented = builder.workspace.empty((rows + 1, places))
        self.augmented[-1] = 1.0

    def gather(self, image: Array) -> Calls:
        """Return the calls that copy each pixel of ``image`` to all places where a window sees it."""
        return [(np.copyto, (seen, pixels)) for seen, pixels in self._pairs(self.augmented[:-1], image)]

    def scatter(self, slopes: Array, gradient: Array) -> Calls:
        """Return the calls that write into ``gradient`` what each pixel receives from all windows that see it."""
        pairs = self._pairs(slopes, gradient)
        complete = next((pair for pair in pairs if pair[1].shape == gradient.shape), None)
        if complete is None:
            return [(gradient.fill, (0.0,)), *((np.add, (pixels, seen, pixels)) for seen, pixels in pairs)]
        others = [pair for pair in pairs if pair is not complete]
        start, pixels = complete
        return [(np.copyto, (pixels, start)), *((np.add, (pixels, seen, pixels)) for seen, pixels in others)]

    def _pairs(self, columns: Array, image: Array) -> list[tuple[Array, Array]]:
        """Return for each pixel of the kernel its part of ``columns`` and the pixels of ``image`` that it sees."""
        windows = columns.reshape(self.shape)
        pairs = []
        for i, (rows, y) in enumerate(self.down.meetings()):
            for j, (places, x) in enumerate(self.across.meetings()):
                pairs.append((windows[i, j, :, rows, places], image[:, y, x]))
        return [pair for pair in pairs if pair[0].size]
