"""Losses: how wrong one example's outputs are. The cost that training lowers is their mean over the examples.

``z`` (sums of the output layer, the logits), ``a`` (outputs) and ``y`` (encoded targets) have the shape (units,
examples); z and a are different buffers unless the activation is linear.
"""

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from annotated_types import Gt

from engine.activations import Activation
from engine.calls import Calls, Workspace
from engine.registry import Component, Help, Registry, Slider
from engine.types import Array, Task

if TYPE_CHECKING:
    from engine.plan import Builder


class Loss(Component):
    """A measure of how wrong the outputs of one example are."""

    tasks: ClassVar[tuple[Task, ...]]
    """What it can be used for."""
    outputs: ClassVar[tuple[str, ...] | None] = None
    """Kinds of the output activations that it may follow; None for any."""

    def target_values(self, activation: Activation) -> tuple[float, float]:
        """Return how the two classes are encoded; half-way between is where the decision falls.

        (0, 1), or (−1, 1) where the outputs are spread like that (tanh). Several classes are one-hot.
        """
        return (-1.0, 1.0) if activation.bounds == (-1.0, 1.0) else (0.0, 1.0)

    def example_losses(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        """Return the loss of each example, summed over the outputs: shape (examples,)."""
        raise NotImplementedError

    def output_gradient(self, a: Array, y: Array, gradient: Array, workspace: Workspace) -> Calls:
        """Return the calls that write ∂L/∂a of each example into ``gradient``."""
        raise NotImplementedError

    def backward(
        self, builder: "Builder", activation: Activation, z: Array, a: Array, y: Array, gradient: Array
    ) -> Calls:
        """Return the calls that write ∂L/∂z of each example (not divided by their number) into ``gradient``."""
        return [
            *self.output_gradient(a, y, gradient, builder.workspace),
            *builder.way_back(activation, z, a, gradient),
        ]


class FusedLoss(Loss):
    """A loss whose gradient, together with the activation it belongs to, is simply ∂L/∂z = a − y.

    So nothing is ever divided by a probability that has become 0.
    """

    def backward(
        self, builder: "Builder", activation: Activation, z: Array, a: Array, y: Array, gradient: Array
    ) -> Calls:
        """Return the call that writes a − y."""
        return [(np.subtract, (a, y, gradient))]


losses: Registry[Loss] = Registry(
    "losses", Loss, "Loss", "How wrong an answer is, as one number: training turns the weights so that it falls."
)


def log_sum_exp(z: Array) -> Array:
    """Return ln Σₖ e^{zₖ} of each column without overflow."""
    top = z.max(axis=0)
    total: Array = np.log(np.exp(z - top).sum(axis=0)) + top
    return total


@losses.register("squared_error")
class SquaredError(Loss):
    """Squares the distance between answer and target: being twice as far off costs four times as much.

    With the ½ of the notes, and summed over the outputs (the mean squared error of Keras and PyTorch has no ½ and is a
    mean over them). A poor loss for classes: after a sigmoid, a confident mistake hardly has a gradient.
    """

    title = "Squared error"
    formula = r"L = \tfrac{1}{2} \sum_k (\hat{y}_k - y_k)^2"
    try_this = (
        "Use it on two classes with sigmoid and weights that are confidently wrong: nothing moves for a long time."
    )
    source = "Legendre, 1805"
    tasks = ("binary", "multiclass", "regression")

    def example_losses(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        """Return ½ Σ (a − y)²."""
        total: Array = 0.5 * np.square(a - y).sum(axis=0)
        return total

    def output_gradient(self, a: Array, y: Array, gradient: Array, workspace: Workspace) -> Calls:
        """Return the call of a − y."""
        return [(np.subtract, (a, y, gradient))]


@losses.register("absolute_error")
class AbsoluteError(Loss):
    """Takes the plain distance between answer and target, so a few wild examples do not take over.

    Its slope is −1 or 1, however close the answer is; for a perfect answer, where it is undefined, we take 0.
    """

    title = "Absolute error"
    formula = r"L = \sum_k |\hat{y}_k - y_k|"
    try_this = "A regression with noise: compare with squared error how far single outliers bend the map."
    source = "Boscovich, 1757; Laplace, 1774"
    tasks = ("binary", "multiclass", "regression")

    def example_losses(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        """Return Σ |a − y|."""
        total: Array = np.abs(a - y).sum(axis=0)
        return total

    def output_gradient(self, a: Array, y: Array, gradient: Array, workspace: Workspace) -> Calls:
        """Return the calls of sign(a − y)."""
        return [(np.subtract, (a, y, gradient)), (np.sign, (gradient, gradient))]


@losses.register("huber")
class Huber(Loss):
    """Squared near the target, straight far from it: smooth like the one, calm about outliers like the other."""

    title = "Huber"
    formula = (
        r"L = \sum_k \begin{cases} \tfrac{1}{2} e_k^2 & |e_k| \le \delta \\ "
        r"\delta\,(|e_k| - \tfrac{1}{2}\delta) & |e_k| > \delta \end{cases}, \quad e_k = \hat{y}_k - y_k"
    )
    try_this = "A regression with noise: lower δ to 0.1 (almost absolute error), then raise it to 10 (squared error)."
    source = "Huber, 1964"
    tasks = ("binary", "multiclass", "regression")

    delta: Annotated[
        float,
        Gt(0),
        Slider(0.01, 10, "log"),
        Help("Delta", "The distance from which on an error counts plainly, no longer squared.", r"\delta"),
    ] = 1.0

    def example_losses(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        """Return the sum of the squared part up to δ and of the straight part beyond."""
        distance = np.abs(a - y)
        near = np.minimum(distance, self.delta)
        total: Array = (near * (distance - 0.5 * near)).sum(axis=0)
        return total

    def output_gradient(self, a: Array, y: Array, gradient: Array, workspace: Workspace) -> Calls:
        """Return the calls of a − y, held between −δ and δ."""
        low, high = workspace.scalar(-self.delta), workspace.scalar(self.delta)
        return [
            (np.subtract, (a, y, gradient)),
            (np.fmax, (gradient, low, gradient)),
            (np.fmin, (gradient, high, gradient)),
        ]


@losses.register("binary_cross_entropy")
class BinaryCrossEntropy(FusedLoss):
    """Asks how surprising the truth is to a network that answers yes or no with a probability.

    −ln of the probability given to the right answer: none when certain and right, without end when certain and wrong.
    With a leading minus, and ln(1 − ŷ) for y = 0, both of which the notes once misprint. Minimising it is maximising
    the likelihood. Computed from the logits, so even z = ±1000 is exact.
    """

    title = "Binary cross-entropy"
    formula = r"L = -\sum_k \bigl(y_k \ln \hat{y}_k + (1 - y_k) \ln(1 - \hat{y}_k)\bigr)"
    try_this = (
        "Watch a wrongly coloured point near a confident region: it costs more than a hundred points that are right."
    )
    source = "Cox, 1958 (logistic regression); Good, 1952"
    tasks = ("binary", "multiclass")
    outputs = ("sigmoid",)

    def example_losses(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        """Return Σ (ln(1 + e^z) − y z)."""
        total: Array = (np.logaddexp(0, z) - y * z).sum(axis=0)
        return total


@losses.register("hinge")
class Hinge(Loss):
    """Asks for a margin: an answer costs nothing once it is right and at least 1 away from the border.

    The classes are −1 and 1. Exactly on the margin, where the slope is undefined, we take 0.
    """

    title = "Hinge"
    formula = r"L = \max(0,\ 1 - y\,\hat{y}), \quad y \in \{-1, 1\}"
    try_this = "Two separate clouds with a linear output: training stops moving once every point keeps its distance."
    source = "Cortes and Vapnik, 1995 (support-vector machines)"
    tasks = ("binary",)
    outputs = ("linear", "tanh")

    def target_values(self, activation: Activation) -> tuple[float, float]:
        """Return (−1, 1)."""
        return -1.0, 1.0

    def example_losses(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        """Return max(0, 1 − y a)."""
        total: Array = np.maximum(1 - y * a, 0).sum(axis=0)
        return total

    def output_gradient(self, a: Array, y: Array, gradient: Array, workspace: Workspace) -> Calls:
        """Return the calls of −y where 1 − y a > 0 and 0 elsewhere."""
        return [
            (np.multiply, (y, a, gradient)),
            (np.subtract, (gradient, workspace.scalar(1.0), gradient)),
            (np.sign, (gradient, gradient)),
            (np.fmin, (gradient, workspace.scalar(0.0), gradient)),
            (np.multiply, (gradient, y, gradient)),
        ]


@losses.register("categorical_cross_entropy")
class CategoricalCrossEntropy(FusedLoss):
    """Asks how surprising the true class is to a network that gives every class a probability.

    Computed from the logits: nothing overflows, and no logarithm of 0 is ever taken.
    """

    title = "Categorical cross-entropy"
    formula = r"L = -\sum_k y_k \ln \hat{y}_k"
    try_this = "Three classes before training: the loss is close to ln 3 = 1.10, that of a network which knows nothing."
    source = "Good, 1952; Bridle, 1990"
    tasks = ("multiclass",)
    outputs = ("softmax",)

    def example_losses(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        """Return Σ y (ln Σ e^z − z)."""
        total: Array = (y * (log_sum_exp(z) - z)).sum(axis=0)
        return total


@losses.register("kl_divergence")
class KlDivergence(FusedLoss):
    """Measures how far the predicted probabilities are from the true ones.

    It is the cross-entropy minus what cannot be avoided, the entropy of the targets: for plain classes that is 0, and
    both are the same number. 0 ln 0 counts as 0.
    """

    title = "Kullback–Leibler divergence"
    formula = r"L = \sum_k y_k \ln \frac{y_k}{\hat{y}_k}"
    try_this = "Switch between it and categorical cross-entropy on three classes: the numbers do not change."
    source = "Kullback and Leibler, 1951"
    tasks = ("multiclass",)
    outputs = ("softmax",)

    def example_losses(self, z: Array, a: Array, y: Array, activation: Activation) -> Array:
        """Return Σ y (ln y − z + ln Σ e^z)."""
        logarithm = np.log(np.where(y > 0, y, 1))
        total: Array = (y * (logarithm + log_sum_exp(z) - z)).sum(axis=0)
        return total
