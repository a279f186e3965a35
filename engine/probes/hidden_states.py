"""What recurrent layers remember while they read one sequence."""

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.layers.recurrent import Recurrent
from engine.network import NamedLayer, Prediction
from engine.probes.examples import (
    Example,
    ExampleIndex,
    LayerName,
    PartChoice,
    affordable,
    describe_example,
    find_example,
    find_layers,
    pass_through,
    real_steps,
    symbols_of,
)
from engine.probes.probe import Arrays, Measurement, Probe, probes
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training

MAXIMUM_UNITS = 64
STATES = {"states": "h", "cells": "c"}
"""The traces of a recurrent layer that are remembered from step to step, with their symbols."""


@probes.register("hidden_states")
class HiddenStates(Probe):
    """What recurrent layers keep in mind after every time step of one sequence: their states, an LSTM's cells too."""

    title = "Hidden states"
    formula = r"h_t,\; c_t \quad (t = 1, \dots, T)"
    try_this = "The adding problem: find the unit that jumps at the first mark and holds its value until the second."
    source = "Karpathy, Johnson and Fei-Fei, 2015"

    split: PartChoice = "train"
    index: ExampleIndex = 0
    layer: LayerName = ""

    def measure(self, training: "Training") -> Measurement:
        """Return ``inputs`` (steps, features), ``<layer>.states`` (steps, units) and of an LSTM ``<layer>.cells``.

        Padded time steps are left out. At most 64 units and 65,536 numbers an array: the first ones. In the meta data
        the example with its target and answer, its number of ``steps``, its ``symbols`` (null where inputs are
        amounts), and for each layer its ``kind`` and how many ``units`` it has.
        """
        chosen = recurrent_layers(training, self.layer)
        example = find_example(training, self.split, self.index)
        prediction = pass_through(training, example)
        steps = real_steps(training.data, example)
        arrays: Arrays = {"inputs": steps_of(prediction.inputs.reshape(*training.network.input_shape[:1], -1), steps)}
        for layer in chosen:
            traces = prediction.traces[layer.name]
            arrays |= {
                f"{layer.name}.{name}": steps_of(traces[name][..., 0], steps) for name in STATES if name in traces
            }
        return Measurement(arrays, describe_reading(training, example, prediction, chosen))


def recurrent_layers(training: "Training", name: str) -> list[NamedLayer]:
    """Return the recurrent layer called ``name``, or without a name all of them."""
    wanted = "recurrent layer: choose a dataset of sequences, and simple_rnn, lstm or gru"
    return find_layers(training, name, lambda layer: isinstance(layer.layer, Recurrent), wanted)


def steps_of(values: Array, steps: int) -> Array:
    """Return the first ``steps`` of (time, units) in single precision, as many units as may be shown."""
    shown = affordable(min(values.shape[1], MAXIMUM_UNITS), steps)
    return values[:steps, :shown].astype(np.float32)


def describe_reading(
    training: "Training", example: Example, prediction: Prediction, layers: list[NamedLayer]
) -> dict[str, Any]:
    """Return what one must know of an example and of the layers that read it, as plain JSON."""
    return {
        **describe_example(training, example, prediction),
        "steps": real_steps(training.data, example),
        "symbols": symbols_of(training.data, example),
        "layers": {layer.name: {"kind": layer.layer.kind, "units": layer.output_shape[-1]} for layer in layers},
    }
