"""Commands: what a viewer may say on the stream. Control is REST; the stream only watches.

``{"watch": {"boundary": {"resolution": 50, "encoding": "byte"}, "weights": {}}}`` replaces the set of watched probes:
the name of each kind with its parameters. With ``"rate": 10`` beside it, at most ten frames a second are made for it;
without, up to 30. With ``"tail": 4``, a frame brings at most four records of the history, and only those that the two
frames before it have not brought; whoever has missed some says ``have``. ``{"ack": 17}`` says that frame 17 has
arrived; twice a second is enough. A viewer that acknowledges is never sent more than WINDOW frames beyond that; one
that never does gets all it can take.

``{"have": {"records": 412, "step": 8240}}`` is for who comes back: so many records of the history are here already, the
last of them that of this step. The event ``records`` brings those that were missed meanwhile.

Many viewers cost least when they watch ``{"weights": {"precision": "single"}}``, a frame of a few hundred bytes, and
compute the maps of the plane themselves by the probe ``recipe``, which they watch until it has come once.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from engine.probes import Probe

LARGEST_MESSAGE = 64 * 1024
"""Longer messages end the connection (close code 1009)."""
WINDOW = 90
"""Three seconds of frames."""
HIGHEST_RATE, LOWEST_RATE = 30.0, 0.1
"""Frames a second."""
LONGEST_TAIL = 32
"""A frame brings at most so many of the newest records of the history."""

PROBE: TypeAdapter[Probe] = TypeAdapter(Probe)


class CommandError(ValueError):
    """A message that is no command; the text says why, in at most 120 characters."""


@dataclass(frozen=True)
class Watch:
    """Measure these probes from now on, at most so many times a second."""

    probes: tuple[Probe, ...]
    rate: float = HIGHEST_RATE
    tail: int | None = None
    """At most so many records of the history in a frame, and only new ones; None for the newest, whatever is new."""


@dataclass(frozen=True)
class Acknowledge:
    """The frame with this number has arrived."""

    sequence: int


@dataclass(frozen=True)
class Have:
    """The first so many records of the history have arrived; the last of them is that of ``step``."""

    records: int
    step: int


def parse_command(text: str) -> Watch | Acknowledge | Have:
    """Return what a viewer said; CommandError if it is none of the commands."""
    try:
        document = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise CommandError("a message must be a JSON object") from error
    match document:
        case {"watch": dict(watched), **rest} if rest.keys() <= {"rate", "tail"}:
            return parse_watch(watched, rest.get("rate", HIGHEST_RATE), rest.get("tail"))
        case {"ack": int(sequence), **rest} if not rest and is_count(sequence, 2**32):
            return Acknowledge(sequence)
        case {"have": {"records": int(records), "step": int(step), **others}, **rest} if not rest and not others:
            if is_count(records, 2**31) and is_count(step, 2**53):
                return Have(records, step)
    raise CommandError('a message must be {"watch": {…}}, {"ack": sequence} or {"have": {"records": n, "step": n}}')


def is_count(number: int, limit: int) -> bool:
    """Return whether a number is a whole one from 0 to less than ``limit``; in Python true and false are numbers."""
    return not isinstance(number, bool) and 0 <= number < limit


def parse_watch(watched: dict[str, Any], rate: object, tail: object = None) -> Watch:
    """Return what is to be watched; CommandError if it cannot be."""
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise CommandError(f"a rate must be a number from {LOWEST_RATE:g} to {HIGHEST_RATE:g}")
    if tail is not None and (not isinstance(tail, int) or not is_count(tail, LONGEST_TAIL + 1)):
        raise CommandError(f"a tail must be a whole number from 0 to {LONGEST_TAIL}")
    return Watch(parse_probes(watched), float(rate), tail)


def parse_probes(watched: dict[str, Any]) -> tuple[Probe, ...]:
    """Return the probes by the names of their kinds, in a fixed order, so that equal sets are equal."""
    return tuple(parse_probe(kind, watched[kind]) for kind in sorted(watched))


def parse_probe(kind: str, parameters: object) -> Probe:
    """Return a probe of ``kind``; CommandError if there is none, or not with these parameters."""
    if not isinstance(parameters, dict) or "kind" in parameters:
        raise CommandError("a watched probe needs an object with its parameters")
    try:
        return PROBE.validate_json(to_json({**parameters, "kind": kind}, inf_nan_mode="constants"))
    except ValidationError as error:
        known = all(each["type"] != "union_tag_invalid" for each in error.errors())
        raise CommandError("a watched probe has wrong parameters" if known else "there is no such probe") from None


def watch_document(watch: Watch) -> dict[str, Any]:
    """Return the command that says ``watch``."""
    probes = {probe.kind: PROBE.dump_python(probe, mode="json", exclude={"kind"}) for probe in watch.probes}
    return {"watch": probes, "rate": watch.rate, "tail": watch.tail}
