"""What the optimizer remembers."""

from typing import TYPE_CHECKING

import numpy as np

from engine.probes.probe import Arrays, Measurement, Probe, probes
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("optimizer_state")
class OptimizerState(Probe):
    """What the optimizer remembers of each weight, and how long the steps are that it therefore lets it take."""

    title = "Optimizer state"
    formula = r"\alpha_{\text{eff}} = \frac{\alpha}{\sqrt{\hat{S}} + \epsilon}"
    try_this = "Adagrad after a thousand steps: every weight's own learning rate has only ever become smaller."
    source = "Duchi, Hazan and Singer, 2011; Kingma and Ba, 2015"

    def measure(self, training: "Training") -> Measurement:
        """Return ``<layer>.<slot>.<parameter>`` for each slot, and after the first update ``<layer>.rate.<parameter>``.

        The rate is the effective learning rate of each single weight: what its gradient (Adam: the corrected mean of
        its gradients; momentum: its velocity) is multiplied by, at the learning rate that the schedule has now. In the
        meta data the slots' names, the number of ``updates`` that they remember, and the median rate of each layer.
        """
        state, optimizer = training.state, training.experiment.optimizer
        updates = state.step - state.slots_since
        vectors = dict(zip(optimizer.slots, state.slots, strict=True))
        if updates:
            with np.errstate(all="ignore"):
                vectors["rate"] = optimizer.rates(state.slots, training.learning_rate, updates)
        layout = training.network.parameters.layout
        arrays: Arrays = {}
        for name, vector in vectors.items():
            for layer, parts in layout.views(vector).items():
                arrays |= {f"{layer}.{name}.{part}": view.copy() for part, view in parts.items()}
        rates = {layer: median(vectors["rate"][layout.slices[layer]]) for layer in layout.views(state.theta) if updates}
        return Measurement(arrays, {"slots": list(optimizer.slots), "updates": updates, "median_rate": rates})


def median(values: Array) -> float | None:
    """Return the median; None if it is no finite number."""
    found = float(np.median(values))
    return found if np.isfinite(found) else None
