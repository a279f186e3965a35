"""What a training step costs, shuffling included, against PyTorch eager doing the same work.

Run with ``python -m tests.benchmarks.training_step``; PyTorch must be installed. Both are timed in turn in one process,
one thread each; the ratio is the median of the rounds' ratios. PyTorch gets the fastest of its three ways to update.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable
from dataclasses import replace
from statistics import median
from time import perf_counter
from typing import NamedTuple

import torch

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import Dense
from engine.optimizers import optimizers
from engine.training import Training

ROUNDS = 15
WARM_UP = 100_000
"""Steps before the first measurement: by then the history has become as sparse as in a long run."""
SEVEN = ("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2")
SPIRAL = replace(datasets["spiral"](), samples=1000, noise=0.1)


class Workload(NamedTuple):
    """An experiment, and how PyTorch names its parts."""

    experiment: Experiment
    function: type[torch.nn.Module]
    optimizer: type[torch.optim.Optimizer]
    epochs: int
    """How many epochs a timed chunk has."""


DEEP = Experiment(
    data=Data(dataset=SPIRAL, features=SEVEN),
    layers=(Dense(units=8, activation=activations["relu"]()),) * 6,
    optimizer=optimizers["adam"](learning_rate=0.001),
    batch_size=32,
)
SINGLE = replace(DEEP, dtype="float32")
WORKLOADS = {
    "W1: 2-4-2-1 tanh, gradient descent, 10": Workload(Experiment(), torch.nn.Tanh, torch.optim.SGD, 8),
    "W2: 7-8x6-1 relu, Adam, 32": Workload(DEEP, torch.nn.ReLU, torch.optim.Adam, 6),
    "W2 in single precision, as PyTorch": Workload(SINGLE, torch.nn.ReLU, torch.optim.Adam, 6),
}


def torch_epoch(training: Training, workload: Workload, way: dict[str, bool]) -> Callable[[], object]:
    """Return what trains one epoch in PyTorch, from the same parameters on the same examples, single precision."""
    modules: list[torch.nn.Module] = []
    for entry in training.parameters()["layers"]:
        kernel, bias = (torch.tensor(entry["parameters"][name], dtype=torch.float32) for name in ("kernel", "bias"))
        linear = torch.nn.Linear(*kernel.shape)
        linear.weight.data, linear.bias.data = kernel.T.contiguous(), bias
        modules += [linear, workload.function()]
    network = torch.nn.Sequential(*modules[:-1])
    optimizer = workload.optimizer(network.parameters(), lr=training.learning_rate, **way)
    part, size = training.evaluation.training_part, training.experiment.batch_size
    inputs, targets = (torch.tensor(array.T.copy(), dtype=torch.float32) for array in (part.features, part.targets))
    loss = torch.nn.functional.binary_cross_entropy_with_logits

    def run() -> None:
        order = torch.randperm(len(inputs))
        for x, y in zip(inputs[order].split(size), targets[order].split(size), strict=True):
            optimizer.zero_grad()
            loss(network(x), y).backward()
            optimizer.step()

    return run


def microseconds(run: Callable[[], object], epochs: int, steps: int) -> float:
    """Return what one step costs, the mean of a chunk."""
    start = perf_counter()
    for _ in range(epochs):
        run()
    return (perf_counter() - start) / (epochs * steps) * 1e6


def fastest(training: Training, workload: Workload, steps: int) -> Callable[[], object]:
    """Return PyTorch's epoch with the fastest of its ways to update."""
    ways = [{}, {"foreach": True}, {"fused": True}]
    made = [torch_epoch(training, workload, way) for way in ways]
    return min(made, key=lambda run: min(microseconds(run, 2, steps) for _ in range(4)))


def main() -> None:
    """Print a line for each workload."""
    torch.set_num_threads(1)
    print(f"{'microseconds a step':42}{'Livenet':>9}{'PyTorch':>9}{'ratio':>8}")
    for name, workload in WORKLOADS.items():
        training = Training(workload.experiment)
        training.advance_epochs(1)
        steps = training.state.step
        peer = fastest(training, workload, steps)
        training.advance(WARM_UP)

        def ours(training: Training = training, steps: int = steps) -> None:
            training.advance(steps)

        rounds = [
            (microseconds(ours, 10 * workload.epochs, steps), microseconds(peer, workload.epochs, steps))
            for _ in range(ROUNDS)
        ]
        ratio = median(theirs / own for own, theirs in rounds)
        own, theirs = (median(column) for column in zip(*rounds, strict=True))
        print(f"{name:42}{own:9.1f}{theirs:9.1f}{ratio:8.1f}")


if __name__ == "__main__":
    main()
