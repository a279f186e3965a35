"""What the network answers for its own examples."""

from typing import TYPE_CHECKING

import numpy as np

from engine.probes.probe import Measurement, Probe, probes

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("predictions")
class Predictions(Probe):
    """The network's present answer for every example, learned from or not."""

    title = "Predictions"
    formula = r"\hat{y}^{(i)}"
    try_this = "Find the examples on the wrong side of the border: with noise, some belong there."
    source = "Prediction mode: dropout off"

    def measure(self, training: "Training") -> Measurement:
        """Return ``outputs`` (examples, units) in the dataset's order."""
        outputs = training.predict(training.data.inputs)
        return Measurement({"outputs": np.asarray(outputs, np.float32)}, {})
