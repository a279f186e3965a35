"""What an optimizer is: a rule that turns gradients into steps, as prepared calls."""

from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt, Interval

from engine.calls import Calls, Workspace
from engine.registry import Component, Help, Registry, Slider
from engine.types import Array

LearningRate = Annotated[
    float,
    Gt(0),
    Slider(1e-5, 10, "log"),
    Help("Learning rate", "How long a step is: too small is slow, too large jumps over the goal.", r"\alpha"),
]
Epsilon = Annotated[
    float,
    Gt(0),
    Slider(1e-10, 1e-2, "log"),
    Help(
        "Epsilon",
        "A small number that keeps the division from blowing up where gradients are almost zero.",
        r"\epsilon",
    ),
]
Decay = Annotated[float, Interval(ge=0, lt=1)]
"""A weight of the past in a running average; each user adds its own slider and help."""


class Optimizer(Component):
    """A rule for the step that follows from a gradient.

    Parameters, gradient and state are flat vectors over the whole network, so the price of a step hardly depends on the
    number of layers. The running averages are kept as they are in the formulas; corrected values are never stored.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    """Names of the vectors of state, which start at zero: the rows of ``state``."""
    learning_rate: float

    @property
    def vectors(self) -> int:
        """How many vectors :meth:`update` needs for the gradient."""
        return max(len(self.slots), 1)

    def scalars(self, learning_rate: float, step: int) -> tuple[float, ...]:
        """Return the numbers of the ``step``-th step (from 1) at a learning rate that the schedule has changed.

        Where those of two steps agree, so do those of all steps between them.
        """
        return (learning_rate,)

    def update(
        self,
        theta: Array,
        gradients: Array,
        state: Array,
        scalars: tuple[Array, ...],
        mask: Array,
        workspace: Workspace,
    ) -> Calls:
        """Return the calls of one step.

        ``theta`` and ``mask`` (1.0 for kernels, else 0.0) have one entry for each parameter, ``state`` has a row for
        each of the ``slots``, ``gradients`` as many :attr:`vectors`: the first is the gradient of the mean loss plus
        penalty, the others mean nothing, and all are used up. ``scalars`` are 0-d arrays that are written before each
        step.
        """
        raise NotImplementedError

    def rates(self, state: Array, learning_rate: float, step: int) -> Array:
        """Return for each parameter the factor of its gradient (or of its remembered gradient) in ``step`` (from 1).

        ``state`` is that after the step.
        """
        return np.full(state.shape[1:], learning_rate, state.dtype)


optimizers: Registry[Optimizer] = Registry(
    "optimizers", Optimizer, "Optimizer", "The rule by which a gradient becomes a step downhill."
)
