"""A pass over some training examples, forwards and back, of which everything on the way can be read."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.calls import run
from engine.cost import compile_cost
from engine.distributions import real_steps
from engine.parameters import Parameters
from engine.types import Array, BoolArray

if TYPE_CHECKING:
    from engine.training import Training


class Passes(NamedTuple):
    """What a pass has left behind; ℓ is an example's own loss, not its share of the mean."""

    values: dict[str, Array]
    """The activations of each layer, (…, examples)."""
    gradients: dict[str, Array]
    """∂ℓ/∂a as it reaches each layer, in the same shape (of the output layer: ∂ℓ/∂z)."""
    traces: dict[str, dict[str, Array]]
    """What recurrent layers keep of every time step, with ∂ℓ/∂h, each (time, units, examples)."""
    real: BoolArray | None
    """Which time steps are none of padding, (time, examples); None if nothing is padded."""


def both_ways(training: "Training", examples: int | None = None) -> Passes:
    """Return a pass over the first ``examples`` of the training set (at most one block) in prediction mode."""
    network, part = training.network, training.evaluation.training_part
    count = min(part.examples, network.block, examples or part.examples)
    builder = network.builder(count, Parameters(network.parameters.layout, network.parameters.theta.dtype))
    arrived: dict[str, Array] = {}
    builder.arrived = arrived
    x = builder.signal(network.input_shape, trained=False)
    x.augmented[:-1] = part.features[..., :count]
    walk = compile_cost(training.experiment, network, builder, x, part.targets[..., :count], 1)
    with np.errstate(all="ignore"):
        run(builder.forward + builder.backward)
    assert walk.output_gradient is not None
    gradients = {**arrived, "output": walk.output_gradient}
    return Passes(walk.values, gradients, walk.traces, real_steps(training.evaluation, count))
