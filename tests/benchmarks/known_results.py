"""Known results: what the literature says of these methods, measured with this engine.

Run with ``python -m tests.benchmarks.known_results``; it takes about five minutes on one core. Every line is a claim, a
bound, and the figure of each seed; the claim holds if every figure does. The tests repeat each on one seed, the costly
ones for fewer epochs (tests/engine/test_known_results.py).
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from time import process_time

import numpy as np

from engine.activations import activations
from engine.augmentation import Augmentation
from engine.clipping import clippings
from engine.data import Data, prepare_folds
from engine.datasets import datasets
from engine.experiment import Experiment, Output
from engine.initializers import initializers
from engine.layers import Convolution, Dense, Dropout, Flatten, Layer, MaxPooling, layers
from engine.optimizers import Optimizer, optimizers
from engine.probes import probes
from engine.regularizers import regularizers
from engine.schedules import schedules
from engine.splits import SplitFractions
from engine.training import Training

GUESS = 1 / 6
"""The mean squared error of who always answers 1 to the adding problem: the variance of a sum of two U(0, 1)."""
DEPTH = 30
FOLDS = 5
RELU, LINEAR = activations["relu"](), activations["linear"]()
L2 = regularizers["l2"](rate=0.01)
LSTM, GRU = layers["lstm"](units=32), layers["gru"](units=32)
SIMPLE = layers["simple_rnn"](units=32, recurrent_initializer=initializers["glorot_uniform"]())
ORTHOGONAL = layers["simple_rnn"](units=32)
"""Begun so that no state fades, Keras's way, a simple RNN leaves the guess with some seeds, but gets nowhere near."""


@dataclass(frozen=True)
class Claim:
    """A result that should come out, with what measures it."""

    text: str
    measure: Callable[[int], float]
    """Returns the figure for a seed."""
    bound: float
    at_least: bool
    """Whether figures must be at least the bound, or at most."""
    seeds: tuple[int, ...] = (1, 2, 3, 4, 5)

    def holds(self, figure: float) -> bool:
        """Return whether a figure keeps the bound."""
        return figure >= self.bound if self.at_least else figure <= self.bound


def adam(rate: float) -> Optimizer:
    """Return Adam."""
    return optimizers["adam"](learning_rate=rate)


def tested(experiment: Experiment, epochs: int) -> Training:
    """Return a training after so many epochs."""
    training = Training(experiment)
    training.advance_epochs(epochs)
    return training


def test_accuracy(experiment: Experiment, epochs: int) -> float:
    """Return which share of the held-out examples is classified correctly, in percent."""
    return 100 * float(tested(experiment, epochs).metrics()["test"]["accuracy"])


def xor_table(seed: int) -> float:
    """Return how much of the truth table of exclusive or four hidden units learn, in percent."""
    table = Data(datasets["inline"]())
    made = Experiment(seed=seed, data=table, layers=(Dense(units=4),), optimizer=adam(0.03), batch_size=4)
    return 100 * float(tested(made, 1000).metrics()["train"]["accuracy"])


def xor(seed: int) -> float:
    """Return the accuracy on held-out points of the exclusive or of two signs."""
    return test_accuracy(Experiment(seed=seed, data=Data(datasets["xor"]()), optimizer=adam(0.01)), 200)


def spiral(seed: int) -> float:
    """Return the accuracy on held-out points of two arms wound around each other, from x1 and x2 alone."""
    arms = replace(datasets["spiral"](), samples=1000)
    stack = (Dense(units=16), Dense(units=16))
    return test_accuracy(Experiment(seed=seed, data=Data(arms), layers=stack, optimizer=adam(0.01)), 300)


def adding(layer: Layer, epochs: int, seed: int, length: int = 100) -> float:
    """Return the mean squared error on held-out sums of two marked numbers; the loss is half of it."""
    problem = datasets["adding_problem"](samples=10_000, length=length)
    made = Experiment(
        seed=seed,
        data=Data(problem),
        layers=(layer,),
        optimizer=adam(0.01),
        schedule=schedules["cosine"](epochs=epochs),
        clipping=clippings["norm"](),
        batch_size=50,
        dtype="float32",
    )
    return 2 * float(tested(made, epochs).metrics()["test"]["loss"])


def digits(seed: int, stack: tuple[Layer, ...], epochs: int) -> float:
    """Return the accuracy on the held-out fifth of the digits; training images are turned and scaled a little."""
    made = Experiment(
        seed=seed,
        data=Data(datasets["digits"](), augmentation=Augmentation(rotate=10.0, scale=0.1)),
        layers=stack,
        optimizer=adam(0.003),
        schedule=schedules["cosine"](epochs=epochs),
        batch_size=32,
        dtype="float32",
    )
    return test_accuracy(made, epochs)


def convolutional(seed: int, epochs: int = 30) -> float:
    """Return what three convolutions reach on the digits."""
    first, second, third = (Convolution(filters=filters, padding="same") for filters in (16, 32, 32))
    head = (Flatten(), Dropout(rate=0.3), Dense(units=64, activation=RELU))
    return digits(seed, (first, second, MaxPooling(), third, MaxPooling(), *head), epochs)


def dense(seed: int, epochs: int = 30) -> float:
    """Return what a single hidden layer reaches on the digits."""
    return digits(seed, (Dense(units=256, activation=RELU), Dropout(rate=0.3)), epochs)


