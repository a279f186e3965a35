"""What a training step of a recurrent network costs on the adding problem, against PyTorch eager doing the same work.

Run with ``python -m tests.benchmarks.recurrent``; PyTorch must be installed. 32 units, 50 time steps, batches of 32,
Adam, single precision, shuffling included. Both are timed in turn in one process, one thread each, in processor time;
the ratio is the median of the rounds' ratios. PyTorch gets the fastest of its three ways to update.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from collections.abc import Callable
from statistics import median
from time import process_time

import numpy as np
import torch

from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import layers
from engine.optimizers import optimizers
from engine.steps import Steps
from engine.training import Training
from tests.benchmarks.racing import taking

ROUNDS = 11
UNITS, TIME, BATCH, EXAMPLES = 32, 50, 32, 320
PEERS = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "simple_rnn": torch.nn.RNN}


class Peer(torch.nn.Module):
    """The same network in PyTorch: the last state, and a linear unit on it."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.recurrent = PEERS[kind](2, UNITS, batch_first=True)
        self.output = torch.nn.Linear(UNITS, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.output(self.recurrent(x)[0][:, -1])


def experiment_with(kind: str) -> Experiment:
    """Return the adding problem for one layer of ``kind``."""
    dataset = datasets["adding_problem"](samples=EXAMPLES * 5 // 4, length=TIME)
    return Experiment(
        data=Data(dataset=dataset),
        layers=(layers[kind](units=UNITS),),
        optimizer=optimizers["adam"](learning_rate=0.001),
        batch_size=BATCH,
        dtype="float32",
    )


def livenet_epoch(training: Training) -> Callable[[], object]:
    """Return what trains one epoch, and nothing else: no history, no checks."""
    part = training.evaluation.training_part
    rows = (part.features, np.ones((1, part.examples), part.features.dtype), part.targets)
    steps = Steps(training.experiment, training.network, training.state, np.concatenate(rows))
    return taking(steps, steps.left)


def torch_epoch(training: Training, kind: str, way: dict[str, bool]) -> Callable[[], object]:
    """Return what trains one epoch in PyTorch on the same examples."""
    network = Peer(kind)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001, **way)
    part = training.evaluation.training_part
    inputs = torch.tensor(part.features.T.reshape(-1, TIME, 2).copy())
    targets = torch.tensor(part.targets.T.copy())

    def run() -> None:
        order = torch.randperm(len(inputs))
        for x, y in zip(inputs[order].split(BATCH), targets[order].split(BATCH), strict=True):
            optimizer.zero_grad()
            (torch.nn.functional.mse_loss(network(x), y) / 2).backward()
            optimizer.step()

    return run


def microseconds(run: Callable[[], object], steps: int) -> float:
    """Return what one step costs."""
    start = process_time()
    run()
    return (process_time() - start) / steps * 1e6


def main(kinds: list[str]) -> None:
    """Print a line for each kind."""
    torch.set_num_threads(1)
    print(f"{'microseconds a step':24}{'Livenet':>9}{'PyTorch':>9}{'ratio':>8}")
    for kind in kinds:
        training = Training(experiment_with(kind))
        ours, steps = livenet_epoch(training), EXAMPLES // BATCH
        ours()
        ways = [torch_epoch(training, kind, way) for way in ({}, {"foreach": True}, {"fused": True})]
        peer = min(ways, key=lambda run: min(microseconds(run, steps) for _ in range(2)))
        rounds = [(microseconds(ours, steps), microseconds(peer, steps)) for _ in range(ROUNDS)]
        ratio = median(theirs / own for own, theirs in rounds)
        own, theirs = (median(column) for column in zip(*rounds, strict=True))
        print(f"{kind:24}{own:9.0f}{theirs:9.0f}{ratio:8.2f}")


if __name__ == "__main__":
    main(sys.argv[1:] or list(PEERS))
