"""The catalogue: every registry and the fields of an experiment, all that a page or a script needs to build forms.

Nothing is written here: names, texts, bounds and defaults are read from the registered classes.
"""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import version
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from annotated_types import BaseMetadata, Ge, GroupedMetadata, Gt, Le, Lt, MaxLen, MinLen
from pydantic import TypeAdapter

from app.miniatures import miniature
from engine.activations import activations
from engine.datasets import datasets
from engine.experiment import Experiment, complete
from engine.features import features
from engine.initializers import initializers
from engine.layers import layers
from engine.losses import losses
from engine.optimizers import optimizers
from engine.probes import probes
from engine.registry import Component, Help, Registry, Slider
from engine.regularizers import regularizers
from engine.scaling import scalings
from engine.schedules import schedules

REGISTRIES: tuple[Registry[Any], ...] = (
    activations,
    initializers,
    losses,
    regularizers,
    schedules,
    optimizers,
    layers,
    datasets,
    features,
    scalings,
    probes,
)
TYPES = {bool: "boolean", int: "integer", float: "number", str: "text"}
BOUNDS: dict[type[BaseMetadata], tuple[str, str]] = {
    Ge: ("ge", "minimum"),
    Le: ("le", "maximum"),
    Gt: ("gt", "exclusive_minimum"),
    Lt: ("lt", "exclusive_maximum"),
    MinLen: ("min_length", "minimum_length"),
    MaxLen: ("max_length", "maximum_length"),
}
FACTS = (
    "derivative_formula",
    "bounds",
    "trains",
    "elementwise",
    "tasks",
    "outputs",
    "task",
    "classes",
    "input_names",
    "domain",
    "default_split",
    "columns",
    "symbol",
)
"""Attributes of some registries' classes that a page can use; a kind has those that its class has."""

T = TypeVar("T")

_json = TypeAdapter[Any](Any)


@cache
def catalogue() -> dict[str, Any]:
    """Return the catalogue as JSON values: version, registries, the experiment's fields and the default experiment."""
    return {
        "version": version("livenet"),
        "registries": {registry.name: describe_registry(registry) for registry in REGISTRIES},
        "experiment": {"fields": describe_fields(Experiment)},
        "default_experiment": plain(complete(Experiment())),
    }


def describe_registry(registry: Registry[Any]) -> dict[str, Any]:
    """Return the registry's name, title and help, and its kinds in the order of a menu."""
    texts = {"name": registry.name, "title": registry.title, "help": registry.text}
    return texts | {"kinds": [describe_kind(cls) for cls in registry]}


def describe_kind(cls: type[Component]) -> dict[str, Any]:
    """Return the texts of one kind, what its class says of itself, its miniature and its fields."""
    texts = {"kind": cls.kind, "title": cls.title, "help": first_paragraph(cls), "formula": cls.formula}
    texts |= {"try_this": cls.try_this, "source": cls.source}
    return texts | facts(cls) | miniature(cls) | {"fields": describe_fields(cls)}


def facts(cls: type[Component]) -> dict[str, Any]:
    """Return those of FACTS that are the same for every instance: neither fields nor computed from fields."""
    chosen = {field.name for field in fields(cls)}  # type: ignore[arg-type]
    names = [name for name in FACTS if hasattr(cls, name) and name not in chosen]
    return {name: plain(getattr(cls, name)) for name in names if not isinstance(getattr(cls, name), property)}


def first_paragraph(cls: type) -> str:
    """Return the learner's sentence: the docstring up to its first empty line, in one line."""
    return " ".join(cleandoc(cls.__doc__ or "").split("\n\n")[0].split())


def describe_fields(cls: type[Any]) -> list[dict[str, Any]]:
    """Describe every field but ``kind`` of a dataclass that can be built without arguments."""
    hints, default = get_type_hints(cls, include_extras=True), cls()
    names = (field.name for field in fields(cls) if field.name != "kind")
    return [describe_field(name, hints[name], getattr(default, name)) for name in names]


def describe_field(name: str, hint: Any, default: Any) -> dict[str, Any]:
    """Return a field's name, texts, default, type, bounds and slider."""
    metadata = getattr(hint, "__metadata__", ())
    texts = find(metadata, Help) or Help(name, "")
    described = {
        "name": name,
        "title": texts.title,
        "help": texts.text,
        "symbol": texts.symbol,
        "default": plain(default),
    }
    described |= describe_type(get_args(hint)[0] if metadata else hint) | describe_bounds(metadata)
    slider = find(metadata, Slider)
    return described | ({"slider": plain(slider)} if slider else {})


def describe_type(hint: Any) -> dict[str, Any]:
    """Return what kind of value a hint stands for; of an optional one, that which is not None."""
    if get_origin(hint) in (Union, UnionType):
        return describe_type(next(part for part in get_args(hint) if part is not NoneType))
    if get_origin(hint) is Literal:
        return {"type": "choice", "choices": list(get_args(hint))}
    if get_origin(hint) is tuple:
        return describe_type(get_args(hint)[0]) | {"type": "list"}
    if isinstance(hint, type) and issubclass(hint, Component):
        return {"type": "component", "registry": hint.registry.name}
    if is_dataclass(hint):
        return {"type": "object", "fields": describe_fields(hint)}  # type: ignore[arg-type]
    return {"type": TYPES[hint]}


def describe_bounds(metadata: Iterable[Any]) -> dict[str, float]:
    """Return the bounds among a field's annotations, by their JSON names."""
    found = {}
    for part in constraints(metadata):
        attribute, name = BOUNDS.get(type(part), ("", ""))
        if attribute:
            found[name] = getattr(part, attribute)
    return found


def constraints(metadata: Iterable[Any]) -> Iterable[Any]:
    """Yield the annotations, grouped ones (an interval, a length) as their parts."""
    for entry in metadata:
        yield from entry if isinstance(entry, GroupedMetadata) else (entry,)


def find(metadata: Iterable[Any], cls: type[T]) -> T | None:
    """Return the first annotation of a class, if there is one."""
    return next((entry for entry in metadata if isinstance(entry, cls)), None)


def plain(value: Any) -> Any:
    """Return ``value`` as JSON has it: dataclasses as objects, tuples as lists."""
    return _json.dump_python(value, mode="json")
