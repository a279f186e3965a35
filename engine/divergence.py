"""Divergence: the step at which numbers became too large to be numbers, and what a learner can do."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.evaluation import Evaluation
from engine.steps import Steps
from engine.types import Array

SAFE = 1e6
"""While the squared norm of all parameters is below this, the loss cannot overflow and need not be looked at."""
LARGE_FEATURE = 5.0

WORDS = {
    "activations": "the activations of layer {layer}",
    "loss": "the loss, measured at the {layer} layer,",
    "gradients": "the gradients of the weights of layer {layer}",
    "weights": "the new weights of layer {layer}",
}


QUANTITY = {"backward": "gradients", "update": "weights"}


@dataclass(frozen=True)
class Divergence:
    """Where a training left the finite numbers."""

    step: int
    """The first step after which parameters or loss are not finite."""
    layer: str
    quantity: str
    """What overflowed first in that step: activations, loss, gradients or weights."""
    explanation: str
    advice: tuple[dict[str, Any], ...]
    """Each a text with a patch for the experiment, the name of a call, or both."""


def is_finite(evaluation: Evaluation) -> bool:
    """Return whether parameters and training loss are finite."""
    theta = evaluation.network.parameters.theta
    size = theta.dot(theta)
    return bool(size < SAFE) or bool(np.isfinite(theta).all() and np.isfinite(evaluation.loss()))


def locate(steps: Steps, evaluation: Evaluation) -> Divergence:
    """Take the next step slowly, in which something overflows, and return what it was."""
    found: tuple[str, str] | None = None
    for phase, plan in steps.run_slowly():
        if found is None and phase == "forward":
            found = _first("activations", plan.values)
        elif found is None:
            vectors = steps.gradients if phase == "backward" else evaluation.network.parameters
            found = _first(QUANTITY[phase], {name: vectors.of(name) for name in reversed(vectors.views)})
    return _report(steps, evaluation, *(found or ("loss", "output")))


def _first(quantity: str, arrays: dict[str, Array]) -> tuple[str, str] | None:
    return next(((quantity, name) for name, values in arrays.items() if not np.isfinite(values).all()), None)


def _report(steps: Steps, evaluation: Evaluation, quantity: str, layer: str) -> Divergence:
    step, limit = steps.state.step, np.finfo(steps.matrix.dtype).max
    where = WORDS[quantity].format(layer=layer)
    explanation = (
        f"In step {step}, {where} grew beyond {limit:.1e}, the largest number there is. "
        "Each step overshot the valley of the loss and landed higher on the other side, so the next was longer still."
    )
    return Divergence(step, layer, quantity, explanation, _advice(evaluation))


def _advice(evaluation: Evaluation) -> tuple[dict[str, Any], ...]:
    experiment = evaluation.experiment
    rate = float(f"{experiment.optimizer.learning_rate / 10:.6g}")
    advice: list[dict[str, Any]] = [
        {"text": "Go back to the last step with finite numbers.", "call": "rewind"},
        {
            "text": f"Start again with a tenth of the learning rate: {rate:g}.",
            "patch": {"optimizer": {"learning_rate": rate}},
            "call": "reset",
        },
    ]
    if np.abs(evaluation.training_part.features).max() > LARGE_FEATURE:
        patch = {"data": {"scaling": {"kind": "standardize"}}}
        advice.append({"text": "Standardize the features: large inputs make large gradients.", "patch": patch})
    return tuple(advice)
