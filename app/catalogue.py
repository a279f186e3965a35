"""The catalogue: what there is to choose from, read from the registries and from the dataclass of an experiment."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt, MaxLen, MinLen
from pydantic import TypeAdapter

from app import VERSION
from app.live.documents import json_text
from app.previews import preview
from app.registries import REGISTRIES
from engine.experiment import Experiment, complete
from engine.registry import Component, Entries, Help, Registry, Slider, Suits

TYPES = {bool: "boolean", int: "integer", float: "number", str: "text"}
BOUNDS: tuple[tuple[type, str, str], ...] = (
    (Ge, "ge", "minimum"),
    (Le, "le", "maximum"),
    (Gt, "gt", "exclusive_minimum"),
    (Lt, "lt", "exclusive_maximum"),
    (MinLen, "min_length", "minimum_length"),
    (MaxLen, "max_length", "maximum_length"),
)
HINTS: tuple[tuple[type, str], ...] = ((Slider, "slider"), (Suits, "suits"), (Entries, "entries"))
COMMON = ("kind", "title", "formula", "try_this", "source")
"""What every component says of itself in words."""

PLAIN: TypeAdapter[Any] = TypeAdapter(Any)


@cache
def catalogue() -> dict[str, Any]:
    """Return every registry, the fields of an experiment and the complete default experiment."""
    return {
        "version": VERSION,
        "registries": {registry.name: describe_registry(registry) for registry in REGISTRIES},
        "experiment": {"fields": describe_fields(Experiment)},
        "default_experiment": plain(complete(Experiment())),
    }


@cache
def catalogue_json() -> bytes:
    """Return the catalogue's text."""
    return json_text(catalogue())


def describe_registry(registry: Registry[Any]) -> dict[str, Any]:
    """Return a registry's words and kinds."""
    kinds = [describe_kind(kind) for kind in registry]
    return {"name": registry.name, "title": registry.title, "help": registry.text, "kinds": kinds}


def describe_kind(cls: type[Component]) -> dict[str, Any]:
    """Return what a menu, a form and the help need of one kind."""
    words = {name: getattr(cls, name) for name in COMMON} | {"help": sentence(cls)}
    return words | facts(cls) | preview(cls) | {"fields": describe_fields(cls)}


def facts(cls: type[Component]) -> dict[str, Any]:
    """Return what a kind states about itself in public class attributes beyond the common words (a loss's tasks, …)."""
    own = {field.name for field in fields(cls)} | {*COMMON, "registry"}  # type: ignore[arg-type]
    names = {name for base in cls.__mro__[:-2] for name in base.__annotations__ if not name.startswith("_")}
    values = {name: getattr(cls, name) for name in sorted(names - own) if hasattr(cls, name)}
    return {name: plain(value) for name, value in values.items() if not isinstance(value, property)}


def sentence(cls: type) -> str:
    """Return the first paragraph of the docstring: the learner's sentence."""
    return " ".join(cleandoc(cls.__doc__ or "").split("\n\n")[0].split())


def describe_fields(cls: type[Any]) -> list[dict[str, Any]]:
    """Return the fields of a dataclass."""
    hints, default = get_type_hints(cls, include_extras=True), cls()
    names = [field.name for field in fields(cls) if field.name != "kind"]
    return [describe_field(name, hints[name], getattr(default, name)) for name in names]


def describe_field(name: str, hint: Any, default: Any) -> dict[str, Any]:
    """Return a field's words, default, type, bounds, slider, what it suits and what its entries stand for."""
    metadata = getattr(hint, "__metadata__", ())
    help_ = next((entry for entry in metadata if isinstance(entry, Help)), Help(name, ""))
    words = {"name": name, "title": help_.title, "help": help_.text, "symbol": help_.symbol, "default": plain(default)}
    hints = {name: plain(entry) for entry in metadata for kind, name in HINTS if isinstance(entry, kind)}
    return words | describe_type(hint) | bounds(metadata) | hints


def describe_type(hint: Any) -> dict[str, Any]:
    """Return what values of a type are: a number, a choice, a component of a registry, a list or object of such."""
    hint = bare(hint)
    if hint in TYPES:
        return {"type": TYPES[hint]}
    if get_origin(hint) is Literal:
        return {"type": "choice", "choices": list(get_args(hint))}
    if get_origin(hint) is tuple:
        items = describe_type(get_args(hint)[0])
        return items | {"type": "list", "items": items["type"]}
    if issubclass(hint, Component):
        return {"type": "component", "registry": hint.registry.name}
    if not is_dataclass(hint):
        raise TypeError(f"the catalogue does not know how to describe {hint}")
    return {"type": "object", "fields": describe_fields(cast("type[Any]", hint))}


def bare(hint: Any) -> Any:
    """Return a type without its annotations and without None."""
    while hasattr(hint, "__metadata__"):
        hint = get_args(hint)[0]
    if get_origin(hint) in (UnionType, Union):
        return bare(next(part for part in get_args(hint) if part is not NoneType))
    return hint


def bounds(metadata: Iterable[Any]) -> dict[str, float]:
    """Return the bounds in an annotation by their names in the catalogue."""
    parts = [part for entry in metadata for part in (entry if isinstance(entry, GroupedMetadata) else (entry,))]
    return {
        name: getattr(part, attribute)
        for part in parts
        for kind, attribute, name in BOUNDS
        if isinstance(part, kind) and getattr(part, attribute) is not None
    }


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    return PLAIN.dump_python(value, mode="json")
