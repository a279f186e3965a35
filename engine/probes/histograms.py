"""How the numbers of each layer are spread."""

from typing import TYPE_CHECKING, Annotated

import numpy as np

from engine.distributions import BINS, histogram, quantities
from engine.probes.probe import Measurement, Probe, Quantity, probes
from engine.registry import Help

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("histograms")
class Histograms(Probe):
    """How often each size occurs among the weights, biases, activations or gradients of every layer."""

    title = "Histograms"
    formula = r"\#\{v : e_k \le v < e_{k+1}\}"
    try_this = "Ten layers of sigmoid: look how the gradients shrink from the output back to the first layer."
    source = "Glorot & Bengio (2010) read deep networks this way"

    quantity: Annotated[Quantity, Help("Quantity", "Which numbers are counted.")] = "weights"

    def measure(self, training: "Training") -> Measurement:
        """Return ``<layer>.counts`` (bins,) and ``<layer>.edges`` (bins + 1,); mean and deviation in the meta data."""
        arrays, layers = {}, {}
        for name, parts in quantities(training.evaluation, (self.quantity,)).items():
            if self.quantity in parts:
                found = histogram(parts[self.quantity])
                arrays[f"{name}.counts"] = np.array(found["counts"], np.int32)
                arrays[f"{name}.edges"] = np.linspace(found["low"], found["high"], BINS + 1)
                layers[name] = {"mean": found["mean"], "std": found["std"]}
        return Measurement(arrays, {"quantity": self.quantity, "layers": layers})
