"""What a training step costs, shuffling included, against PyTorch eager doing the same work (W1, W2, W3).

Run with ``python -m tests.benchmarks.training_step``; PyTorch must be installed. Both are timed in turn in one process,
one thread each, of clock and processor time the smaller; the ratio is the median of the rounds' ratios. PyTorch gets
the fastest of its three ways to update, and single precision. Neither keeps a history: what a session writes down
beside its steps (losses at ever rarer steps, a look for divergence every 256 steps) adds 5 % to the smallest network.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import nn

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment, Output
from engine.layers import BatchNormalization, Dense, Dropout
from engine.layers.activation import ActivationLayer
from engine.losses import losses
from engine.optimizers import optimizers
from engine.training import Training
from tests.benchmarks.racing import Run, fastest, heading, race, taking

WARM_UP = 100_000
"""Steps before the first measurement: by then Adam's corrections have come to an end, as in most of a long run."""
SEVEN = ("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2")
SPIRAL = replace(datasets["spiral"](), samples=1000, noise=0.1)
WAYS: tuple[dict[str, bool], ...] = ({}, {"foreach": True}, {"fused": True})


class Workload(NamedTuple):
    """An experiment, and how PyTorch says the same."""

    experiment: Experiment
    network: Callable[[], nn.Module]
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    optimizer: type[torch.optim.Optimizer]
    epochs: int
    """How many epochs a timed run of PyTorch has; ours has ten times as many."""
    warm_up: int = WARM_UP


def half_squares(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the mean over the examples of ½ (ŷ − y)²."""
    return nn.functional.mse_loss(outputs, targets) / 2


def small(*last: nn.Module) -> Callable[[], nn.Module]:
    """Return what makes 2-4-2-1 with tanh."""
    return lambda: nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2), nn.Tanh(), nn.Linear(2, 1), *last)


def deep() -> nn.Module:
    """Return 7-8x6-1 with ReLU."""
    widths = (7, *(8,) * 6)
    hidden = [part for pair in pairwise(widths) for part in (nn.Linear(*pair), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(8, 1))


def wide() -> nn.Module:
    """Return 64-128-64-10 with batch normalization and dropout."""
    first = nn.Linear(64, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Dropout(0.2)
    second = nn.Linear(128, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.2)
    return nn.Sequential(*first, *second, nn.Linear(64, 10))


TANH = Experiment(loss=losses["squared_error"](), output=Output(activation=activations["tanh"]()))
DEEP = Experiment(
    data=Data(dataset=SPIRAL, features=SEVEN),
    layers=(Dense(units=8, activation=activations["relu"]()),) * 6,
    optimizer=optimizers["adam"](learning_rate=0.001),
    batch_size=32,
)
LINEAR, RELU = activations["linear"](), ActivationLayer(activation=activations["relu"]())
WIDE = Experiment(
    data=Data(dataset=datasets["digits"]()),
    layers=(
        *(Dense(units=128, activation=LINEAR), BatchNormalization(), RELU, Dropout(rate=0.2)),
        *(Dense(units=64, activation=LINEAR), BatchNormalization(), RELU, Dropout(rate=0.2)),
    ),
    optimizer=optimizers["adam"](learning_rate=0.001),
    batch_size=64,
    dtype="float32",
)
SGD, ADAM = torch.optim.SGD, torch.optim.Adam
ENTROPY, CLASSES = nn.functional.binary_cross_entropy_with_logits, nn.functional.cross_entropy
WORKLOADS = {
    "W1: 2-4-2-1 tanh, squared error, descent, 10": Workload(TANH, small(nn.Tanh()), half_squares, SGD, 8),
    "the same, sigmoid and cross-entropy (default)": Workload(Experiment(), small(), ENTROPY, SGD, 8),
    "W2: 7-8x6-1 relu, Adam, 32": Workload(DEEP, deep, ENTROPY, ADAM, 6),
    "W2 in single precision": Workload(replace(DEEP, dtype="float32"), deep, ENTROPY, ADAM, 6),
    "W3: 64-128-64-10, batch norm, dropout, Adam": Workload(WIDE, wide, CLASSES, ADAM, 2, 2000),
}


def torch_epochs(training: Training, workload: Workload, way: dict[str, bool]) -> Run:
    """Return what trains some epochs in PyTorch, on the same examples."""
    network = workload.network()
    optimizer = workload.optimizer(network.parameters(), lr=training.learning_rate, **way)
    part, size = training.evaluation.training_part, training.experiment.batch_size
    features = part.features.reshape(-1, part.examples)
    inputs, targets = (torch.tensor(array.T.copy(), dtype=torch.float32) for array in (features, part.targets))
    if workload.loss is CLASSES:
        targets = targets.argmax(1)  # class numbers are quicker for it than one-hot rows

    def run() -> None:
        for _ in range(workload.epochs):
            order = torch.randperm(len(inputs))
            for x, y in zip(inputs[order].split(size), targets[order].split(size), strict=True):
                optimizer.zero_grad()
                workload.loss(network(x), y).backward()
                optimizer.step()

    return run


def main(names: list[str]) -> None:
    """Print a line for each workload whose name has one of ``names`` in it."""
    torch.set_num_threads(1)
    print(heading("a step"))
    for name, workload in WORKLOADS.items():
        if names and not any(part in name for part in names):
            continue
        training = Training(workload.experiment)
        training.advance_epochs(1)
        steps = training.state.step * workload.epochs
        peer = fastest([torch_epochs(training, workload, way) for way in WAYS])
        training.advance(workload.warm_up)
        print(race(taking(training._steps, 10 * steps), 10 * steps, peer, steps).line(name), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
