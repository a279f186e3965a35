"""What a step of a small convolutional network on the digits costs against PyTorch eager, shuffling included (W4).

Run with ``python -m tests.benchmarks.convolution``; PyTorch must be installed. Both are timed in turn in one process,
one thread each; the ratio is the median of the rounds' ratios. PyTorch gets the fastest of its ways to update, once
with its default memory layout and once with channels last.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

import torch
from torch import nn

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import Convolution, Dense, Flatten, MaxPooling
from engine.optimizers import Adam
from engine.training import Training
from tests.benchmarks.racing import taking

ROUNDS = 25
STACK = (
    Convolution(filters=16, padding="same"),
    MaxPooling(),
    Convolution(filters=32, padding="same"),
    MaxPooling(),
    Flatten(),
    Dense(units=64, activation=activations["relu"]()),
)
EXPERIMENT = Experiment(
    data=Data(datasets["digits"]()),
    layers=STACK,
    optimizer=Adam(learning_rate=0.001),
    batch_size=64,
    dtype="float32",
)
WAYS: tuple[dict[str, bool], ...] = ({}, {"foreach": True}, {"fused": True})


def torch_network() -> nn.Module:
    """Return the same layers in PyTorch."""
    first = nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)
    second = nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)
    return nn.Sequential(*first, *second, nn.Flatten(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))


def torch_epoch(training: Training, way: dict[str, bool], layout: torch.memory_format) -> Callable[[], object]:
    """Return what trains one epoch in PyTorch on the same examples."""
    network = torch_network().to(memory_format=layout)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001, **way)
    part, size = training.evaluation.training_part, EXPERIMENT.batch_size
    inputs = torch.tensor(part.features.T.copy()).reshape(-1, 1, 8, 8).contiguous(memory_format=layout)
    targets = torch.tensor(part.targets.T.copy()).argmax(1)

    def run() -> None:
        order = torch.randperm(len(inputs))
        for x, y in zip(inputs[order].split(size), targets[order].split(size), strict=True):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x), y).backward()
            optimizer.step()

    return run


def microseconds(run: Callable[[], object], steps: int) -> float:
    """Return what one step of an epoch costs; of clock and processor time the smaller."""
    clock, processor = perf_counter(), process_time()
    run()
    return min(perf_counter() - clock, process_time() - processor) / steps * 1e6


def main() -> None:
    """Print a line for each memory layout of the peer."""
    torch.set_num_threads(1)
    training = Training(EXPERIMENT)
    training.advance_epochs(10)
    steps = training._steps.left
    ours = taking(training._steps, steps)
    print(f"{'microseconds a step':28}{'Livenet':>9}{'PyTorch':>9}{'ratio':>8}")
    for name, layout in (("W4", torch.contiguous_format), ("W4, peer channels last", torch.channels_last)):
        peers = [torch_epoch(training, way, layout) for way in WAYS]
        peer = min(peers, key=lambda run: min(microseconds(run, steps) for _ in range(4)))
        rounds = [(microseconds(ours, steps), microseconds(peer, steps)) for _ in range(ROUNDS)]
        own, theirs = (median(column) for column in zip(*rounds, strict=True))
        print(f"{name:28}{own:9.1f}{theirs:9.1f}{median(b / a for a, b in rounds):8.2f}")


if __name__ == "__main__":
    main()
