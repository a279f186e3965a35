"""What a step of one of many replicas costs, against one network after the other, ours and PyTorch eager (W7).

Run with ``python -m tests.benchmarks.replicas`` (``4 64`` for other numbers of replicas); PyTorch must be installed.
The network is that of W2, 7-8x6-1 with ReLU and Adam; each replica has its own first weights, order of the examples and
learning rate. All three are timed in turn in one process, one thread each; the ratios are medians of the rounds'
ratios. A history is kept by none of them.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import torch

from engine.data import prepare
from engine.replicas import Replicas
from engine.training import Training
from tests.benchmarks.racing import ROUNDS, Run, fastest, microseconds, taking
from tests.benchmarks.training_step import DEEP, WAYS, WORKLOADS, torch_epochs

COUNTS = (4, 16, 64, 256)
WARM_UP = 100
"""Epochs of the single training before the first measurement, see the benchmark of steps; replicas need few."""
EPOCHS = 20
"""How many a timed run of ours has of the single training, and all replicas together of theirs, or nearly so."""


def together(count: int, dtype: str, rates: Sequence[float]) -> tuple[Run, int]:
    """Return what trains so many replicas for some epochs, and how many steps these are, each replica's counted."""
    experiment = replace(DEEP, dtype=dtype)
    replicas = Replicas(experiment, range(count), rates, prepare(experiment.data, 0))
    replicas.advance_epochs(2)
    steps = max(1, EPOCHS // count) * replicas.step // 2
    return taking(replicas._steps, steps), steps * count


def alone(dtype: str) -> tuple[Run, int]:
    """Return what trains one network for some epochs, and how many steps these are."""
    training = Training(replace(DEEP, dtype=dtype))
    training.advance_epochs(WARM_UP)
    steps = EPOCHS * training.state.step // WARM_UP
    return taking(training._steps, steps), steps


def in_torch() -> tuple[Run, int]:
    """Return what trains one network in PyTorch, in the fastest way, and how many steps these are."""
    workload = next(workload for name, workload in WORKLOADS.items() if name.startswith("W2"))
    training = Training(workload.experiment)
    training.advance_epochs(1)
    return fastest([torch_epochs(training, workload, way) for way in WAYS]), training.state.step * workload.epochs


def main(counts: Sequence[int]) -> None:
    """Print a line for each precision and number of replicas."""
    torch.set_num_threads(1)
    print(
        f"{'microseconds a step of one replica':40}{'together':>10}{'alone':>10}{'ratio':>8}{'PyTorch':>10}{'ratio':>8}"
    )
    peer = in_torch()
    for dtype in ("float64", "float32"):
        for count in counts:
            rates = [0.001 + 0.00001 * number for number in range(count)]
            runs = together(count, dtype, rates), alone(dtype), peer
            rounds = [[microseconds(*run) for run in runs] for _ in range(ROUNDS)]
            ours, single, theirs = (median(column) for column in zip(*rounds, strict=True))
            to_single, to_torch = (median(row[other] / row[0] for row in rounds) for other in (1, 2))
            name = f"W7: {count} replicas of W2, {dtype}"
            print(f"{name:40}{ours:10.2f}{single:10.1f}{to_single:8.2f}{theirs:10.1f}{to_torch:8.1f}", flush=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or COUNTS)
