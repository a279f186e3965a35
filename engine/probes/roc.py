"""How well two classes can be told apart, wherever the line between them is drawn."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
import numpy.typing as npt

from engine.probes.probe import Measurement, Probe, ProbeUnavailable, probes
from engine.registry import Help
from engine.targets import threshold
from engine.types import Array, IntArray, Split

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("roc")
class Roc(Probe):
    """What is gained and what is lost when the line between two classes moves: hits against false alarms."""

    title = "ROC curve"
    formula = r"\mathrm{TPR} = \frac{TP}{TP + FN},\quad \mathrm{FPR} = \frac{FP}{FP + TN}"
    try_this = "Before the first step the curve is near the diagonal; follow it into the upper left corner."
    source = "Fawcett, 2006; the area as a rank statistic: Hanley and McNeil, 1982"

    split: Annotated[Split, Help("Part", "Which examples are judged.")] = "train"

    def measure(self, training: "Training") -> Measurement:
        """Return ``false_positives`` and ``true_positives`` (rates, from 0 to 1) and the ``thresholds`` of the corners.

        An example counts as class 1 if its output is at least the threshold; the first one lies above all outputs
        (given as the largest plus 1). Where every time step has an answer, each is an example, but for padding.
        ``area`` in the meta data is the share of pairs (one of each class) in the right order, ties counting half.
        """
        if training.data.task != "binary":
            raise ProbeUnavailable("An ROC curve needs two classes; these examples have other targets.")
        part = training.evaluation.parts[self.split]
        if part is None:
            raise ProbeUnavailable(f"There are no {self.split} examples.")
        positive = part.answers[0, part.counted] > threshold(training.experiment)
        if positive.all() or not positive.any():
            raise ProbeUnavailable(f"All {self.split} examples are of one class; a curve needs both.")
        scores = part.forward()[1][0, part.counted]
        if not np.isfinite(scores).all():
            raise ProbeUnavailable("The outputs are no longer finite numbers.")
        false_rate, true_rate, thresholds = roc_curve(scores, positive)
        area = float(np.trapezoid(true_rate, false_rate))
        arrays = {"false_positives": false_rate, "true_positives": true_rate, "thresholds": thresholds}
        return Measurement(arrays, {"split": self.split, "area": area})


def roc_curve(scores: Array, positive: npt.NDArray[np.bool_]) -> tuple[Array, Array, Array]:
    """Return false positive rates, true positive rates and thresholds; corners on a straight line are left out."""
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order].astype(np.float64), positive[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    true = np.cumsum(hits)[last]
    false = last + 1 - true
    keep = np.ones(len(last), bool)
    keep[:-1] = _turns(np.append(0, false), np.append(0, true))
    false_rate, true_rate = (np.append(0.0, count[keep] / count[-1]) for count in (false, true))
    return false_rate, true_rate, np.append(ranked[0] + 1, ranked[last][keep])


def _turns(x: IntArray, y: IntArray) -> npt.NDArray[np.bool_]:
    """Return for each inner point whether the path turns there."""
    across, up = np.diff(x), np.diff(y)
    turns: npt.NDArray[np.bool_] = across[:-1] * up[1:] != across[1:] * up[:-1]
    return turns
