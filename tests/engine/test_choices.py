import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Interval
from pydantic import TypeAdapter

from engine.activations import activations
from engine.choices import as_plain, read_choice
from engine.data import Data
from engine.datasets import datasets
from engine.errors import ExperimentError
from engine.experiment import Experiment, complete
from engine.layers import layers
from engine.registry import Component, Registry
from engine.training import Training
from tests.engine.test_contract import COMPONENTS

EXPERIMENT = TypeAdapter(Experiment)
EXPERIMENTS = [
    Experiment(),
    complete(
        Experiment(data=Data(datasets["inline"](), features=("x2",)), layers=tuple(kind() for kind in layers)[:1])
    ),
    complete(Experiment(layers=(layers["dense"](activation=activations["leaky_relu"](slope=0.25)),), seed=2**32 - 1)),
]


@dataclass(frozen=True)
class Everything:
    number: Annotated[float, Interval(ge=0)] = 0.5
    whole: int = 1
    truth: bool = True
    word: Literal["a", "b"] = "a"
    pair: tuple[int, float] = (1, 2.0)
    row: tuple[float, ...] = ()
    maybe: tuple[str, ...] | None = None
    free: dict[str, Any] | None = None


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_an_experiment_is_said_as_pydantic_says_it_and_comes_back(experiment: Experiment):
    plain = as_plain(experiment)
    assert plain == EXPERIMENT.dump_python(experiment, mode="json")
    assert read_choice(Experiment, json.loads(json.dumps(plain))) == experiment


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_component_comes_back(component: type[Component]):
    registry: Registry[Any] = component.registry
    made = component()
    assert read_choice(registry.base, json.loads(json.dumps(as_plain(made)))) == made


def test_a_training_can_be_made_of_what_was_read():
    assert Training(read_choice(Experiment, {"layers": [{"kind": "dense", "units": 3}]})).network.layers[0].name


@pytest.mark.parametrize(
    ("plain", "field"),
    [
        ([], ""),
        ({"number": "1"}, "number"),
        ({"number": True}, "number"),
        ({"number": 10**400}, "number"),
        ({"number": float("nan")}, "number"),
        ({"whole": 1.0}, "whole"),
        ({"whole": True}, "whole"),
        ({"truth": 1}, "truth"),
        ({"word": "c"}, "word"),
        ({"word": ["a"]}, "word"),
        ({"pair": [1]}, "pair"),
        ({"pair": [1, None]}, "pair.1"),
        ({"row": [1, "2"]}, "row.1"),
        ({"maybe": "ab"}, "maybe"),
        ({"free": []}, "free"),
        ({"other": 1}, "other"),
    ],
)
def test_what_does_not_fit_is_named(plain: Any, field: str):
    with pytest.raises(ExperimentError) as caught:
        read_choice(Everything, plain)
    assert caught.value.field == field


@pytest.mark.parametrize("kind", [None, "no such kind", 3, ["dense"], {}])
def test_kinds_are_known_or_refused(kind: Any):
    with pytest.raises(ExperimentError) as caught:
        read_choice(Experiment, {"layers": [{"kind": kind}]})
    assert caught.value.field == "layers.0.kind"


def test_a_field_without_a_default_must_be_there():
    @dataclass(frozen=True)
    class Needy:
        first: int

    with pytest.raises(ExperimentError, match="missing"):
        read_choice(Needy, {})


def test_whole_numbers_may_stand_for_real_ones():
    made = read_choice(Everything, {"number": 3, "row": [1, 2.5]})
    assert (type(made.number), made.row) == (float, (1.0, 2.5))
