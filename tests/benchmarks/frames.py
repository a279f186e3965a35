"""What a frame costs: the maps of all neurons at 50 × 50, quantised to bytes, against PyTorch doing the same work.

Run with ``python -m tests.benchmarks.frames``; PyTorch must be installed. Both are timed in turn, one thread each, and
the ratio is the median of the rounds' ratios.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable
from statistics import median
from time import perf_counter

import torch

from engine.activations import activations
from engine.data import Data
from engine.experiment import Experiment
from engine.layers import Dense
from engine.probes import probes
from engine.probes.grid import grid_of
from engine.training import Training

RESOLUTION, ROUNDS, CALLS = 50, 21, 40
SEVEN = ("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2")
EXPERIMENTS = {
    "2-4-2-1 tanh (default)": Experiment(),
    "7-8x6-1 tanh": Experiment(
        data=Data(features=SEVEN), layers=(Dense(units=8, activation=activations["tanh"]()),) * 6
    ),
    "7-8x6-1 relu": Experiment(
        data=Data(features=SEVEN), layers=(Dense(units=8, activation=activations["relu"]()),) * 6
    ),
}


def livenet_frame(training: Training) -> Callable[[], object]:
    """Return what measures the maps of all neurons, as a frame does."""
    probe = probes["neurons"](resolution=RESOLUTION, encoding="byte")
    return lambda: probe.measure(training)


def torch_frame(training: Training) -> Callable[[], object]:
    """Return the same in PyTorch: forward on the same features, every neuron's map as bytes, single precision."""
    layers = []
    for entry in training.parameters()["layers"]:
        kernel, bias = (torch.tensor(entry["parameters"][name], dtype=torch.float32) for name in ("kernel", "bias"))
        layers.append((kernel.T.contiguous(), bias))
    activation = {"tanh": torch.tanh, "relu": torch.relu}[training.experiment.layers[0].activation.kind]
    functions = [activation] * (len(layers) - 1) + [torch.sigmoid]
    bounded = [activation is torch.tanh] * (len(layers) - 1) + [True]
    points = torch.tensor(grid_of(training.data, RESOLUTION).features.T.copy(), dtype=torch.float32)

    def run() -> list[torch.Tensor]:
        values, maps = points, []
        with torch.inference_mode():
            for (kernel, bias), function, known in zip(layers, functions, bounded, strict=True):
                values = function(torch.nn.functional.linear(values, kernel, bias))
                scale = 1.0 if known else values.abs().max()
                maps.append((values * (127.5 / scale) + 128).to(torch.uint8).T.contiguous())
        return maps

    return run


def microseconds(call: Callable[[], object]) -> float:
    """Return what one call costs, the mean of a chunk."""
    start = perf_counter()
    for _ in range(CALLS):
        call()
    return (perf_counter() - start) / CALLS * 1e6


def main() -> None:
    """Print a line for each network."""
    torch.set_num_threads(1)
    print(f"{'all neurons at 50 x 50':26}{'Livenet us':>12}{'PyTorch us':>12}{'ratio':>8}")
    for name, experiment in EXPERIMENTS.items():
        training = Training(experiment)
        ours, theirs = livenet_frame(training), torch_frame(training)
        rounds = [(microseconds(ours), microseconds(theirs)) for _ in range(ROUNDS)]
        ratio = median(peer / own for own, peer in rounds)
        own, peer = (median(column) for column in zip(*rounds, strict=True))
        print(f"{name:26}{own:12.1f}{peer:12.1f}{ratio:8.1f}")


if __name__ == "__main__":
    main()
