import json
from dataclasses import replace
from functools import cache

import pytest
from pydantic import TypeAdapter, ValidationError

from engine.activations import activations
from engine.augmentation import Augmentation
from engine.data import Data
from engine.datasets import datasets
from engine.datasets.inline import Inline
from engine.datasets.sequences import DelayedCopy, Parity
from engine.errors import ExperimentError
from engine.experiment import MAXIMUM_PARAMETERS, Experiment, Output, complete
from engine.layers import GRU, LSTM, Dense, Embedding, SimpleRNN
from engine.losses import losses
from engine.splits import SplitFractions
from engine.stopping import stoppings


@cache
def adapter() -> TypeAdapter[Experiment]:
    return TypeAdapter(Experiment)


def read(document: object) -> Experiment:
    return adapter().validate_json(json.dumps(document))


def chosen(experiment: Experiment) -> tuple[str, str]:
    completed = complete(experiment)
    assert completed.output.activation is not None
    assert completed.loss is not None
    return completed.output.activation.kind, completed.loss.kind


def test_nothing_said_is_the_default_experiment():
    assert read({}) == Experiment()


def test_the_default_is_the_small_net_on_the_circle():
    document = adapter().dump_python(complete(Experiment()), mode="json")
    assert document["seed"] == 7
    assert document["data"] == {
        "dataset": {"kind": "circle", "samples": 500, "noise": 0.0},
        "features": ["x1", "x2"],
        "split": {"train": 0.5, "validation": 0.0, "test": 0.5, "method": "shuffled"},
        "scaling": {"kind": "none"},
        "target_scaling": {"kind": "none"},
        "augmentation": {"shift": 0, "rotate": 0.0, "scale": 0.0, "flip": "none", "noise": 0.0},
        "resampling": {"kind": "none"},
    }
    assert [(layer["kind"], layer["units"], layer["activation"]["kind"]) for layer in document["layers"]] == [
        ("dense", 4, "tanh"),
        ("dense", 2, "tanh"),
    ]
    assert {layer["initializer"]["kind"] for layer in document["layers"]} == {"glorot_uniform"}
    assert document["output"] == {"activation": {"kind": "sigmoid"}, "initializer": {"kind": "glorot_uniform"}}
    assert document["loss"] == {"kind": "binary_cross_entropy"}
    assert document["optimizer"] == {"kind": "gradient_descent", "learning_rate": 0.03}
    assert (document["schedule"]["kind"], document["regularizer"]["kind"]) == ("constant", "none")
    assert (document["batch_size"], document["shuffle"], document["dtype"]) == (10, True, "float64")


@pytest.mark.parametrize("kind", datasets.kinds)
def test_a_complete_experiment_survives_json_and_stays_complete(kind: str):
    completed = complete(Experiment(data=Data(datasets[kind]())))
    assert adapter().validate_json(adapter().dump_json(completed)) == completed
    assert complete(completed) == completed


@pytest.mark.parametrize(
    "document",
    [
        {"seeds": 7},
        {"seed": -1},
        {"seed": 1.5},
        {"seed": "7"},
        {"batch_size": 0},
        {"data": {"dataset": {"kind": "circles"}}},
        {"data": {"dataset": {"kind": "circle", "noise": 0.6}}},
        {"layers": [{"kind": "dense", "units": 0}]},
        {"layers": [{"kind": "dense"}] * 33},
        {"dtype": "float16"},
        {"shuffle": 1},
    ],
)
def test_a_document_that_breaks_a_rule_is_refused(document: dict[str, object]):
    with pytest.raises(ValidationError):
        read(document)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_document_with_no_number_is_refused(number: str):
    text = '{"optimizer": {"kind": "gradient_descent", "learning_rate": %s}}' % number  # noqa: UP031 (braces)
    with pytest.raises(ValidationError):
        adapter().validate_json(text)


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ("circle", ("sigmoid", "binary_cross_entropy")),
        ("pinwheel", ("softmax", "categorical_cross_entropy")),
        ("plane", ("linear", "squared_error")),
    ],
)
def test_output_and_loss_follow_from_the_task(dataset: str, expected: tuple[str, str]):
    assert chosen(Experiment(data=Data(datasets[dataset]()))) == expected


@pytest.mark.parametrize(
    ("dataset", "activation"),
    [(dataset, kind) for dataset in ("circle", "plane") for kind in activations.kinds if kind != "softmax"]
    + [("pinwheel", kind) for kind in activations.kinds],
)
def test_every_output_activation_gets_a_loss_that_may_follow_it(dataset: str, activation: str):
    experiment = Experiment(data=Data(datasets[dataset]()), output=Output(activations[activation]()))
    kind, loss = chosen(experiment)
    assert kind == activation
    assert losses[loss].outputs is None or activation in losses[loss].outputs


@pytest.mark.parametrize("dataset", ["circle", "pinwheel", "plane"])
@pytest.mark.parametrize("loss", losses.kinds)
def test_every_loss_gets_an_output_it_may_follow_or_is_refused(dataset: str, loss: str):
    data = Data(datasets[dataset]())
    if data.dataset.task in losses[loss].tasks:
        activation, kind = chosen(Experiment(data=data, loss=losses[loss]()))
        assert kind == loss
        assert losses[loss].outputs is None or activation in losses[loss].outputs
    else:
        with pytest.raises(ExperimentError, match=f"'{loss}' does not fit a {data.dataset.task} task; allowed are"):
            complete(Experiment(data=data, loss=losses[loss]()))


