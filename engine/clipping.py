"""Gradient clipping: no step may be dictated by a single enormous slope."""

from typing import Annotated

import numpy as np
from annotated_types import Gt

from engine.calls import Calls, Workspace
from engine.registry import Component, Help, Registry, Slider
from engine.types import Array


class Clipping(Component):
    """A limit on the gradient, applied after the penalty and before the optimizer."""

    def calls(self, gradient: Array, workspace: Workspace) -> Calls:
        """Return the calls that limit ``gradient``, all slopes in one vector, in place; of replicas a row for each."""
        raise NotImplementedError


clippings: Registry[Clipping] = Registry(
    "clippings", Clipping, "Gradient clipping", "A limit on the gradient, so that one steep place cannot throw it off."
)


@clippings.register("none")
class NoClipping(Clipping):
    """Leaves the gradient as it is, however steep."""

    title = "None"
    formula = r"g \leftarrow g"
    try_this = "A simple_rnn with a high learning rate on long sequences: wait for the loss to jump."
    source = "Cauchy, 1847 (gradient descent)"

    def calls(self, gradient: Array, workspace: Workspace) -> Calls:
        """Return no calls."""
        return []


@clippings.register("norm")
class NormClipping(Clipping):
    """Shortens the whole gradient when it is longer than the limit: the direction stays, only the step is shorter.

    One norm for all parameters together (Keras's global_clipnorm, PyTorch's clip_grad_norm_, which adds 1e-6 to the
    norm before dividing; neither Keras nor this does).
    """

    title = "By norm"
    formula = r"g \leftarrow g \cdot \min\bigl(1, \tfrac{c}{\lVert g \rVert_2}\bigr)"
    try_this = "A simple_rnn on long sequences: with a limit of 1 the loss stops jumping."
    source = "Pascanu, Mikolov and Bengio, 2013"

    limit: Annotated[float, Gt(0), Slider(0.01, 10, "log"), Help("Limit", "No gradient is longer than this.", "c")] = (
        1.0
    )

    def calls(self, gradient: Array, workspace: Workspace) -> Calls:
        """Return the calls that measure the norm and multiply by limit / max(norm, limit).

        Slopes that are not finite stay so: ∞ · 0 and NaN are NaN, and the divergence is found as ever.
        """
        scale, limit = workspace.empty((*gradient.shape[:-1], 1)), workspace.scalar(self.limit)
        return [
            (np.vecdot, (gradient, gradient, scale[..., 0])),
            (np.sqrt, (scale, scale)),
            (np.fmax, (scale, limit, scale)),
            (np.divide, (limit, scale, scale)),
            (np.multiply, (gradient, scale, gradient)),
        ]


@clippings.register("value")
class ValueClipping(Clipping):
    """Cuts off every slope by itself at the limit: small ones stay as they are, so the direction may change."""

    title = "By value"
    formula = r"g_i \leftarrow \max(-c, \min(c, g_i))"
    try_this = "Set a tiny limit: every weight then moves equally fast, and only the signs of the slopes matter."
    source = "Graves, 2013 (Generating sequences with recurrent neural networks)"

    limit: Annotated[
        float, Gt(0), Slider(0.001, 10, "log"), Help("Limit", "No slope is steeper than this, up or down.", "c")
    ] = 0.5

    def calls(self, gradient: Array, workspace: Workspace) -> Calls:
        """Return the call that cuts off at both ends; NaN stays NaN."""
        return [(gradient.clip, (workspace.scalar(-self.limit), workspace.scalar(self.limit), gradient))]
