"""How well the features are scaled: the shape of the bowl in which gradient descent must find the bottom."""

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from engine.data import PreparedData
from engine.probes.probe import Measurement, Probe, ProbeUnavailable, probes
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training


MAXIMUM_FEATURES = 400


class Spectra(NamedTuple):
    """Eigenvalues, largest first."""

    covariance: Array
    """Of the features' covariance: how far the cloud of examples reaches along each of its own axes."""
    curvature: Array
    """Of the mean of [x; 1][x; 1]ᵀ: the Hessian of a linear neuron with squared error."""


_SEEN: WeakKeyDictionary[PreparedData, Spectra] = WeakKeyDictionary()


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

        In the meta data: ``condition`` and ``curvature_condition`` (null if infinite), and ``largest_learning_rate``,
        2/λ of the curvature: beyond it gradient descent on a linear neuron with squared error diverges.
        """
        features = len(training.data.feature_names)
        if features > MAXIMUM_FEATURES:
            raise ProbeUnavailable(f"{features} features are too many; at most {MAXIMUM_FEATURES} are compared.")
        spectra = spectra_of(training.data)
        meta = {
            "condition": condition(spectra.covariance),
            "curvature_condition": condition(spectra.curvature),
            "largest_learning_rate": 2 / float(spectra.curvature[0]),
        }
        return Measurement(spectra._asdict(), meta)


def spectra_of(data: PreparedData) -> Spectra:
    """Return the eigenvalues of a data set's training part; computed once, as it never changes."""
    if data not in _SEEN:
        matrix = data.matrix("train")
        examples = matrix.shape[1]
        with_bias = np.concatenate((matrix, np.ones((1, examples))))
        centred = matrix - matrix.mean(axis=1, keepdims=True)
        _SEEN[data] = Spectra(*(_eigenvalues(rows @ rows.T / examples) for rows in (centred, with_bias)))
    return _SEEN[data]


def condition(eigenvalues: Array) -> float | None:
    """Return the largest over the smallest; None where the smallest is zero to rounding."""
    largest, smallest = float(eigenvalues[0]), float(eigenvalues[-1])
    return largest / smallest if smallest > largest * len(eigenvalues) * np.finfo(eigenvalues.dtype).eps else None


def _eigenvalues(symmetric: Array) -> Array:
    found: Array = np.maximum(np.linalg.eigvalsh(symmetric)[::-1], 0)
    return found
