"""How the numbers of each layer were spread at earlier steps: histograms over time."""

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import numpy.typing as npt

from engine.probes.probe import Measurement, Probe, Quantity, probes
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
        """Return ``steps`` (rows,) and for each layer ``.counts`` (rows, bins), ``.range`` and ``.moments`` (rows, 2).

        The range is low and high of the bins, the moments are mean and deviation. Rows are recorded at steps that
        depend on nothing but their number.
        """
        rows = training.distributions
        arrays = {"steps": np.array([row["step"] for row in rows], np.float64)}
        layers = [layer.name for layer in training.network.layers if self._histograms(rows, layer.name)]
        for name in layers:
            arrays |= {f"{name}.{key}": array for key, array in _columns(self._histograms(rows, name)).items()}
        return Measurement(arrays, {"quantity": self.quantity, "layers": layers})

    def _histograms(self, rows: Any, layer: str) -> list[dict[str, Any]]:
        """Return the layer's histogram of each row; none if it has no such numbers."""
        found = [row["layers"].get(layer, {}).get(self.quantity) for row in rows]
        return [histogram for histogram in found if histogram]


def _columns(histograms: list[dict[str, Any]]) -> dict[str, npt.NDArray[Any]]:
    pairs = {"range": ("low", "high"), "moments": ("mean", "std")}
    counts = {"counts": np.array([each["counts"] for each in histograms], np.int32)}
    return counts | {
        key: np.array([[each[name] for name in names] for each in histograms], np.float64)
        for key, names in pairs.items()
    }
