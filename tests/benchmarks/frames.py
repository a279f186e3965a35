"""What a frame costs: the maps of all neurons at 50 × 50, quantised to bytes, against PyTorch doing the same (W6).

Run with ``python -m tests.benchmarks.frames``; PyTorch must be installed. Both are timed in turn, one thread each, of
clock and processor time the smaller; the ratio is the median of the rounds' ratios.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import torch

from engine.activations import activations
from engine.data import Data
from engine.experiment import Experiment, Output
from engine.layers import Dense
from engine.losses import losses
from engine.probes import probes
from engine.probes.grid import grid_of
from engine.training import Training
from tests.benchmarks.racing import Run, heading, race

RESOLUTION, CALLS = 50, 100
SEVEN = ("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2")
EXPERIMENTS = {
    "W1: 2-4-2-1 tanh": Experiment(loss=losses["squared_error"](), output=Output(activation=activations["tanh"]())),
    "the same, sigmoid at the end (default)": Experiment(),
    "W2 with tanh: 7-8x6-1": Experiment(
        data=Data(features=SEVEN), layers=(Dense(units=8, activation=activations["tanh"]()),) * 6
    ),
    "W2: 7-8x6-1 relu": Experiment(
        data=Data(features=SEVEN), layers=(Dense(units=8, activation=activations["relu"]()),) * 6
    ),
}
FUNCTIONS = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}


def livenet_frame(training: Training) -> Run:
    """Return what measures the maps of all neurons, as a frame does after a step."""
    probe, theta = probes["neurons"](resolution=RESOLUTION, encoding="byte"), training.network.parameters.theta

    def run() -> None:
        theta[0] = -theta[0]  # the maps of parameters that have not changed are known
        probe.measure(training)

    return run


def torch_frame(training: Training) -> Run:
    """Return the same in PyTorch: forward on the same features, every neuron's map as bytes, single precision."""
    layers = []
    for entry in training.parameters()["layers"]:
        kernel, bias = (torch.tensor(entry["parameters"][name], dtype=torch.float32) for name in ("kernel", "bias"))
        layers.append((kernel.T.contiguous(), bias))
    functions = [FUNCTIONS[layer.activation.kind] for layer in training.network.layers if layer.activation]
    bounded = [function is not torch.relu for function in functions]
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


def repeated(call: Run) -> Run:
    """Return what makes many calls."""

    def run() -> None:
        for _ in range(CALLS):
            call()

    return run


def main() -> None:
    """Print a line for each network."""
    torch.set_num_threads(1)
    print(heading("for all neurons at 50 x 50"))
    for name, experiment in EXPERIMENTS.items():
        training = Training(experiment)
        ours, theirs = livenet_frame(training), torch_frame(training)
        print(race(repeated(ours), CALLS, repeated(theirs), CALLS).line(name), flush=True)


if __name__ == "__main__":
    main()
