"""How much of the gradient arrives at each earlier time step."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Interval

from engine.probes.examples import LayerName
from engine.probes.hidden_states import recurrent_layers
from engine.probes.passes import both_ways
from engine.probes.probe import Arrays, Measurement, Probe, probes
from engine.registry import Help, Slider
from engine.types import Array, BoolArray

if TYPE_CHECKING:
    from engine.training import Training


@probes.register("gradient_through_time")
class GradientThroughTime(Probe):
    """How strongly the loss depends on what a recurrent layer had in mind at each step: how far back it can learn."""

    title = "Gradient through time"
    formula = r"\Bigl\lVert \frac{\partial \ell}{\partial h_t} \Bigr\rVert"
    try_this = "The adding problem: a simple_rnn's gradient fades within twenty steps. Compare lstm and gru."
    source = "Hochreiter, 1991; Bengio, Simard and Frasconi, 1994; Pascanu, Mikolov and Bengio, 2013"

    examples: Annotated[
        int,
        Interval(ge=1, le=256),
        Slider(1, 256, step=1),
        Help("Examples", "Over how many training examples is averaged.", "m"),
    ] = 64
    layer: LayerName = ""

    def measure(self, training: "Training") -> Measurement:
        """Return for each recurrent layer ``<layer>.by_step`` and ``<layer>.by_lag`` (time,), means of ‖∂ℓ/∂h_t‖.

        ℓ is an example's own loss, ∂ℓ/∂h_t everything through which the state at t has an effect on it, in prediction
        mode. ``by_step`` counts from the first time step, ``by_lag`` backwards from an example's last one, which has
        the lag 0. Padded time steps count for nothing; NaN where no example has such a step. Where the way back is
        truncated, nothing arrives beyond. In the meta data how many ``examples`` and time ``steps`` there are.
        """
        chosen = recurrent_layers(training, self.layer)
        found = both_ways(training, self.examples)
        arrays: Arrays = {}
        for layer in chosen:
            with np.errstate(all="ignore"):
                norms = np.linalg.norm(found.traces[layer.name]["state_gradients"].astype(np.float64), axis=1)
            real = np.ones(norms.shape, np.bool_) if found.real is None else found.real
            arrays[f"{layer.name}.by_step"] = mean_where(norms, real)
            arrays[f"{layer.name}.by_lag"] = mean_where(*from_the_end(norms, real))
        steps, examples = norms.shape
        meta = {"examples": examples, "steps": steps, "layers": [layer.name for layer in chosen]}
        return Measurement(arrays, meta)


def mean_where(values: Array, real: BoolArray) -> Array:
    """Return the mean of each row of ``values`` (time, examples) over what is ``real``; NaN where nothing is."""
    counts = real.sum(axis=1)
    sums = np.where(real, values, 0.0).sum(axis=1)
    means: Array = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return means


def from_the_end(values: Array, real: BoolArray) -> tuple[Array, BoolArray]:
    """Return both turned round in time: row k is k steps before an example's last real one."""
    time, examples = real.shape
    steps = real.sum(axis=0) - 1 - np.arange(time)[:, None]
    turned: Array = values[np.maximum(steps, 0), np.arange(examples)]
    return turned, steps >= 0
