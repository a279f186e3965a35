"""What pictures of the loss cost: along a line and on the plane of the path, for small and for costly networks.

Run with ``python -m tests.benchmarks.landscapes``. Processor time of one core, the median of five calls, the first one
apart; a call should stay under about 0.25 s whatever the network is.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from statistics import median
from time import process_time

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import BatchNormalization, Convolution, Dense, Flatten, Layer, MaxPooling, layers
from engine.probes import Probe, probes
from engine.training import Training

RELU = activations["relu"]()
SMALL: tuple[Layer, ...] = (
    Convolution(filters=16, padding="same"),
    MaxPooling(),
    Convolution(filters=32, padding="same"),
    MaxPooling(),
    Flatten(),
    Dense(units=64, activation=RELU),
)
LARGE: tuple[Layer, ...] = (
    Convolution(filters=64, padding="same"),
    BatchNormalization(),
    Convolution(filters=64, padding="same"),
    Flatten(),
    Dense(units=64),
)


def adding(time: int, *recurrent: Layer) -> Experiment:
    """Return the adding problem."""
    return Experiment(data=Data(datasets["adding_problem"](length=time)), layers=recurrent, batch_size=8)


def digits(*stack: Layer) -> Experiment:
    """Return the digits."""
    return Experiment(data=Data(datasets["digits"]()), layers=stack, batch_size=32)


EXPERIMENTS = {
    "2-4-2-1": Experiment(),
    "2-8x6-1 relu": Experiment(layers=(Dense(units=8, activation=RELU),) * 6),
    "4 x 256": Experiment(layers=(Dense(units=256),) * 4),
    "digits, 16-32 filters": digits(*SMALL),
    "digits, 64-64 filters": digits(*LARGE),
    "lstm 8, 50 steps": adding(50, layers["lstm"](units=8)),
    "gru 32, 100 steps": adding(100, layers["gru"](units=32)),
    "lstm 32, 200 steps": adding(200, layers["lstm"](units=32)),
    "lstm 128-64, 200 steps": adding(200, layers["lstm"](units=128, return_sequences=True), layers["lstm"](units=64)),
}


def milliseconds(probe: Probe, training: Training) -> float:
    """Return what one call costs."""
    start = process_time()
    probe.measure(training)
    return (process_time() - start) * 1e3


def main() -> None:
    """Print a line for each network and probe."""
    print(f"{'':24}{'':12}{'first ms':>9}{'ms':>8}{'points':>8}{'examples':>10}")
    for name, experiment in EXPERIMENTS.items():
        training = Training(experiment)
        training.advance(20)
        plane = "path" if training.path else "random"  # large networks leave no path
        chosen = (
            probes["loss_line"](),
            probes["loss_plane"](plane=plane),
            probes["loss_plane"](plane=plane, resolution=101),
        )
        for probe in chosen:
            first = milliseconds(probe, training)
            usual = median(milliseconds(probe, training) for _ in range(5))
            meta = probe.measure(training).meta
            title = probe.kind + (" 101" if getattr(probe, "resolution", 0) == 101 else "")
            print(f"{name:24}{title:15}{first:6.0f}{usual:8.0f}{meta['points']:8}{meta['examples']:10}")


if __name__ == "__main__":
    main()
