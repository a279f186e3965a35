"""What all sequences share, and three puzzles of memory: adding, copying after a while, parity.

Users see an example as (time, features), or (time,) where a step is the number of a symbol; in the rows of ``Samples``
it lies flat, one time step after the other. Shorter sequences are filled up with zeros at the end.
"""

from typing import Annotated, Literal, TypeAlias

import numpy as np
from annotated_types import Interval

from engine.datasets.dataset import Dataset, SampleCount, Samples, datasets
from engine.errors import ExperimentError
from engine.layers import GRU
from engine.optimizers import optimizers
from engine.registry import Help, Slider
from engine.splits import HELD_OUT_FIFTH
from engine.types import Array, IntArray

MAXIMUM_TIME = 200

Encoding: TypeAlias = Annotated[
    Literal["one_hot", "tokens"],
    Help("Encoding", "One-hot: a 1 in the place of the symbol. Tokens: the number of the symbol, for an embedding."),
]
Answer: TypeAlias = Annotated[
    Literal["last", "every"],
    Help("Answer", "Whether one answer is due at the end, or one after every time step."),
]


class Sequence(Dataset):
    """Examples that are sequences of equally many numbers, one step after the other."""

    family = "sequences"
    suggested_layers = (GRU(units=16),)  # type: ignore[call-arg]
    suggested_optimizer = optimizers["adam"](learning_rate=0.01)  # type: ignore[call-arg]
    domain = None
    default_split = HELD_OUT_FIFTH

    @property
    def time(self) -> int:
        """The number of time steps."""
        raise NotImplementedError

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Return (time, features)."""
        return (self.time, len(self.input_names))


class Symbols(Sequence):
    """Examples that are sequences of symbols."""

    alphabet: tuple[str, ...]
    encoding: str

    @property
    def input_names(self) -> tuple[str, ...]:  # type: ignore[override]
        """The symbols, if each has its place; else one name."""
        return self.alphabet if self.encoding == "one_hot" else ("token",)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Return (time, symbols) or, of tokens, (time,)."""
        return (self.time, len(self.alphabet)) if self.encoding == "one_hot" else (self.time,)

    def encode(self, tokens: IntArray) -> Array:
        """Turn ``tokens`` (examples, time), 0 for padding and 1, 2, … for the symbols, into rows of inputs."""
        if self.encoding == "tokens":
            return tokens.astype(np.float64)
        return np.vstack((np.zeros(len(self.alphabet)), np.eye(len(self.alphabet))))[tokens].reshape(len(tokens), -1)


def lengths(inputs: Array, time: int) -> IntArray:
    """Return how many steps each of ``inputs`` (examples, columns) has: those up to the last that is not all zeros."""
    filled = inputs.reshape(len(inputs), time, -1).any(axis=2)
    longest: IntArray = (filled * np.arange(1, time + 1)).max(axis=1)
    return longest


def step_mask(inputs: Array, time: int) -> Array:
    """Return 1 for each time step and 0 for padding, (time, examples)."""
    return np.less.outer(np.arange(time), lengths(inputs, time)).astype(np.float64)


