"""How strong the signal is that reaches each layer, and how far it would move the weights."""

from typing import TYPE_CHECKING

import numpy as np

from engine.calls import Workspace, run
from engine.probes.probe import Measurement, Probe, probes
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("gradients")
class Gradients(Probe):
    """How strong the gradient is in each layer, and how large the next update is beside the weights themselves."""

    title = "Gradient norms"
    formula = r"\lVert \nabla W^{[l]} \rVert,\quad \frac{\lVert \Delta W^{[l]} \rVert}{\lVert W^{[l]} \rVert}"
    try_this = "A deep sigmoid network: the first layers get a thousandth of what the last one gets."
    source = "Hochreiter (1991); a ratio near 0.001 is usual (Karpathy, 2015)"

    def measure(self, training: "Training") -> Measurement:
        """Return ``norm`` and ``ratio``, one number for each layer that has weights, in the order of meta ``layers``.

        The gradient is that of the training cost over all training examples; the update is what the optimizer would
        make of it now. A layer of zero weights has the ratio 0.
        """
        gradients = training.evaluation.gradients()
        parameters = training.network.parameters
        layers = list(parameters.views)
        norm, moved, size = (
            np.array([np.linalg.norm(vector[parameters.layout.slices[name]]) for name in layers])
            for vector in (gradients.theta, next_update(training, gradients.theta), parameters.theta)
        )
        ratio = np.divide(moved, size, out=np.zeros_like(moved), where=size > 0)
        return Measurement({"norm": norm, "ratio": ratio}, {"layers": layers})


def next_update(training: "Training", gradient: Array) -> Array:
    """Return what the optimizer would add to the parameters after this ``gradient``, clipped as the learner wishes.

    All of it happens on copies.
    """
    state, optimizer = training.state, training.experiment.optimizer
    workspace = Workspace(state.theta.dtype)
    theta = state.theta.copy()
    numbers = optimizer.scalars(training.learning_rate, state.step - state.slots_since + 1)
    scalars = tuple(workspace.scalar(number) for number in numbers)
    mask = training.network.parameters.layout.mask(theta.dtype)
    gradients = np.repeat(gradient[None], optimizer.vectors, 0)
    with np.errstate(all="ignore"):
        run(training.experiment.clipping.calls(gradients[0], workspace))
        run(optimizer.update(theta, gradients, state.slots.copy(), scalars, mask, workspace))
    change: Array = theta - state.theta
    return change
