"""The cost: the mean loss over the examples, as the end of the forward and the start of the backward pass."""

import numpy as np

from engine.calls import Calls
from engine.experiment import Experiment
from engine.network import Network, Walk
from engine.plan import Builder, Signal
from engine.types import Array, BoolArray


def compile_cost(
    experiment: Experiment,
    network: Network,
    builder: Builder,
    x: Signal,
    targets: Array,
    examples: int,
    weights: Array | None = None,
) -> Walk:
    """Add the whole network and the loss to a plan with a backward pass.

    Each example counts 1/``examples``, times its weight if there are ``weights`` (1, examples) or (time, examples).
    Where every time step has an answer, an example's loss is the mean over its steps. ``targets`` may be flat rows,
    (…, examples).
    """
    walk = network.compile(builder, x)
    delta = walk.output_gradient
    assert delta is not None
    assert experiment.loss is not None
    steps = delta.shape[1] // builder.batch
    shares = builder.workspace.full(delta.shape, 1 / (steps * examples))
    backward: Calls = experiment.loss.backward(
        builder, network.activation, walk.logits, walk.outputs, targets.reshape(delta.shape), delta
    )
    found = [] if walk.padding is None else _share_out(builder, walk.padding, shares, examples)
    weighed: Calls = [] if weights is None else [(np.multiply, (delta, weights.reshape(-1), delta))]
    builder.add([], [*found, *backward, (np.multiply, (delta, shares, delta)), *weighed])
    return walk


def mean_loss(losses: Array, padding: BoolArray | None, weights: Array | None = None) -> float:
    """Return the mean over the examples of their ``losses``, or, with one for every time step, of their mean losses.

    Losses of padded steps count for nothing; without ``padding`` (time, examples) all count alike. ``weights``, of as
    many numbers as there are losses, are what the losses are multiplied by first.
    """
    losses = losses if weights is None else losses.ravel() * weights.ravel()
    if padding is None:
        return float(np.add.reduce(losses)) / losses.size  # as mean(), in less time
    real = ~padding
    sums = np.where(real, losses.reshape(real.shape), 0.0).sum(axis=0)
    return float((sums / np.maximum(real.sum(axis=0), 1)).mean())


def _share_out(builder: Builder, padding: BoolArray, shares: Array, examples: int) -> Calls:
    """Return the calls that write into ``shares`` what each time step counts: alike within its example, or nothing."""
    real, steps = builder.workspace.empty(padding.shape), builder.workspace.empty(padding.shape[1:])
    return [
        (np.logical_not, (padding, real)),
        (np.add.reduce, (real, 0, None, steps)),
        (np.fmax, (steps, builder.workspace.scalar(1.0), steps)),
        (np.multiply, (steps, builder.workspace.scalar(examples), steps)),
        (np.divide, (real, steps, shares.reshape(-1, *padding.shape))),
    ]
