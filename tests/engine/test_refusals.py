"""Networks that cannot be: each is refused when the experiment is made, naming the layer and the shapes."""

import re

import pytest

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.errors import ExperimentError
from engine.experiment import Experiment, complete
from engine.layers import Convolution, Dense, Embedding, Flatten, Layer, MaxPooling, layers

GRU, LSTM = layers["gru"], layers["lstm"]
SEQUENCE = {"return_sequences": True}
REFUSED: list[tuple[str, dict, tuple[Layer, ...], str, str]] = [
    # dataset, its fields, layers, field that is named, message
    ("digits", {}, (Convolution(kernel_size=7), Convolution()), "layers.1",
     "conv2d: the kernel of 3 × 3 is larger than the image, whose shape is (2, 2, 8)"),
    ("digits", {}, (Convolution(kernel_size=7), MaxPooling(pool_size=3)), "layers.1",
     "max_pooling2d: the pool of 3 × 3 is larger than the image, whose shape is (2, 2, 8)"),
    ("digits", {}, (MaxPooling(),) * 4, "layers.3", "larger than the image, whose shape is (1, 1, 1)"),
    ("digits", {}, (Convolution(), Dense()), "layers.1",
     "dense: it needs a flat row of numbers, and gets the shape (6, 6, 8); put a flatten layer before it"),
    ("digits", {}, (Convolution(),), "layers",
     "the output needs a flat row of numbers, and gets the shape (6, 6, 8) from conv2d; end with a flatten layer"),
    ("digits", {}, (Dense(), Convolution()), "layers.1",
     "conv2d: it needs images (height, width, channels), and gets the shape (4,)"),
    ("digits", {}, (Convolution(), Flatten(), Convolution()), "layers.2", "conv2d: it needs images"),
    ("digits", {}, (GRU(),), "layers.0",
     "gru: it reads sequences, of the shape (time, features), and gets the shape (8, 8, 1)"),
    ("circle", {}, (Convolution(),), "layers.0",
     "conv2d: it needs images (height, width, channels), and gets the shape (2,)"),
    ("adding_problem", {}, (Convolution(),), "layers.0", "gets the shape (50, 2)"),
    *((dataset, {}, (layers[kind](),), "layers.0",
       f"{kind}: it reads sequences, of the shape (time, features), and gets the shape ({columns},)")
      for kind in ("simple_rnn", "lstm", "gru") for dataset, columns in (("circle", 2), ("iris", 4))),
    ("adding_problem", {}, (GRU(), LSTM()), "layers.1",
     "lstm: it reads sequences, of the shape (time, features), and gets the shape (8,)"),
    ("adding_problem", {}, (GRU(**SEQUENCE),), "layers",
     "the output needs a flat row of numbers, and gets the shape (50, 8) from gru; turn return_sequences off"),
    ("delayed_copy", {"answer": "every"}, (GRU(),), "layers",
     "the output needs a sequence, and gets the shape (8,) from gru; a recurrent layer with return_sequences"),
    ("parity", {"answer": "every"}, (), "layers", "the output needs a sequence, and gets the shape (8,)"),
    ("reber_grammar", {"encoding": "tokens"}, (GRU(),), "layers.0",
     "gets the shape (24,); symbols that come as numbers need an embedding before it, or the encoding one_hot"),
    ("reber_grammar", {"encoding": "tokens"}, (Embedding(input_dim=4), GRU()), "layers.0.input_dim",
     "4 is too small; 7 symbols and padding need 8"),
    ("reber_grammar", {"encoding": "tokens"}, (Embedding(), Embedding()), "layers.1", "this is layer 2"),
    ("circle", {}, (Embedding(),), "layers.0", "whose encoding is tokens; this is on examples of the shape (2,)"),
    ("parity", {}, (layers["simple_rnn"](activation=activations["softmax"]()),), "layers.0",
     "simple_rnn: the activation 'softmax' works on whole layers, not on single units"),
    ("digits", {}, (Dense(units=256),) * 17, "layers",
     "parameters are too many; at most 1,000,000; layers.1, dense, has 65,792 of them"),
    ("adding_problem", {}, (LSTM(units=256, **SEQUENCE),) * 3 + (LSTM(units=256),), "layers",
     "1,841,409 parameters are too many; at most 1,000,000; layers.1, lstm, has 525,312 of them"),
]  # fmt: skip


def made(kind: str, fields: dict, stack: tuple[Layer, ...], **more) -> Experiment:
    return Experiment(data=Data(datasets[kind](**fields)), layers=stack, **more)


@pytest.mark.parametrize(("kind", "fields", "stack", "field", "message"), REFUSED)
def test_what_cannot_follow_is_refused(kind: str, fields: dict, stack: tuple[Layer, ...], field: str, message: str):
    with pytest.raises(ExperimentError, match=re.escape(message)) as caught:
        complete(made(kind, fields, stack))
    assert caught.value.field == field


def test_a_step_that_needs_too_much_memory_is_refused():
    stack = LSTM(units=128, **SEQUENCE), LSTM(units=128)
    message = (
        "a step on 1,000 examples would keep 435,600,000 numbers in the layers; at most 50,000,000; "
        "layers.1, lstm of the shape (200, 128), keeps 230,400,000 of them"
    )
    with pytest.raises(ExperimentError, match=re.escape(message)) as caught:
        complete(made("adding_problem", {"length": 200}, stack, batch_size=1000))
    assert caught.value.field == "batch_size"
    complete(made("adding_problem", {"length": 200}, stack, batch_size=100))
