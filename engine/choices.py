"""Choices as plain values: dataclasses turned into what JSON can say, and read back strictly by their annotations."""

from dataclasses import MISSING, fields, is_dataclass
from math import isfinite
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from engine.bounds import hints_of
from engine.errors import ExperimentError
from engine.registry import Component, Registry

T = TypeVar("T")


def as_plain(choice: Any) -> Any:
    """Return dictionaries, lists, texts and numbers for a dataclass, for a tuple of them, or for plain values."""
    if is_dataclass(choice) and not isinstance(choice, type):
        return {field.name: as_plain(getattr(choice, field.name)) for field in fields(choice)}
    return [as_plain(item) for item in choice] if isinstance(choice, tuple) else choice


def read_choice(cls: type[T], plain: Any, path: str = "") -> T:
    """Return the ``cls`` that ``plain`` describes; ExperimentError names the first field that is unknown or wrong.

    Fields that are left out get their defaults. Bounds are not looked at; :func:`engine.bounds.check_bounds` does that.
    """
    made: T = _read(cls, plain, path)
    return made


def _read(hint: Any, plain: Any, path: str) -> Any:
    """Return ``plain`` as a value of the annotation ``hint``."""
    if hasattr(hint, "__metadata__"):
        hint = get_args(hint)[0]
    origin = get_origin(hint)
    if hint is Any:
        return plain
    if origin in (Union, UnionType):
        return _read_union(get_args(hint), plain, path)
    if origin is Literal:
        return _known(get_args(hint), plain, path)
    if origin is tuple:
        return _read_tuple(get_args(hint), plain, path)
    if origin is dict:
        return _of_type(dict, plain, path)
    return _read_dataclass(hint, plain, path) if is_dataclass(hint) or _is_noun(hint) else _number(hint, plain, path)


def _read_union(hints: tuple[Any, ...], plain: Any, path: str) -> Any:
    """Read ``X | None``."""
    if plain is None and NoneType in hints:
        return None
    (other,) = (hint for hint in hints if hint is not NoneType)
    return _read(other, plain, path)


def _read_tuple(hints: tuple[Any, ...], plain: Any, path: str) -> tuple[Any, ...]:
    items = _of_type(list, plain, path)
    each = (hints[0],) * len(items) if len(hints) == 2 and hints[1] is ... else hints
    if len(each) != len(items):
        raise ExperimentError(path, f"there are {len(items)} entries; there must be {len(each)}")
    return tuple(
        _read(hint, item, f"{path}.{number}") for number, (hint, item) in enumerate(zip(each, items, strict=True))
    )


def _read_dataclass(cls: Any, plain: Any, path: str) -> Any:
    document = _of_type(dict, plain, path)
    if _is_noun(cls):
        registry: Registry[Any] = cls.registry
        cls = registry[_known(registry.kinds, document.get("kind"), _join(path, "kind"))]
    known = {field.name: field for field in fields(cls)}
    for name in document:
        if name not in known:
            raise ExperimentError(_join(path, name), f"there is no such field; there are {', '.join(known)}")
    for name, field in known.items():
        if name not in document and field.default is MISSING and field.default_factory is MISSING:
            raise ExperimentError(_join(path, name), "this is missing")
    hints = hints_of(cls)
    return cls(**{name: _read(hints[name], value, _join(path, name)) for name, value in document.items()})


def _number(cls: Any, plain: Any, path: str) -> Any:
    """Read a number, text or truth; a whole number may stand for a real one."""
    if cls is not float:
        return _of_type(cls, plain, path)
    if isinstance(plain, bool) or not isinstance(plain, int | float):
        raise ExperimentError(path, "this must be a number")
    try:
        value = float(plain)
    except OverflowError:
        value = float("inf")
    if not isfinite(value):
        raise ExperimentError(path, "this must be a finite number")
    return value


def _of_type(cls: type[T], plain: Any, path: str) -> T:
    if type(plain) is not cls:
        raise ExperimentError(path, f"this must be of type {cls.__name__}")
    return plain


def _known(choices: tuple[Any, ...], plain: Any, path: str) -> Any:
    for choice in choices:
        if type(choice) is type(plain) and choice == plain:
            return choice
    raise ExperimentError(path, f"this must be one of {', '.join(map(str, choices))}")


def _is_noun(hint: Any) -> bool:
    """Whether ``hint`` stands for any kind of a registry."""
    return isinstance(hint, type) and issubclass(hint, Component) and "registry" in vars(hint)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
