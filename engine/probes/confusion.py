"""Which classes are taken for which."""

from typing import TYPE_CHECKING

import numpy as np

from engine.confusion import class_measures, confusion_matrix
from engine.data import SPLITS
from engine.evaluation import finite
from engine.metrics import decisions
from engine.probes.probe import Arrays, Measurement, Probe, ProbeUnavailable, probes
from engine.targets import threshold

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("confusion")
class Confusion(Probe):
    """Which classes the network takes for which, and for each class how many were found and how many were meant."""

    title = "Confusion matrix"
    formula = r"P = \frac{TP}{TP + FP},\quad R = \frac{TP}{TP + FN},\quad F_1 = \frac{2PR}{P + R}"
    try_this = "Few examples of one class: the accuracy is high, and the recall of that class is near zero."
    source = "Pearson, 1904; van Rijsbergen, 1979"

    def measure(self, training: "Training") -> Measurement:
        """Return for each part of the examples ``<part>.matrix`` (classes, classes): rows are the truth.

        Where every time step has an answer, all of them are counted but those of padding.

        In the meta data, for each part: accuracy, and by class ``precision``, ``recall``, ``f1`` (null where there is
        nothing to divide by).
        """
        classes = training.data.classes
        if classes is None:
            raise ProbeUnavailable("A confusion matrix needs classes; these examples have numbers as targets.")
        limit = threshold(training.experiment)
        arrays: Arrays = {}
        parts = {}
        for split in SPLITS:
            part = training.evaluation.parts[split]
            if part is None:
                continue
            truth, outputs = (columns[:, part.counted] for columns in (part.answers, part.forward()[1]))
            matrix = confusion_matrix(decisions(truth, limit), decisions(outputs, limit), classes)
            arrays[f"{split}.matrix"] = matrix.astype(np.int32)
            measures = class_measures(matrix)._asdict().items()
            by_class = {name: [finite(float(value)) for value in values] for name, values in measures}
            parts[split] = {"accuracy": float(np.trace(matrix) / matrix.sum()), **by_class}
        return Measurement(arrays, {"classes": classes, "parts": parts})
