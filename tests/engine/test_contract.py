"""What every registered component of every registry of the engine promises."""

import importlib
import json
import math
import pkgutil
from dataclasses import FrozenInstanceError, fields
from typing import Any, get_type_hints

import pytest
from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt
from pydantic import TypeAdapter, ValidationError

import engine
from engine.registry import Component, Help, Registry, Slider

NOTATED = {"activations", "features", "initializers", "losses", "optimizers", "regularizers", "schedules"}
"""Registries whose components are formulas."""


def registries() -> dict[str, Registry[Any]]:
    """Every registry that a module of the engine defines."""
    modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(engine.__path__, "engine.")]
    found = [one for module in modules for one in vars(module).values() if isinstance(one, Registry)]
    return {registry.name: registry for registry in found}


REGISTRIES = registries()
COMPONENTS = [
    pytest.param(component, id=f"{registry.name}-{component.kind}")
    for registry in REGISTRIES.values()
    for component in registry
]


def annotated_fields(component: type[Component]):
    """Name, metadata and default of each field that a learner can choose."""
    hints, made = get_type_hints(component, include_extras=True), component()
    for field in fields(component):
        if field.name != "kind":
            yield field.name, getattr(hints[field.name], "__metadata__", ()), getattr(made, field.name)


def limits(metadata):
    """The bounds in an annotation, one by one."""
    for entry in metadata:
        parts = entry if isinstance(entry, GroupedMetadata) else [entry]
        yield from (part for part in parts if isinstance(part, Ge | Gt | Le | Lt))


def beyond(bound, default):
    """The nearest round number that a bound refuses, of the kind that the field has (optional ones are whole)."""
    number = int if default is None else type(default)
    match bound:
        case Gt(limit) | Lt(limit):
            return number(limit)
        case Ge(limit):
            return number(limit - 1)
        case Le(limit):
            return number(limit + 1)


FIELDS = [
    pytest.param(component.values[0], name, metadata, default, id=f"{component.id}-{name}")
    for component in COMPONENTS
    for name, metadata, default in annotated_fields(component.values[0])
]


def bound_cases():
    for field in FIELDS:
        component, name, metadata, default = field.values
        for bound in limits(metadata):
            yield pytest.param(component, name, beyond(bound, default), id=f"{field.id}-{bound}")


def slider_cases():
    for field in FIELDS:
        component, name, metadata, default = field.values
        for slider in (entry for entry in metadata if isinstance(entry, Slider)):
            yield pytest.param(component, name, slider, default, id=field.id)


def number_cases():
    return [pytest.param(*field.values[:2], id=field.id) for field in FIELDS if type(field.values[3]) in (int, float)]


def parse(component: type[Component], document: dict[str, Any]):
    return TypeAdapter(component.registry.base).validate_json(json.dumps(document))


def test_the_registries_of_the_mathematics_are_found():
    assert set(REGISTRIES) >= NOTATED


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=REGISTRIES)
def test_a_registry_says_what_it_is(registry):
    assert registry.title
    assert registry.text.endswith(".")
    assert len(registry) == len(set(registry.kinds)) > 0


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_explains_itself(component):
    sentence = (component.__doc__ or "").split("\n\n")[0]
    assert sentence
    assert not sentence.startswith(f"{component.__name__}(")  # what dataclass writes when there is no docstring
    assert sentence[0].isupper()
    assert "." in sentence
    for said in (component.title, component.try_this, component.source):
        assert said


@pytest.mark.parametrize("component", [one for one in COMPONENTS if one.values[0].registry.name in NOTATED])
def test_mathematics_has_a_formula(component):
    assert component.formula
    assert component.formula.count("{") == component.formula.count("}")
    assert "$" not in component.formula


@pytest.mark.parametrize(("component", "name", "metadata", "default"), FIELDS)
def test_every_field_has_a_name_and_a_sentence(component, name, metadata, default):
    helps = [entry for entry in metadata if isinstance(entry, Help)]
    assert len(helps) == 1
    assert helps[0].title
    assert helps[0].text.endswith((".", "?"))


@pytest.mark.parametrize(("component", "name", "slider", "default"), list(slider_cases()))
def test_sliders_lie_within_the_bounds_and_reach_the_default(component, name, slider, default):
    assert slider.minimum < slider.maximum
    assert slider.scale == "linear" or slider.minimum > 0
    assert not default or slider.minimum <= default <= slider.maximum
    for end in (slider.minimum, slider.maximum):
        parse(component, {"kind": component.kind, name: int(end) if default is None else type(default)(end)})


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_survives_json(component):
    made = component()
    text = TypeAdapter(component.registry.base).dump_json(made)
    assert json.loads(text)["kind"] == component.kind
    assert TypeAdapter(component.registry.base).validate_json(text) == made
    assert parse(component, {"kind": component.kind}) == made


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_is_frozen_hashable_and_refuses_unknown_fields(component):
    with pytest.raises(FrozenInstanceError):
        component().kind = "other"
    assert hash(component()) == hash(component())
    with pytest.raises(ValidationError, match="unknown"):
        parse(component, {"kind": component.kind, "unknown": 1})


@pytest.mark.parametrize(("component", "name", "value"), list(bound_cases()))
def test_numbers_beyond_a_bound_are_refused(component, name, value):
    with pytest.raises(ValidationError, match=name):
        parse(component, {"kind": component.kind, name: value})


@pytest.mark.parametrize(("component", "name"), number_cases())
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "1", None])
def test_what_is_not_a_number_is_refused(component, name, value):
    with pytest.raises(ValidationError, match=name):
        parse(component, {"kind": component.kind, name: value})


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=REGISTRIES)
def test_unknown_kinds_are_refused(registry):
    with pytest.raises(ValidationError):
        TypeAdapter(registry.base).validate_json('{"kind": "no such kind"}')


@pytest.mark.parametrize("component", list(REGISTRIES["activations"]), ids=lambda one: one.kind)
def test_an_activation_shows_its_derivative(component):
    assert component.derivative_formula