def test_the_pairs_of_the_playground_are_allowed():
    tanh = Output(activations["tanh"]())
    assert chosen(Experiment(output=tanh, loss=losses["squared_error"]())) == ("tanh", "squared_error")


@pytest.mark.parametrize("activation", ["step", "softmax"])
def test_any_activation_may_stand_in_a_hidden_layer(activation: str):
    complete(Experiment(layers=(Dense(units=3, activation=activations[activation]()),)))


def test_no_hidden_layer_is_a_network_too():
    assert complete(Experiment(layers=())).layers == ()


REFUSED = [
    (Experiment(loss=losses["categorical_cross_entropy"]()), "loss", "'categorical_cross_entropy' does not fit"),
    (
        Experiment(output=Output(activations["tanh"]()), loss=losses["binary_cross_entropy"]()),
        "loss",
        "'binary_cross_entropy' cannot follow the output activation 'tanh'; it can follow sigmoid",
    ),
    (Experiment(output=Output(activations["softmax"]())), "output.activation", "over a single output is always 1"),
    (Experiment(data=Data(features=("x1", "x9"))), "data.features", "'x9' is not a feature"),
    (Experiment(data=Data(features=())), "data.features", "at least one"),
    (Experiment(data=Data(split=SplitFractions(0.5, 0.1, 0.1))), "data.split", "must sum to 1"),
    (
        Experiment(data=Data(Inline(), split=SplitFractions(0.1, 0.0, 0.9))),
        "data.split.train",
        "0.1 of 4 examples leaves none",
    ),
    (Experiment(data=Data(Inline(targets=(0.0, 1.0, 2.0, 0.0)))), "data.dataset.targets.2", "2 is not a class"),
    (Experiment(data=Data(Parity(answer="every"))), "layers", "after every time step, so the output needs a sequence"),
    (
        Experiment(layers=(LSTM(),)),
        "layers.0",
        r"lstm: it reads sequences, of the shape \(time, features\), and gets the",
    ),
    (Experiment(data=Data(Parity()), layers=(GRU(), GRU())), "layers.1", "gru: it reads sequences"),
    (
        Experiment(data=Data(Parity()), layers=(SimpleRNN(activation=activations["softmax"]()),)),
        "layers.0",
        "simple_rnn: the activation 'softmax' works on whole layers",
    ),
    (Experiment(data=Data(Parity()), layers=(GRU(return_sequences=True),)), "layers", "the output needs a flat row"),
    (Experiment(layers=(Embedding(),)), "layers.0", "must be the first layer, on a dataset whose encoding is tokens"),
    (Experiment(data=Data(DelayedCopy()), layers=(Embedding(), GRU())), "layers.0", "whose encoding is tokens"),
    (
        Experiment(data=Data(DelayedCopy(encoding="tokens")), layers=(Embedding(input_dim=4), GRU())),
        "layers.0.input_dim",
        "4 is too small; 4 symbols and padding need 5",
    ),
    (Experiment(data=Data(augmentation=Augmentation(shift=1))), "data.augmentation", "no images"),
    (Experiment(data=Data(augmentation=Augmentation(rotate=181.0))), "data.augmentation.rotate", "at most 180"),
    (Experiment(data=Data(DelayedCopy(delay=20))), "data.dataset.delay", "20 is too long; it must be less than"),
    (Experiment(batch_size=0), "batch_size", "0 is too small; it must be at least 1"),
    (Experiment(seed=-1), "seed", "-1 is too small"),
    (Experiment(layers=(Dense(units=1),) * 33), "layers", "33 entries are too many; there may be at most 32"),
    (Experiment(layers=(Dense(), Dense(units=0))), "layers.1.units", "0 is too small"),
    (Experiment(layers=(Dense(units=256),) * 17), "layers", f"at most {MAXIMUM_PARAMETERS:,}"),
]


@pytest.mark.parametrize(("experiment", "field", "message"), REFUSED, ids=[case[1] for case in REFUSED])
def test_what_cannot_be_trained_is_refused_by_name(experiment: Experiment, field: str, message: str):
    with pytest.raises(ExperimentError, match=message) as caught:
        complete(experiment)
    assert caught.value.field == field


def test_a_batch_larger_than_the_set_is_allowed():
    assert complete(replace(Experiment(), batch_size=10_000)).batch_size == 10_000


@pytest.mark.parametrize("kind", ["early_stopping", "target_loss", "plateau"])
@pytest.mark.parametrize("split", ["validation", "test"])
def test_a_stopping_rule_needs_the_part_that_it_looks_at(kind: str, split: str):
    rule = stoppings[kind](split=split)
    data = Data(split=SplitFractions(1.0, 0.0, 0.0))
    with pytest.raises(ExperimentError, match=rf"stopping\.split: '{kind}' looks at the {split} loss"):
        complete(Experiment(data=data, stopping=rule))
    assert complete(Experiment(data=Data(split=SplitFractions(0.4, 0.3, 0.3)), stopping=rule)).stopping == rule
