"""Divergence: the step at which numbers became too large to be numbers, and what a learner can do.

Nothing of it costs a step any time. Three things are looked at, rarely; each finds what the others would miss:

- the *parameters*, whenever training stops for a moment: what is not finite stays so, as no update makes a number of
  ∞ or NaN. So no step between two stops can hide it.
- an *alarm* that the processor rings, which notes by itself if any operation overflows or has no result. So a step
  whose activations or gradients were not finite is found even where limits on the gradient, or an optimizer that
  divides by its size, kept the parameters finite. A first alarm is always looked into.
- the *loss*, where the history is due, and at ends of epochs while the parameters are large: errors may be finite and
  their squares not, and nothing but the loss is made of these. Only such squares can go unnoticed between two looks,
  in steps that leave all numbers finite, and only until the loss is next measured.

Stops at which the loss is looked at depend on the step's number alone. So the step that is found does not depend on how
often somebody watched.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.calls import Calculating
from engine.evaluation import Evaluation
from engine.steps import StepPlan, Steps
from engine.types import Array

SAFE = 1e6
"""While the squared norm of all parameters is below this, the loss is only looked at where it is measured anyway."""
LARGE_FEATURE = 5.0

WORDS = {
    "activations": "the activations of layer {layer}",
    "loss": "the loss, measured at the {layer} layer,",
    "gradients": "the gradients of the weights of layer {layer}",
    "weights": "the new weights of layer {layer}",
    "memory": "what the optimizer remembers of the gradients of layer {layer}",
    "averages": "the moving averages of layer {layer}",
}
"""What may overflow first, as it is said."""


class Alarm:
    """Rings when an operation overflows or has no result (∞ − ∞): the processor says so anyway, NumPy passes it on."""

    def __init__(self) -> None:
        """Start silent."""
        self.rang = False
        self._looks = 0

    def __call__(self, what: str, flags: int) -> None:
        """Ring."""
        self.rang = True

    def listening(self) -> Calculating:
        """Return the context in which it can ring."""
        return Calculating(all="ignore", over="call", invalid="call", call=self)

    def is_heeded(self) -> bool:
        """Return whether it rang and is worth a look: the first time, and ever more rarely if there was nothing.

        The mathematics here overflow only where something is wrong, but the libraries of some processors ring for
        memory that nobody asked for.
        """
        self._looks += self.rang
        return self.rang and self._looks & (self._looks - 1) == 0


@dataclass(frozen=True)
class Divergence:
    """Where a training left the finite numbers."""

    step: int
    """The first step in which a number was not finite, or after which the loss is not."""
    layer: str
    quantity: str
    """What overflowed first in that step, one of ``WORDS``."""
    explanation: str
    advice: tuple[dict[str, Any], ...]
    """Each a text with a patch for the experiment, the name of a call, or both."""


def parameters_are_finite(evaluation: Evaluation) -> bool:
    """Return whether all parameters are finite."""
    theta = evaluation.network.parameters.theta
    return bool(np.isfinite(theta.dot(theta)) or np.isfinite(theta).all())


def is_finite(evaluation: Evaluation, thorough: bool = False) -> bool:
    """Return whether the parameters are finite, and the training loss if they are large (``thorough``: in any case)."""
    theta = evaluation.network.parameters.theta
    if not thorough and theta.dot(theta) < SAFE:
        return True
    return bool(np.isfinite(theta).all() and np.isfinite(evaluation.loss()))


def locate(steps: Steps, evaluation: Evaluation) -> Divergence | None:
    """Take the next step slowly and return what in it was not finite first; None if all was."""
    found: tuple[str, str] | None = None
    for phase, plan in steps.run_slowly():
        found = found or _first(_numbers(phase, plan, steps))
    if found is None and not is_finite(evaluation, thorough=True):
        found = "loss", "output"
    return _report(steps, evaluation, *found) if found else None


def _numbers(phase: str, plan: StepPlan, steps: Steps) -> Iterator[tuple[str, str, Array]]:
    """Return quantity, layer and numbers of all that a phase of a step has written, in the order in which it has."""
    network, slots = steps.network, steps.state.slots
    if phase == "forward":
        yield from (("activations", layer, values) for layer, values in plan.values.items())
        for layer, traces in plan.traces.items():
            yield from (("activations", layer, traces[name]) for name in traces if name != "state_gradients")
    elif phase == "backward":
        yield from (("gradients", layer, steps.gradients.of(layer)) for layer in reversed(steps.gradients.views))
    else:
        layout, layers = network.parameters.layout, list(reversed(network.parameters.views))
        yield from (("weights", layer, network.parameters.of(layer)) for layer in layers)
        yield from (("memory", layer, slots[:, layout.slices[layer]]) for layer in layers)
        yield from (("averages", layer, network.statistics.of(layer)) for layer in network.statistics.views)


def _first(numbers: Iterable[tuple[str, str, Array]]) -> tuple[str, str] | None:
    return next(((quantity, layer) for quantity, layer, values in numbers if not np.isfinite(values).all()), None)


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
