"""How far the gates of recurrent layers are open while they read one sequence."""

from typing import TYPE_CHECKING

from engine.network import NamedLayer
from engine.probes.examples import (
    ExampleIndex,
    LayerName,
    PartChoice,
    find_example,
    find_layers,
    pass_through,
    real_steps,
)
from engine.probes.hidden_states import describe_reading, steps_of
from engine.probes.probe import Arrays, Measurement, Probe, probes

if TYPE_CHECKING:
    from engine.training import Training

GATES: dict[str, dict[str, str]] = {
    "lstm": {"input_gate": "i", "forget_gate": "f", "candidate": "c", "output_gate": "o"},
    "gru": {"update_gate": "z", "reset_gate": "r", "candidate": "h"},
}
"""By the kind of a layer, its gates in the order of its kernels' columns, with the letters that Keras gives them."""


@probes.register("gates")
class Gates(Probe):
    """How far the gates of an LSTM or GRU are open at every time step of one sequence: what it lets in and keeps."""

    title = "Gates"
    formula = r"i_t, f_t, o_t = \sigma(\cdot),\quad z_t, r_t = \sigma(\cdot)"
    try_this = "The adding problem: look at the steps with a mark. Which gate opens there, and only there?"
    source = "Hochreiter and Schmidhuber, 1997; Karpathy, Johnson and Fei-Fei, 2015 (how often gates are saturated)"

    split: PartChoice = "train"
    index: ExampleIndex = 0
    layer: LayerName = ""

    def measure(self, training: "Training") -> Measurement:
        """Return ``<layer>.<gate>`` (steps, units): from 0, closed, to 1, open; candidates from −1 to 1.

        Gates are ``input_gate, forget_gate, candidate, output_gate`` of an LSTM (Keras's i, f, c, o) and
        ``update_gate, reset_gate, candidate`` of a GRU (z, r, h; z = 1 keeps the old state). Padded time steps are left
        out. At most 64 units and 65,536 numbers an array: the first ones. In the meta data what ``hidden_states``
        says, and ``gates``, for each layer the letters of its gates.
        """
        wanted = "gates: they belong to the layers lstm and gru, which read sequences"
        chosen = find_layers(training, self.layer, has_gates, wanted)
        example = find_example(training, self.split, self.index)
        prediction = pass_through(training, example)
        steps = real_steps(training.data, example)
        arrays: Arrays = {}
        for layer in chosen:
            for name in GATES[layer.layer.kind]:
                arrays[f"{layer.name}.{name}"] = steps_of(prediction.traces[layer.name][name][..., 0], steps)
        letters = {layer.name: GATES[layer.layer.kind] for layer in chosen}
        meta = describe_reading(training, example, prediction, chosen)
        return Measurement(arrays, {**meta, "gates": letters})


def has_gates(layer: NamedLayer) -> bool:
    """Return whether a layer has gates."""
    return layer.layer.kind in GATES