@datasets.register("adding_problem")
class AddingProblem(Sequence):
    """Random numbers, two of them marked: add these two, however far they stand apart and whatever lies between.

    Who always answers 1 has a mean squared error of 1/6 = 0.167.
    """

    title = "Adding problem"
    formula = r"y = \sum_t m_t v_t,\quad v_t \sim U(0, 1),\; m_t \in \{0, 1\},\; \sum_t m_t = 2"
    try_this = "Compare simple_rnn with lstm and gru, first at length 10 and then at 100."
    source = "Hochreiter & Schmidhuber, Long short-term memory (1997)"
    task = "regression"
    input_names = ("value", "mark")

    samples: SampleCount = 2000
    length: Annotated[
        int,
        Interval(ge=2, le=MAXIMUM_TIME),
        Slider(10, 200, step=10),
        Help("Length", "How many time steps a sequence has.", "T"),
    ] = 50

    @property
    def time(self) -> int:
        """The length."""
        return self.length

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw the values, and mark one in the first half and one in the second."""
        unit, half = rng.random((self.samples, self.length + 2)), self.length // 2
        values, rows = unit[:, : self.length], np.arange(self.samples)
        first = (unit[:, -2] * half).astype(np.intp)
        second = half + (unit[:, -1] * (self.length - half)).astype(np.intp)
        marks = np.zeros_like(values)
        marks[rows, first] = marks[rows, second] = 1
        inputs = np.stack((values, marks), axis=2).reshape(self.samples, -1)
        return Samples(inputs, values[rows, first] + values[rows, second])


@datasets.register("delayed_copy")
class DelayedCopy(Symbols):
    """Symbols that must be repeated after a delay: the network has to keep in mind as many as the delay has steps."""

    title = "Delayed copy"
    formula = r"y_t = x_{t-d},\quad y_t = \text{–} \text{ for } t \le d"
    try_this = "Raise the delay step by step: at which one does a simple_rnn of 16 units give up, and at which an lstm?"
    source = "After the recall tasks of Hochreiter & Schmidhuber (1997)"
    task = "multiclass"

    samples: SampleCount = 1000
    length: Annotated[
        int,
        Interval(ge=2, le=100),
        Slider(5, 50, step=5),
        Help("Length", "How many time steps a sequence has.", "T"),
    ] = 20
    delay: Annotated[
        int,
        Interval(ge=0, le=99),
        Slider(0, 20, step=1),
        Help("Delay", "How many time steps ago the symbol was seen that is asked for; less than the length.", "d"),
    ] = 3
    symbols: Annotated[
        int, Interval(ge=2, le=8), Slider(2, 8, step=1), Help("Symbols", "How many different symbols there are.")
    ] = 4
    encoding: Encoding = "one_hot"
    answer: Answer = "last"

    @property
    def time(self) -> int:
        """The length."""
        return self.length

    @property
    def alphabet(self) -> tuple[str, ...]:  # type: ignore[override]
        """The first letters, as many as there are symbols."""
        return tuple("abcdefgh"[: self.symbols])

    @property
    def per_step(self) -> bool:  # type: ignore[override]
        """Whether an answer is due after every symbol."""
        return self.answer == "every"

    @property
    def class_names(self) -> tuple[str, ...]:  # type: ignore[override]
        """The symbols; before them a dash, if an answer is due before there is anything to repeat."""
        return ("–", *self.alphabet) if self.per_step else self.alphabet

    @property
    def classes(self) -> int:  # type: ignore[override]
        """As many as there are names."""
        return len(self.class_names)

    def check(self) -> None:
        """Refuse a delay that leaves nothing to repeat."""
        if self.delay >= self.length:
            message = f"{self.delay} is too long; it must be less than the length, {self.length}"
            raise ExperimentError("data.dataset.delay", message)

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw the symbols, all equally likely."""
        symbols = (rng.random((self.samples, self.length)) * self.symbols).astype(np.intp)
        inputs, targets = self.encode(1 + symbols), np.zeros(symbols.shape)
        if not self.per_step:
            return Samples(inputs, symbols[:, -1 - self.delay].astype(np.float64))
        targets[:, self.delay :] = 1 + symbols[:, : self.length - self.delay]
        return Samples(inputs, targets)


@datasets.register("parity")
class Parity(Sequence):
    """Ones and zeros: is the number of ones odd? A single bit turns the answer round, so nothing may be forgotten."""

    title = "Parity"
    formula = r"y = \textstyle\sum_t x_t \bmod 2"
    try_this = "A dense network needs many neurons, the more the longer; a recurrent one only flips a state."
    source = "Minsky & Papert, Perceptrons (1969)"
    task = "binary"
    classes = 2
    class_names = ("even", "odd")
    input_names = ("bit",)

    samples: SampleCount = 1000
    length: Annotated[
        int,
        Interval(ge=1, le=100),
        Slider(2, 50, step=1),
        Help("Length", "How many time steps a sequence has.", "T"),
    ] = 8
    answer: Answer = "last"

    @property
    def time(self) -> int:
        """The length."""
        return self.length

    @property
    def per_step(self) -> bool:  # type: ignore[override]
        """Whether an answer is due after every bit."""
        return self.answer == "every"

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw the bits, zero and one equally likely."""
        bits = np.floor(2 * rng.random((self.samples, self.length)))
        parities = np.mod(bits.cumsum(axis=1), 2)
        return Samples(bits, parities if self.per_step else parities[:, -1])
