"""Schemas: what requests may say and answers contain, made from the engine's own dataclasses.

Documents are validated from their JSON text, strictly: lists become tuples, whole numbers may stand for real ones, and
nothing else is converted. Unknown fields, NaN and infinities (1e999 too) are refused.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, TypeVar

from annotated_types import Gt, Interval, Len, Predicate
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from app.live.room import LONGEST_NAME
from app.problems import from_validation_error, invalid
from engine.experiment import Experiment
from engine.probes import Probe

MOST_STEPS = 1_000_000
"""More steps than this need several calls."""
FASTEST = 1e6

STRICT: dict[str, Any] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}


@dataclass(frozen=True)
class NewSession:
    """A session to be made."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    experiment: Experiment = Experiment()
    title: Annotated[str, Len(0, 200)] = ""


@dataclass(frozen=True)
class Play:
    """How to play: as fast as it goes, or so many steps a second."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    steps_per_second: Annotated[float, Interval(gt=0, le=FASTEST)] | None = None


@dataclass(frozen=True)
class Step:
    """How far to train: a number of steps, or of epochs."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    steps: Annotated[int, Gt(0)] | None = None
    epochs: Annotated[int, Gt(0)] | None = None


@dataclass(frozen=True)
class LayerParameters:
    """Some or all parameters of a layer, in Keras's shapes."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: str
    parameters: dict[str, Any]
    kind: str = ""


@dataclass(frozen=True)
class Parameters:
    """Parameters by layer."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    layers: list[LayerParameters] = field(default_factory=list)


@dataclass(frozen=True)
class Inputs:
    """Raw inputs, one row for each example."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    inputs: list[list[float]]


@dataclass(frozen=True)
class RoomChange:
    """A room to be opened or closed."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    open: bool


Name = Annotated[str, Len(0, LONGEST_NAME), Predicate(str.isprintable)]
"""What people call themselves."""


@dataclass(frozen=True)
class NewGrant:
    """Control to be handed to a viewer, or to whoever gets the key."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    viewer: Annotated[int, Gt(0)] | None = None
    name: Name = ""


@dataclass(frozen=True)
class ControlRequest:
    """A viewer's wish for control."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    name: Name = ""


EXPERIMENT: TypeAdapter[Experiment] = TypeAdapter(Experiment)
MERGE_PATCH = TypeAdapter(dict[str, Any])
NEW_SESSION = TypeAdapter(NewSession)
PLAY = TypeAdapter(Play)
STEP = TypeAdapter(Step)
PARAMETERS = TypeAdapter(Parameters)
INPUTS = TypeAdapter(Inputs)
ROOM_CHANGE = TypeAdapter(RoomChange)
NEW_GRANT = TypeAdapter(NewGrant)
CONTROL_REQUEST = TypeAdapter(ControlRequest)
PROBE: TypeAdapter[Probe] = TypeAdapter(Probe)

T = TypeVar("T")


def parse(adapter: TypeAdapter[T], text: bytes, *prefix: str) -> T:
    """Return what a JSON text means; Problem (422) names what is wrong, paths beginning with ``prefix``."""
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        raise from_validation_error(error, document_of(text), *prefix) from None


def parse_object(text: bytes, *prefix: str) -> dict[str, Any]:
    """Return a JSON object as plain values; Problem (422) if it is none."""
    try:
        document = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise invalid([{"field": ".".join(prefix), "message": f"this is not JSON: {error}"}]) from None
    if not isinstance(document, dict):
        raise invalid([{"field": ".".join(prefix), "message": "this must be an object"}])
    return document


def document_of(text: bytes) -> object:
    """Return the plain values of a JSON text; None if it is none."""
    try:
        return from_json(text)
    except ValueError:
        return None
