"""The landscape of the cost: how high it is beside the point where the parameters are now."""

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from engine.network import Network, Prediction
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training

BUDGET = 150_000_000
"""So many multiplications a picture may cost, or nearly so: about a tenth of a second."""
FEWEST_EXAMPLES = 64
FEWEST_POINTS = 5


class Landscape:
    """Mean loss plus penalty as a function of a copy of the parameters, in prediction mode."""

    def __init__(self, training: "Training", points: int, across: int = 1) -> None:
        """Prepare for ``points`` along each of ``across`` directions.

        Beyond the budget fewer training examples are used, evenly spread, and then fewer points.
        """
        self.training, part = training, training.evaluation.training_part
        work = work_of_an_example(training.network)
        wanted = BUDGET // (work * points**across)
        examples = min(part.examples, training.network.block, max(FEWEST_EXAMPLES, wanted))
        affordable = int((BUDGET / (work * examples)) ** (1 / across))
        self.points = max(FEWEST_POINTS, min(points, affordable))
        chosen = np.linspace(0, part.examples - 1, examples).astype(np.intp)
        self.examples = examples
        self._targets = part.targets[..., chosen]
        network = Network(training.network.layers, training.network.parameters.theta.dtype)
        network.copy_from(training.network)
        self._theta = network.parameters.theta
        self._mask = network.parameters.layout.mask(self._theta.dtype)
        self._forward = Prediction(network, examples)
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
            height = float(losses.mean()) + experiment.regularizer.penalty(self._theta, self._mask)
        return height if np.isfinite(height) else np.nan


def work_of_an_example(network: Network) -> int:
    """Return about how many multiplications one example costs: each weight once at each place where it is used."""
    work = 1
    for layer in network.layers:
        for part in network.parameters.views.get(layer.name, {}).values():
            work += part.size * max(1, prod(layer.output_shape) // part.shape[-1])
        work += prod(layer.output_shape)
    return work


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
