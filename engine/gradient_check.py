"""Gradient check: the slopes from backpropagation against slopes measured by moving each parameter a little.

Measured slope = (J(θ + ε) − J(θ − ε)) / 2ε, two-sided, so its error is of the order ε². Relative error of a layer =
‖g − ĝ‖ / (‖g‖ + ‖ĝ‖), as taught by Ng (2017): below 1e-7 is right, above 1e-3 is wrong.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from engine.calls import Calls, run
from engine.cost import compile_cost, mean_loss
from engine.network import Network, generators
from engine.parameters import Parameters
from engine.types import Array, IntArray

if TYPE_CHECKING:
    from engine.training import Training

Verdict: TypeAlias = Literal["right", "close", "suspicious", "wrong"]

THRESHOLDS: tuple[tuple[float, Verdict], ...] = ((1e-7, "right"), (1e-5, "close"), (1e-3, "suspicious"))
NOISE = 1e-3
"""Slopes smaller than this drown in the rounding errors of J, so the relative error is taken to at least this size.

The rounding of J ≈ 1 makes a measured slope wrong by 1e-16 / ε = 1e-11, and that of a hundred parameters by 1e-10.
"""


class IncomparableError(ArithmeticError):
    """Parameters, cost or slopes are not finite, so they cannot be checked; the message says which, to a learner."""


@dataclass(frozen=True)
class LayerCheck:
    """How well the two kinds of slopes of one layer agree."""

    layer: str
    error: float
    """Relative error."""
    verdict: Verdict
    checked: int
    """How many parameters were moved."""
    skipped: int
    """How many of them crossed a kink on the way, where a measured slope means nothing; they do not count."""


@dataclass(frozen=True)
class GradientCheck:
    """The report: one entry for each layer with parameters, and the worst of them."""

    layers: tuple[LayerCheck, ...]
    error: float
    verdict: Verdict


def gradient_check(
    training: "Training", examples: int = 16, epsilon: float = 1e-5, parameters_per_layer: int = 200
) -> GradientCheck:
    """Check the present parameters on the first training examples, in double precision, with one fixed dropout mask.

    Of a large layer only ``parameters_per_layer`` are moved, evenly spread. Nothing in ``training`` changes.
    IncomparableError if the parameters or the cost are not finite.
    """
    cost = Cost(training, examples)
    _check_parameters(cost.parameters)
    slices = cost.parameters.layout.slices
    with np.errstate(all="ignore"):
        _check_cost(cost.compute()[0], cost.gradients)
        slopes = cost.gradients.theta.copy()
        found = []
        for layer in cost.parameters.views:
            chosen = _spread(slices[layer], parameters_per_layer)
            found.append(_check_layer(layer, cost, slopes, chosen, epsilon))
    worst = max(layer.error for layer in found)
    return GradientCheck(tuple(found), worst, verdict(worst))


def verdict(error: float) -> Verdict:
    """Return what a relative error means."""
    return next((word for limit, word in THRESHOLDS if error <= limit), "wrong")


class Cost:
    """The cost of an experiment on a few examples as a function of a copy of its parameters."""

    def __init__(self, training: "Training", examples: int) -> None:
        """Copy the parameters in double precision, and draw the dropout masks once."""
        self.experiment, part = training.experiment, training.evaluation.training_part
        network = Network(training.network.layers, padded=training.network.padded)
        self.network, self.parameters = network, network.parameters
        network.copy_from(training.network)
        self.gradients = Parameters(self.parameters.layout, np.float64)
        self.targets = part.targets[..., :examples].astype(np.float64)
        masks = generators(network, self.experiment.seed)
        self._builder = network.builder(self.targets.shape[-1], self.gradients, masks, keep_sums=True)
        x = self._builder.signal(network.input_shape, trained=False)
        x.augmented[:-1] = part.features[:, :examples]
        self._weights = None if part.weights is None else part.weights[..., :examples].astype(np.float64)
        count = self.targets.shape[-1]
        self._walk = compile_cost(self.experiment, network, self._builder, x, self.targets, count, self._weights)
        run(self._builder.draws)
        self._mask = self.parameters.layout.mask(np.float64)
        self._penalty_slopes = np.zeros_like(self.parameters.theta)
        arguments = self.parameters.theta, self._penalty_slopes, self._mask, self._builder.workspace
        self._calls: Calls = [
            *self._builder.forward,
            *self._builder.backward,
            (self._penalty_slopes.fill, (0.0,)),
            *self.experiment.regularizer.backward(*arguments),
            (np.add, (self.gradients.theta, self._penalty_slopes, self.gradients.theta)),
        ]

    def compute(self) -> tuple[float, Array]:
        """Return J and, for each place where a slope may jump, on which side of it the numbers are."""
        run(self._calls)
        assert self.experiment.loss is not None
        walk, activation = self._walk, self.network.activation
        targets = self.targets.reshape(walk.logits.shape)
        losses = self.experiment.loss.example_losses(walk.logits, walk.outputs, targets, activation)
        penalty = self.experiment.regularizer.penalty(self.parameters.theta, self._mask)
        return mean_loss(losses, walk.padding, self._weights) + penalty, self._sides()

    def _sides(self) -> Array:
        """Return signs that flip at a kink: of sums minus kink, of pooling, and of the slopes of loss and penalty."""
        assert self._walk.output_gradient is not None
        sides = [
            self._walk.output_gradient.ravel(),
            self._penalty_slopes,
            *(side.ravel() for side in self._builder.sides),
        ]
        for layer in self.network.layers:
            kinks = layer.activation.kinks if layer.activation else ()
            sides += [(self._builder.sums[layer.name] - kink).ravel() for kink in kinks]
        signs: Array = np.sign(np.concatenate(sides))
        return signs


def _check_parameters(parameters: Parameters) -> None:
    bad = _not_finite(parameters)
    if bad:
        raise IncomparableError(f"Parameters of {bad} are not finite numbers, so the cost has no slope to be checked.")


def _check_cost(cost: float, gradients: Parameters) -> None:
    bad = _not_finite(gradients)
    if not np.isfinite(cost) or bad:
        what = f"the slopes of {bad} are" if bad else "the cost is"
        raise IncomparableError(f"The parameters are finite, but {what} not, so there is nothing to compare.")


def _not_finite(parameters: Parameters) -> str:
    """Return the names of the layers with numbers that are not finite."""
    return ", ".join(layer for layer in parameters.views if not np.isfinite(parameters.of(layer)).all())


def _check_layer(layer: str, cost: Cost, slopes: Array, chosen: IntArray, epsilon: float) -> LayerCheck:
    measured = np.array([_measured_slope(cost, index, epsilon) for index in chosen])
    valid = ~np.isnan(measured)
    ours, theirs = slopes[chosen][valid], measured[valid]
    size = float(np.linalg.norm(ours) + np.linalg.norm(theirs))
    error = float(np.linalg.norm(ours - theirs)) / max(size, NOISE)
    return LayerCheck(layer, error, verdict(error), int(valid.sum()), int((~valid).sum()))


def _measured_slope(cost: Cost, index: int, epsilon: float) -> float:
    """Return the two-sided slope of one parameter; NaN if a kink lies between the two sides."""
    theta = cost.parameters.theta
    before = theta[index]
    theta[index] = before + epsilon
    above, sides_above = cost.compute()
    theta[index] = before - epsilon
    below, sides_below = cost.compute()
    theta[index] = before
    return (above - below) / (2 * epsilon) if np.array_equal(sides_above, sides_below) else np.nan


def _spread(part: slice, count: int) -> IntArray:
    """Return the indices of a layer's parameters, or ``count`` of them, evenly spread."""
    everything = np.arange(part.start, part.stop)
    if len(everything) <= count:
        return everything
    return everything[np.linspace(0, len(everything) - 1, count).astype(np.intp)]