def cross_validated(kind: str, epochs: int, seed: int) -> float:
    """Return the mean accuracy of five folds, each judged by a network that has not seen it, in percent."""
    data = Data(datasets[kind](), split=SplitFractions(method="stratified"))
    made = Experiment(
        seed=seed, data=data, layers=(Dense(units=8),), optimizer=adam(0.01), regularizer=L2, batch_size=16
    )
    trainings = [Training(made, part) for part in prepare_folds(data, seed, FOLDS)]
    for training in trainings:
        training.advance_epochs(epochs)
    return 100 * float(np.mean([training.metrics()["validation"]["accuracy"] for training in trainings]))


def memory(kind: str, epochs: int, seed: int) -> float:
    """Return the accuracy on held-out sequences with the layers and the optimizer that the dataset suggests."""
    dataset = datasets[kind]()
    made = Experiment(
        seed=seed, data=Data(dataset), layers=dataset.suggested_layers, optimizer=dataset.suggested_optimizer
    )
    return test_accuracy(made, epochs)


def distinct_units(seed: int) -> float:
    """Return the largest number of different units in any hidden layer of eight that all began with zeros."""
    found = []
    for activation, optimizer in product(("tanh", "sigmoid", "relu"), ("gradient_descent", "adam")):
        zeros = Dense(units=8, activation=activations[activation](), initializer=initializers["zeros"]())
        stack, rule = (zeros, zeros), optimizers[optimizer](learning_rate=0.03)
        made = Experiment(seed=seed, layers=stack, output=Output(initializer=zeros.initializer), optimizer=rule)
        report = probes["symmetry"]().measure(tested(made, 40)).meta["layers"]
        found += [report[layer]["distinct"] for layer in ("dense_1", "dense_2")]
    return float(max(found))


def through_depth(weight: float, seed: int) -> float:
    """Return by which part the signal after, and the gradient before, so many linear layers miss ``weight``^depth."""
    layer = Dense(units=1, activation=LINEAR, initializer=initializers["constant"](value=weight))
    made = Experiment(seed=seed, data=Data(datasets["plane"]()), layers=(layer,) * (DEPTH + 1), dtype="float64")
    signal, expected = probes["signal"]().measure(Training(made)).arrays, weight**DEPTH
    forwards = signal["activation_std"][DEPTH] / signal["activation_std"][0]
    backwards = signal["gradient_std"][0] / signal["gradient_std"][DEPTH]
    return float(max(abs(forwards / expected - 1), abs(backwards / expected - 1)))


CLAIMS = {
    "xor table": Claim("Four hidden units learn the truth table of exclusive or, %", xor_table, 100, True),
    "xor": Claim("The default network solves xor, held-out %", xor, 97, True),
    "spiral": Claim("Two hidden layers of 16 solve the spiral, held-out %", spiral, 97, True),
    "lstm": Claim("LSTM 32 adds over 100 steps, held-out mean squared error", partial(adding, LSTM, 15), 0.01, False),
    "gru": Claim("GRU 32 adds over 100 steps, held-out mean squared error", partial(adding, GRU, 8), 0.01, False),
    "simple_rnn": Claim("Simple RNN 32 stays at the guess, 0.167", partial(adding, SIMPLE, 15), GUESS - 0.01, True),
    "orthogonal": Claim("It does not solve it if begun orthogonal either", partial(adding, ORTHOGONAL, 15), 0.05, True),
    "cnn": Claim("Three convolutions read the digits, held-out %", convolutional, 98, True),
    "mlp": Claim("One hidden layer of 256 reads the digits, held-out %", dense, 96, True),
    "reber_grammar": Claim(
        "Embedded Reber grammar, as suggested, held-out %", partial(memory, "reber_grammar", 60), 90, True
    ),
    "delayed_copy": Claim(
        "Copy after three steps, as suggested, held-out %", partial(memory, "delayed_copy", 60), 85, True
    ),
    "parity": Claim("Parity of eight bits, as suggested, held-out %", partial(memory, "parity", 100), 98, True),
    "iris": Claim("Iris, mean of five folds, %", partial(cross_validated, "iris", 100), 95, True),
    "breast_cancer": Claim(
        "Breast cancer, mean of five folds, %", partial(cross_validated, "breast_cancer", 25), 96, True
    ),
    "symmetry": Claim("Zeros never break symmetry: distinct units of eight", distinct_units, 1, False),
    "vanishing": Claim(f"0.5^{DEPTH} through linear layers, relative error", partial(through_depth, 0.5), 1e-9, False),
    "exploding": Claim(f"1.5^{DEPTH} through linear layers, relative error", partial(through_depth, 1.5), 1e-9, False),
}


def main() -> int:
    """Print a line for each claim, or for those named; return 1 if any does not hold."""
    failed = 0
    for name in sys.argv[1:] or CLAIMS:
        claim, start = CLAIMS[name], process_time()
        found = [claim.measure(seed) for seed in claim.seeds]
        holds = all(map(claim.holds, found))
        failed += not holds
        bound = f"{'≥' if claim.at_least else '≤'} {claim.bound:.4g}"
        shown = " ".join(f"{figure:.4g}" for figure in found)
        seconds = process_time() - start
        print(f"{'holds' if holds else 'FAILS':6} {claim.text:62} {bound:9} {shown}  ({seconds:.0f} s)", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
