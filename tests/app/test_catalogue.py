import json
import math
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from app.catalogue import catalogue, describe_fields, facts, sentence
from app.registries import REGISTRIES
from engine.activations import activations
from engine.datasets import datasets
from engine.errors import ExperimentError
from engine.experiment import Experiment, complete
from engine.losses import losses
from engine.optimizers import optimizers
from engine.registry import Component

KINDS = [cls for registry in REGISTRIES for cls in registry]


def fields_of(kind: str, registry: str = "optimizers") -> dict:
    entries = {entry["kind"]: entry for entry in catalogue()["registries"][registry]["kinds"]}
    return {field["name"]: field for field in entries[kind]["fields"]}


def all_fields(fields: list[dict]):
    for field in fields:
        yield field
        yield from all_fields(field.get("fields", []))


def test_it_is_plain_json_without_infinities() -> None:
    assert json.loads(json.dumps(catalogue(), allow_nan=False)) == catalogue()


def test_every_registry_lists_its_kinds_in_order() -> None:
    described = catalogue()["registries"]
    assert {name: tuple(entry["kind"] for entry in registry["kinds"]) for name, registry in described.items()} == {
        registry.name: registry.kinds for registry in REGISTRIES
    }


def test_the_default_experiment_is_the_complete_one() -> None:
    text = json.dumps(catalogue()["default_experiment"])
    assert TypeAdapter(Experiment).validate_json(text) == complete(Experiment())


@pytest.mark.parametrize("cls", KINDS, ids=lambda cls: f"{cls.registry.name}.{cls.kind}")
def test_every_kind_explains_itself_in_words(cls: type[Component]) -> None:
    assert cls.title
    assert sentence(cls).endswith((".", ")"))
    assert cls.try_this
    for field in describe_fields(cls):
        assert field["title"], field["name"]
        assert field["help"].endswith("."), field["name"]


def test_defaults_are_within_their_own_bounds_and_sliders_too() -> None:
    kinds = (field for cls in KINDS for field in describe_fields(cls))
    for field in [*kinds, *all_fields(catalogue()["experiment"]["fields"])]:
        ends = [field["slider"]["minimum"], field["slider"]["maximum"]] if "slider" in field else []
        counts = field["type"] in ("number", "integer") and field["default"] is not None
        default = [field["default"]] if counts else []
        for value in ends + default:
            assert field.get("minimum", -math.inf) <= value <= field.get("maximum", math.inf), field
            assert field.get("exclusive_minimum", -math.inf) < value < field.get("exclusive_maximum", math.inf), field
        if field.get("slider", {}).get("scale") == "log":
            assert ends[0] > 0


def test_a_number_has_its_bounds_its_slider_and_its_symbol() -> None:
    rate = fields_of("adam")["learning_rate"]
    assert rate["type"] == "number"
    assert rate["exclusive_minimum"] == 0
    assert "minimum" not in rate
    assert rate["slider"]["scale"] == "log"
    assert rate["symbol"] == r"\alpha"


def test_types_follow_from_the_annotations() -> None:
    momentum = fields_of("momentum")
    assert momentum["nesterov"]["type"] == "boolean"
    assert momentum["convention"]["choices"] == ["accumulate", "average"]
    dense = fields_of("dense", "layers")
    assert dense["activation"]["registry"] == "activations"
    assert (dense["units"]["type"], dense["units"]["maximum"]) == ("integer", 256)


def test_the_experiment_nests_objects_components_and_lists() -> None:
    experiment = {field["name"]: field for field in catalogue()["experiment"]["fields"]}
    data = {field["name"]: field for field in experiment["data"]["fields"]}
    assert data["dataset"]["registry"] == "datasets"
    assert data["features"]["type"] == "list"
    assert [field["name"] for field in data["split"]["fields"]] == ["train", "validation", "test", "method"]
    assert (experiment["layers"]["type"], experiment["layers"]["registry"]) == ("list", "layers")
    assert experiment["layers"]["maximum_length"] == 32
    assert experiment["loss"]["type"] == "component"


def test_fields_say_what_they_fit() -> None:
    fields = {field["name"]: field for field in all_fields(catalogue()["experiment"]["fields"])}
    assert fields["target_scaling"]["suits"] == {"tasks": ["regression"], "families": None}
    assert fields["augmentation"]["suits"] == {"tasks": None, "families": ["images"]}
    assert fields["class_weight"]["suits"]["tasks"] == fields["resampling"]["suits"]["tasks"]
    assert "suits" not in fields["scaling"]
    assert fields_of("manual", "class_weights")["weights"]["entries"] == {"of": "classes"}


OTHER_THAN_DEFAULT = {
    "class_weight": {"class_weight": {"kind": "balanced"}},
    "resampling": {"data": {"resampling": {"kind": "down_sampling"}}},
    "augmentation": {"data": {"augmentation": {"shift": 1}}},
}


@pytest.mark.parametrize("name", OTHER_THAN_DEFAULT)
def test_a_field_means_something_to_the_datasets_that_it_suits_and_is_refused_by_all_others(name: str) -> None:
    fields = {field["name"]: field for field in all_fields(catalogue()["experiment"]["fields"])}
    tasks, families = fields[name]["suits"]["tasks"], fields[name]["suits"]["families"]
    for dataset in (cls() for cls in datasets):
        suited = (tasks is None or dataset.task in tasks) and (families is None or dataset.family in families)
        document: dict = {**OTHER_THAN_DEFAULT[name]}
        document["data"] = {**document.get("data", {}), "dataset": {"kind": dataset.kind}}
        experiment = replace(
            TypeAdapter(Experiment).validate_json(json.dumps(document)), layers=dataset.suggested_layers or ()
        )
        refused = name in refusals(experiment)
        assert refused == (not suited or (dataset.per_step and name == "resampling")), dataset.kind


def refusals(experiment: Experiment) -> str:
    """Return which field is refused; nothing if none is."""
    try:
        complete(experiment)
    except ExperimentError as error:
        return error.field
    return ""


def test_kinds_say_what_they_fit() -> None:
    assert facts(losses["hinge"])["tasks"] == ["binary"]
    assert facts(losses["hinge"])["outputs"] == ["linear", "tanh"]
    assert facts(datasets["plane"])["task"] == "regression"
    assert facts(activations["softmax"])["elementwise"] is False
    assert "task" not in facts(datasets["inline"]), "a field there, not a fact"
    assert "classes" not in facts(datasets["inline"]), "computed from the targets there"
    assert "tasks" not in facts(optimizers["adam"])
