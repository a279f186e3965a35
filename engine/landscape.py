"""The landscape of the cost: how high it is beside the point where the parameters are now."""

from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.cost import mean_loss
from engine.layers.recurrent import Recurrent
from engine.network import NamedLayer, Network, Prediction
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training

BUDGET_SECONDS = 0.15
"""What a picture may cost, as estimated; the estimate is rarely wrong by more than a half."""
FEWEST_EXAMPLES = 32
FEWEST_POINTS = 7
"""A landscape has at least so many points along a direction; rather than have fewer it counts fewer examples."""

# Seconds on one core of 2020 or so. They are fixed, so that a picture does not depend on how busy a machine is.
POINT, CALL, PARAMETER, PRODUCT, NUMBER = 20e-6, 0.5e-6, 4e-9, 6e-11, 1e-9


class Price(NamedTuple):
    """What heights cost, in seconds, as estimated from what a forward pass computes."""

    point: float
    """A height on no examples."""
    example: float
    """What each example adds."""

    def height(self, examples: int) -> float:
        """Return what one height costs."""
        return self.point + examples * self.example

    def examples(self, points: int) -> int:
        """Return on how many examples so many heights can be afforded."""
        return int((BUDGET_SECONDS / points - self.point) / self.example)

    def points(self, examples: int, across: int) -> int:
        """Return how many points along each of ``across`` directions can be afforded, odd: one stands in the middle."""
        points = int((BUDGET_SECONDS / self.height(examples)) ** (1 / across))
        return points - (points + 1) % 2


def price_of(network: Network) -> Price:
    """Return what heights of a network cost: every weight once at each place and time step at which it is used."""
    products = 0
    for layer in network.layers:
        parts = network.parameters.views.get(layer.name, {})
        products += uses(layer) * sum(part.size for name, part in parts.items() if name != "embeddings")
    calls = network.prediction(1).length
    point = POINT + calls * CALL + network.parameters.layout.size * PARAMETER
    return Price(point, products * PRODUCT + network.numbers * NUMBER)


def uses(layer: NamedLayer) -> int:
    """Return how often a layer's weights are used for one example: at how many places or time steps."""
    if isinstance(layer.layer, Recurrent):
        return layer.input_shape[0]
    return prod(layer.output_shape[:-1])


def affordable(price: Price, points: int, across: int, examples: int) -> tuple[int, int]:
    """Return points along each direction and examples: as wished, or within the budget.

    Beyond it there are first fewer examples, down to a few and to where a height costs as much without any, then fewer
    points, and if that is not enough still fewer examples.
    """
    worthwhile = max(FEWEST_EXAMPLES, int(price.point / price.example))
    used = min(examples, max(worthwhile, price.examples(points**across)))
    shown = min(points, max(FEWEST_POINTS, price.points(used, across)))
    return shown, max(1, min(used, price.examples(shown**across)))


class Landscape:
    """Mean loss plus penalty as a function of a copy of the parameters, in prediction mode."""

    def __init__(self, training: "Training", points: int, across: int = 1) -> None:
        """Prepare for ``points`` along each of ``across`` directions, or as many as can be afforded.

        The training examples that are counted are evenly spread over all.
        """
        self.training, part = training, training.evaluation.training_part
        most = min(part.examples, training.network.block)
        self.points, self.examples = affordable(price_of(training.network), points, across, most)
        chosen = np.linspace(0, part.examples - 1, self.examples).astype(np.intp)
        self._targets = part.targets[..., chosen].reshape(len(part.targets), -1)
        self._weights = None if part.weights is None else part.weights[..., chosen]
        network = Network(training.network.layers, training.network.parameters.theta.dtype, training.network.padded)
        network.copy_from(training.network)
        self._theta = network.parameters.theta
        self._mask = network.parameters.layout.mask(self._theta.dtype)
        self._forward = Prediction(network, self.examples)
        self._forward.inputs[...] = part.features[..., chosen]
        self.network = network

    def height(self, theta: Array) -> float:
        """Return the cost at ``theta``; NaN where it is no finite number."""
        experiment, forward = self.training.experiment, self._forward
        assert experiment.loss is not None
        self._theta[...] = theta
        forward.run()
        with np.errstate(all="ignore"):
            losses = experiment.loss.example_losses(
                forward.logits, forward.outputs, self._targets, self.network.activation
            )
            height = mean_loss(losses, forward.padding, self._weights)
            height += experiment.regularizer.penalty(self._theta, self._mask)
        return height if np.isfinite(height) else np.nan


def random_direction(network: Network, rng: np.random.Generator) -> Array:
    """Return a random direction, as long in each unit's weights as these weights are themselves (filter-normalised).

    So a step of 1 changes every unit by as much as it has. Biases, γ and β stay where they are.
    """
    direction = np.zeros_like(network.parameters.theta)
    for layer, parts in network.parameters.layout.views(direction).items():
        for name, view in parts.items():
            weights = network.parameters.views[layer][name]
            if weights.ndim > 1:
                drawn = rng.standard_normal(weights.shape)
                along = tuple(range(weights.ndim - 1))
                sizes = [np.sqrt(np.square(each).sum(axis=along)) for each in (weights, drawn)]
                view[...] = drawn * (sizes[0] / sizes[1])
    return direction


def principal_directions(way: Array) -> tuple[Array, Array]:
    """Return the two orthonormal directions (2, parameters) along which a way lies, and each one's share of it.

    The way (points, parameters) is taken as seen from where it ends, at 0; a share is a part of the sum of squared
    distances. A way that lies on a line, or nowhere, has a second share, or both, of 0.
    """
    _, sizes, directions = np.linalg.svd(way, full_matrices=False)
    squares = np.where(sizes > sizes[0] * np.finfo(np.float32).eps, np.square(sizes), 0)
    return directions[:2], squares[:2] / (squares.sum() or 1.0)
