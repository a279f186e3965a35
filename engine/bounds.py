"""Bounds: what a field's annotation allows, enforced for values that were made in Python and never were JSON."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from math import isfinite
from typing import Any, Literal, get_args, get_origin, get_type_hints

from annotated_types import BaseMetadata, Ge, GroupedMetadata, Gt, Le, Lt, MaxLen, MinLen

from engine.errors import ExperimentError


def check_bounds(value: object, path: str = "") -> None:
    """Raise ExperimentError for the first field in ``value``, or in the values within it, that breaks its annotation.

    ``value`` is a dataclass, a tuple of them, or anything else, which has nothing to check.
    """
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            check_bounds(item, f"{path}.{number}")
    elif is_dataclass(value) and not isinstance(value, type):
        for name, hint in hints_of(type(value)).items():
            field = f"{path}.{name}" if path else name
            _check_field(getattr(value, name), hint, field)
            check_bounds(getattr(value, name), field)


@cache
def hints_of(cls: type) -> dict[str, Any]:
    """Return the annotation of each field of a dataclass."""
    hints = get_type_hints(cls, include_extras=True)
    return {field.name: hints[field.name] for field in fields(cls)}


def _check_field(value: Any, hint: Any, field: str) -> None:
    if value is None:
        return
    if isinstance(value, float) and not isfinite(value):
        raise ExperimentError(field, f"{value} is not a finite number")
    plain = get_args(hint)[0] if hasattr(hint, "__metadata__") else hint
    if get_origin(plain) is Literal and value not in get_args(plain):
        raise ExperimentError(field, f"{value!r} is not one of {', '.join(map(str, get_args(plain)))}")
    for bound in _constraints(getattr(hint, "__metadata__", ())):
        complaint = _complaint(value, bound)
        if complaint:
            raise ExperimentError(field, complaint)


def _constraints(metadata: tuple[Any, ...]) -> Iterator[BaseMetadata]:
    for entry in metadata:
        if isinstance(entry, GroupedMetadata):
            yield from (part for part in entry if isinstance(part, BaseMetadata))
        elif isinstance(entry, BaseMetadata):
            yield entry


def _complaint(value: Any, bound: BaseMetadata) -> str:
    """Say what is wrong with ``value``, or nothing."""
    match bound:
        case Ge(limit) if not value >= limit:
            return f"{value} is too small; it must be at least {limit}"
        case Gt(limit) if not value > limit:
            return f"{value} is too small; it must be greater than {limit}"
        case Le(limit) if not value <= limit:
            return f"{value} is too large; it must be at most {limit}"
        case Lt(limit) if not value < limit:
            return f"{value} is too large; it must be less than {limit}"
        case MinLen(limit) if len(value) < limit:
            return f"{len(value)} entries are too few; there must be at least {limit}"
        case MaxLen(limit) if len(value) > limit:
            return f"{len(value)} entries are too many; there may be at most {limit}"
    return ""
