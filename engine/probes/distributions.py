"""How the numbers of each layer were spread at earlier steps: histograms over time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import numpy.typing as npt

from engine.probes.probe import Arrays, Measurement, Probe, Quantity, probes
from engine.registry import Help

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("distributions")
class Distributions(Probe):
    """How the spread of a layer's numbers changed from the first step until now."""

    title = "Histograms over time"
    formula = r"\#\{v : e_k \le v < e_{k+1}\}(t)"
    try_this = "Compare zeros, small and Glorot weights: which of them still move after a hundred steps?"
    source = "As the histogram page of TensorBoard (Abadi et al., 2016)"

    quantity: Annotated[Quantity, Help("Quantity", "Which numbers are counted.")] = "weights"

    def measure(self, training: "Training") -> Measurement:
        """Return ``steps`` (rows,), and of each layer ``.steps``, ``.counts`` (rows, bins), ``.range``, ``.moments``.

        The range (rows, 2) is low and high of the bins, the moments (rows, 2) are mean and deviation. Rows are recorded
        at steps that depend on nothing but their number. A layer has those of its own ``.steps``: one that is newer
        than the training has no rows from before, and one that got another name takes its rows along.
        """
        rows = training.distributions
        arrays: Arrays = {"steps": np.array([row["step"] for row in rows], np.float64)}
        layers = []
        for layer in training.network.layers:
            found = [(row["step"], row["layers"].get(layer.name, {}).get(self.quantity)) for row in rows]
            present = [(step, histogram) for step, histogram in found if histogram]
            if present:
                layers.append(layer.name)
                steps, histograms = zip(*present, strict=True)
                columns = {"steps": np.array(steps, np.float64), **_columns(histograms)}
                arrays |= {f"{layer.name}.{key}": column for key, column in columns.items()}
        return Measurement(arrays, {"quantity": self.quantity, "layers": layers})


def _columns(histograms: Sequence[dict[str, Any]]) -> dict[str, npt.NDArray[Any]]:
    pairs = {"range": ("low", "high"), "moments": ("mean", "std")}
    counts = {"counts": np.array([each["counts"] for each in histograms], np.int32)}
    return counts | {
        key: np.array([[each[name] for name in names] for each in histograms], np.float64)
        for key, names in pairs.items()
    }
