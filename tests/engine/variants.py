"""Experiments in which a component takes part, whichever it is: tables for tests of every kind of a registry."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import Convolution, Dense, Flatten, Layer, layers
from engine.registry import Component, Slider

TANH = activations["tanh"]()
DIGITS = Data(datasets["digits"](samples=60))
STRINGS = Data(datasets["reber_grammar"](samples=60))
TOKENS = Data(datasets["reber_grammar"](samples=60, encoding="tokens"))
FILTERS = Convolution(filters=3, padding="same", activation=TANH)


def around(layer: Layer) -> Experiment:
    """An experiment in which a layer stands where it fits, with others before or after it that learn through it."""
    if layer.kind == "embedding":
        return Experiment(data=TOKENS, layers=(layer, layers["gru"](units=3)))
    if layer.kind == "flatten":
        return Experiment(data=DIGITS, layers=(FILTERS, layer))
    if layer.input_rank == 3:
        return Experiment(data=DIGITS, layers=(FILTERS, layer, Flatten()))
    if layer.input_rank == 2:
        before = layers["simple_rnn"](units=3, return_sequences=True)
        after = layers["gru"](units=2) if vars(layer)["return_sequences"] else Dense(units=2)
        return Experiment(data=STRINGS, layers=(before, layer, after))
    return Experiment(layers=(Dense(units=3), layer, Dense(units=2)))


def on_images(layer: Layer) -> Experiment:
    """An experiment in which a layer that minds no shape stands between pictures."""
    return Experiment(data=DIGITS, layers=(FILTERS, layer, Flatten()))


def on_sequences(layer: Layer) -> Experiment:
    """An experiment in which a layer that minds no shape stands between sequences of different length."""
    recurrent = layers["gru"](units=3, return_sequences=True)
    return Experiment(data=STRINGS, layers=(recurrent, layer, layers["lstm"](units=2)))


def variants(kind: type[Component]) -> Iterator[tuple[str, Any]]:
    """Name and component of a kind as it is by default and with every option changed by itself.

    Of choices each is taken, of numbers both ends of the slider, of other components each kind.
    """
    yield "default", kind()
    hints = get_type_hints(kind, include_extras=True)
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name != "kind":
            for value in _values(hints[field.name], field.default):
                if value != field.default:
                    yield f"{field.name}={getattr(value, 'kind', value)}", replace(kind(), **{field.name: value})  # type: ignore[type-var]


def _values(hint: Any, default: Any) -> Iterator[Any]:
    """What a field with this annotation may be."""
    if isinstance(default, Component):
        yield from (other() for other in default.registry)
    elif isinstance(default, bool):
        yield from (True, False)
    elif get_origin(get_args(hint)[0]) is Literal:
        yield from get_args(get_args(hint)[0])
    else:
        for slider in (entry for entry in hint.__metadata__ if isinstance(entry, Slider)):
            number = float if isinstance(default, float) else int
            yield from (number(slider.minimum), number(slider.maximum))


def few(kind: str) -> Data:
    """Few examples of a dataset."""
    dataset = datasets[kind]()
    known = {field.name for field in fields(dataset)}
    return Data(replace(dataset, samples=min(60, dataset.samples)) if "samples" in known else dataset)  # type: ignore[call-arg, type-var]


def suggested(data: Data) -> Experiment:
    """What a dataset suggests to begin with; the usual layers and optimizer where it suggests none."""
    first = Experiment(data=data)
    stack, optimizer = data.dataset.suggested_layers, data.dataset.suggested_optimizer
    return replace(first, layers=first.layers if stack is None else stack, optimizer=optimizer or first.optimizer)
