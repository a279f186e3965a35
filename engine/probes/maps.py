"""What every layer answers at every point of a picture."""

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from engine.network import Prediction
from engine.probes.grid import grid_of
from engine.types import Array

if TYPE_CHECKING:
    from engine.training import Training

BLOCK = 2500
"""So many points at a time stay in the processor's cache."""


def block_size(points: int) -> int:
    """Return the size of equal blocks, none larger than BLOCK, that cover ``points``."""
    return ceil(points / ceil(points / BLOCK))


def blocks(points: int) -> list[slice]:
    """Return blocks of one size that cover ``points``; the last one is moved back, and overlaps the one before."""
    size = block_size(points)
    starts = [min(start, points - size) for start in range(0, points, size)]
    return [slice(start, start + size) for start in starts]


def layer_maps(training: "Training", resolution: int) -> dict[str, Array]:
    """Return the answers of each layer at every point, (units, resolution²), by the layer's name.

    The output's are in the targets' units.

    Layers that pass on what they get (dropout, in prediction) are left out. The arrays are the pass's own where one
    block is enough: read or copy them before the next prediction.
    """
    features = grid_of(training.data, resolution).features
    points = features.shape[1]
    forward = training.network.prediction(block_size(points))
    answers = own_answers(forward)
    if points == forward.inputs.shape[1]:
        forward.inputs[...] = features
        forward.run()
    else:
        answers = _joined(forward, answers, features)
    return answers | {"output": training.data.in_units(answers["output"])}


def output_map(training: "Training", resolution: int) -> Array:
    """Return the outputs at every point, (units, resolution, resolution), row 0 at the top."""
    outputs = layer_maps(training, resolution)["output"].copy()
    return outputs.reshape(-1, resolution, resolution)


def own_answers(forward: Prediction) -> dict[str, Array]:
    """Return the values of the layers that do not only pass on what they get."""
    answers, before = {}, forward.inputs
    for name, values in forward.values.items():
        if not np.may_share_memory(values, before):
            answers[name] = values
        before = values
    return answers


def _joined(forward: Prediction, answers: dict[str, Array], features: Array) -> dict[str, Array]:
    """Run block by block."""
    points = features.shape[1]
    whole = {name: np.empty((len(values), points), values.dtype) for name, values in answers.items()}
    for block in blocks(points):
        forward.inputs[...] = features[:, block]
        forward.run()
        for name, values in answers.items():
            whole[name][:, block] = values
    return whole
