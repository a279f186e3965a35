"""The cost: the mean loss over the examples, as the end of the forward and the start of the backward pass."""

import numpy as np

from engine.calls import Calls
from engine.experiment import Experiment
from engine.network import Network, Walk
from engine.plan import Builder, Signal
from engine.types import Array


def compile_cost(
    experiment: Experiment, network: Network, builder: Builder, x: Signal, targets: Array, examples: int
) -> Walk:
    """Add the whole network and the loss to a plan with a backward pass.

    Each example counts 1/``examples``; the weights have one entry for each output and example, so classes and single
    examples could count differently. ``targets`` may be flat rows, (…, examples).
    """
    walk = network.compile(builder, x)
    delta = walk.output_gradient
    assert delta is not None
    assert experiment.loss is not None
    shares = builder.workspace.full(delta.shape, 1 / examples)
    backward: Calls = experiment.loss.backward(
        network.activation, walk.logits, walk.outputs, targets.reshape(delta.shape), delta, builder.workspace
    )
    builder.add([], [*backward, (np.multiply, (delta, shares, delta))])
    return walk
