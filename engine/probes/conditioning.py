"""How well the features are scaled: the shape of the bowl in which gradient descent must find the bottom."""

from math import prod
from typing import TYPE_CHECKING, Literal, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from engine.data import PreparedData
from engine.distributions import rows_of_units
from engine.layers import Convolution
from engine.layers.windows import Slide
from engine.probes.probe import Measurement, Probe, ProbeUnavailable, probes
from engine.types import Array, BoolArray

if TYPE_CHECKING:
    from engine.training import Training


MAXIMUM_FEATURES = 400
MAXIMUM_NUMBERS = 2_000_000
"""Where all examples together have more numbers to be seen, some are left out, evenly spread."""


class Spectra(NamedTuple):
    """Eigenvalues, largest first."""

    covariance: Array
    """Of the features' covariance: how far the cloud of what a unit sees reaches along each of its own axes."""
    curvature: Array
    """Of the mean of [x; 1][x; 1]ᵀ: the Hessian of a linear neuron with squared error."""


class View(NamedTuple):
    """What a unit of the first layer sees at a time."""

    of: Literal["example", "step", "window"]
    shape: tuple[int, ...]
    """The shape of an example."""
    slides: tuple[Slide, Slide] | None = None
    """How a window moves down and across."""

    @property
    def features(self) -> int:
        """How many numbers it is."""
        if self.slides is not None:
            return self.slides[0].size * self.slides[1].size * self.shape[-1]
        return self.shape[-1] if self.of == "step" else prod(self.shape)

    @property
    def times(self) -> int:
        """How often there is something to be seen in one example, padding included."""
        if self.slides is not None:
            return self.slides[0].places * self.slides[1].places
        return self.shape[0] if self.of == "step" else 1


_SEEN: WeakKeyDictionary[PreparedData, dict[View, tuple[Spectra, int]]] = WeakKeyDictionary()


@probes.register("conditioning")
class Conditioning(Probe):
    """How stretched the cloud of training examples is, and so how narrow the valley that gradient descent walks in."""

    title = "Condition of the input"
    formula = (
        r"\kappa = \frac{\lambda_{\max}}{\lambda_{\min}},\quad C = \tfrac1m \sum_i (x^{(i)}-\mu)(x^{(i)}-\mu)^\top"
    )
    try_this = "Choose x1 and x1 squared, then standardize: the condition number falls almost to 1."
    source = "LeCun, Kanter and Solla, 1991; LeCun, Bottou, Orr and Müller, 1998"

    def measure(self, training: "Training") -> Measurement:
        """Return ``covariance`` (features,) and ``curvature`` (features + 1,): eigenvalues, largest first.

        The features are those that a unit of the first layer sees at a time: of a whole example for a dense layer, of a
        time step for a recurrent one (over all steps but padding), of a window for a convolution (over all places). In
        the meta data: ``of`` (example, step or window), over how many ``examples``, ``condition`` and
        ``curvature_condition`` (null if infinite), and ``largest_learning_rate``, 2/λ of the curvature: beyond it
        gradient descent on a linear neuron with squared error diverges.
        """
        view = view_of(training)
        if view.features > MAXIMUM_FEATURES:
            message = f"{view.features} features are too many; at most {MAXIMUM_FEATURES} are compared"
            raise ProbeUnavailable(f"{message}.")
        spectra, examples = spectra_of(training.data, view)
        meta = {
            "of": view.of,
            "examples": examples,
            "condition": condition(spectra.covariance),
            "curvature_condition": condition(spectra.curvature),
            "largest_learning_rate": 2 / float(spectra.curvature[0]),
        }
        return Measurement(spectra._asdict(), meta)


def view_of(training: "Training") -> View:
    """Return what a unit of the first layer with weights sees at a time; ProbeUnavailable where it weighs nothing."""
    layers, shape = training.network.layers, training.network.input_shape
    if layers[0].layer.kind == "embedding":
        raise ProbeUnavailable("Symbols are looked up in an embedding and not weighed, so they have no condition.")
    first = next(each.layer for each in layers if "kernel" in each.layer.parameter_shapes(each.input_shape))
    if isinstance(first, Convolution):
        return View("window", shape, first.slides(shape))
    return View("step" if len(shape) == 2 else "example", shape)


def spectra_of(data: PreparedData, view: View) -> tuple[Spectra, int]:
    """Return the eigenvalues of a data set's training part, and of how many examples; computed once for each view."""
    known = _SEEN.setdefault(data, {})
    if view not in known:
        matrix = data.matrix("train")
        affordable = max(1, MAXIMUM_NUMBERS // (view.features * view.times))
        count = min(matrix.shape[1], affordable)
        chosen = np.linspace(0, matrix.shape[1] - 1, count).astype(np.intp)
        mask = data.mask("train") if view.of == "step" else None
        values = matrix[:, chosen].reshape(*view.shape, -1)
        known[view] = _spectra(rows_seen(view, values, None if mask is None else mask[:, chosen] > 0)), count
    return known[view]


def rows_seen(view: View, values: Array, real: BoolArray | None) -> Array:
    """Return all that is seen of ``values`` (…, examples), a column each time: (features, times), but for padding."""
    if view.slides is not None:
        return rows_of_windows(values, view.slides)
    return rows_of_units(values, real) if view.of == "step" else values.reshape(view.features, -1)


def rows_of_windows(images: Array, slides: tuple[Slide, Slide]) -> Array:
    """Return what a window sees of ``images`` (height, width, channels, examples) at every place: (features, places).

    Outside the image are zeros.
    """
    down, across = slides
    padded = np.pad(images, (_borders(down), _borders(across), (0, 0), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (down.size, across.size), axis=(0, 1))
    seen: Array = windows[:: down.stride, :: across.stride][: down.places, : across.places]
    return seen.transpose(4, 5, 2, 0, 1, 3).reshape(down.size * across.size * images.shape[2], -1)


def _borders(slide: Slide) -> tuple[int, int]:
    """Return how many pixels of zeros the windows need before and behind an image."""
    return slide.before, max(0, (slide.places - 1) * slide.stride + slide.size - slide.length - slide.before)


def condition(eigenvalues: Array) -> float | None:
    """Return the largest over the smallest; None where the smallest is zero to rounding."""
    largest, smallest = float(eigenvalues[0]), float(eigenvalues[-1])
    return largest / smallest if smallest > largest * len(eigenvalues) * np.finfo(eigenvalues.dtype).eps else None


def _spectra(rows: Array) -> Spectra:
    """Return the eigenvalues for ``rows`` (features, samples)."""
    samples = rows.shape[1]
    with_bias = np.concatenate((rows, np.ones((1, samples))))
    centred = rows - rows.mean(axis=1, keepdims=True)
    return Spectra(*(_eigenvalues(each @ each.T / samples) for each in (centred, with_bias)))


def _eigenvalues(symmetric: Array) -> Array:
    found: Array = np.maximum(np.linalg.eigvalsh(symmetric)[::-1], 0)
    return found
