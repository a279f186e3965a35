"""Whether backpropagation computes what it should."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Interval

from engine.gradient_check import THRESHOLDS, IncomparableError, gradient_check
from engine.probes.probe import Measurement, Probe, ProbeUnavailable, probes
from engine.registry import Help, Slider

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("gradient_check")
class GradientCheckProbe(Probe):
    """Compares the gradients of backpropagation with slopes measured by moving each parameter a little both ways."""

    title = "Gradient check"
    formula = r"\frac{J(\theta + \epsilon) - J(\theta - \epsilon)}{2\epsilon}"
    try_this = "Make ε much smaller: the error grows again, because the difference drowns in rounding."
    source = "Two-sided differences, thresholds as taught by Ng (2017)"

    examples: Annotated[
        int, Interval(ge=1, le=200), Slider(1, 50, step=1), Help("Examples", "On how many training examples.", "m")
    ] = 16
    epsilon: Annotated[
        float, Interval(ge=1e-12, le=1e-1), Slider(1e-9, 1e-2, "log"), Help("Epsilon", "How far to move.", r"\epsilon")
    ] = 1e-5

    def measure(self, training: "Training") -> Measurement:
        """Return the relative ``error`` of each layer; its verdict and what was checked stand in the meta data."""
        try:
            report = gradient_check(training, self.examples, self.epsilon)
        except IncomparableError as reason:
            raise ProbeUnavailable(str(reason)) from None
        error = np.array([layer.error for layer in report.layers])
        thresholds = {word: limit for limit, word in THRESHOLDS}
        layers = [asdict(layer) for layer in report.layers]
        meta = {"error": report.error, "verdict": report.verdict, "thresholds": thresholds, "layers": layers}
        return Measurement({"error": error}, meta)
