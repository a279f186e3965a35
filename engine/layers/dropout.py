"""Dropout: units that are left out at random while the network learns."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Interval

from engine.calls import Calls
from engine.layers.layer import Layer, layers
from engine.registry import Help, Slider

if TYPE_CHECKING:
    from engine.plan import Builder, Signal


@layers.register("dropout")
class Dropout(Layer):
    """Silences each unit with a certain probability in every training step, so that none relies on a single other.

    Inverted: those that stay are divided by 1 − p, which keeps the expected sum, so prediction uses all of them as they
    are. (The notes' keep probability is 1 − p.)
    """

    title = "Dropout"
    formula = r"A = \frac{1}{1 - p}\, D \odot X, \quad D_{ij} \sim \mathrm{Bernoulli}(1 - p)"
    try_this = "Few noisy examples and many units: compare the test loss with and without it."
    source = "Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, 2014"
    side_by_side = True

    rate: Annotated[
        float,
        Interval(ge=0, lt=1),
        Slider(0, 0.9, step=0.05),
        Help("Rate", "The probability with which a unit is silent in a step.", "p"),
    ] = 0.2

    def compile(self, builder: "Builder", x: "Signal") -> "Signal":
        """Add the mask in training mode; in prediction mode nothing."""
        if not builder.training or self.rate == 0:
            return x
        workspace, mask = builder.workspace, builder.workspace.like(x.values)
        keep = 1 - self.rate
        builder.draws += [
            *builder.uniform(mask),
            (np.add, (mask, workspace.scalar(keep), mask)),
            (np.floor, (mask, mask)),
            (np.multiply, (mask, workspace.scalar(1 / keep), mask)),
        ]
        out = builder.signal(x.values.shape[:-1], trained=x.gradient is not None)
        backward: Calls = []
        if x.gradient is not None:
            backward = [(np.multiply, (out.gradient, mask, x.gradient))]
        builder.add([(np.multiply, (x.values, mask, out.values))], backward)
        return out
