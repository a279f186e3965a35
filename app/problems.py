"""Problems: what the service answers when it cannot do what it was asked (RFC 9457).

A message names the field, the limit and what is allowed; apart from the names of unknown fields nothing is repeated
that the client sent.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypedDict

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.errors import ExperimentError

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS, LONGEST_TEXT, LONGEST_NAME = 20, 400, 60


class FieldError(TypedDict):
    """One thing that is wrong with the input."""

    field: str
    """Dotted path, as in "experiment.optimizer.learning_rate"."""
    message: str


class Problem(Exception):  # noqa: N818 (the standard's word)
    """A refusal with its HTTP status and a sentence for who asked."""

    def __init__(
        self, status: int, detail: str, errors: Sequence[FieldError] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        """Refuse with ``status`` because of ``detail``; ``errors`` name the fields that are wrong."""
        super().__init__(detail)
        self.status, self.detail, self.errors = status, shorten(detail, LONGEST_TEXT), list(errors)
        self.headers = dict(headers or {})
        """To be sent along, if it is answered over HTTP."""

    def document(self) -> dict[str, Any]:
        """Return the problem as RFC 9457 has it."""
        title = HTTPStatus(self.status).phrase
        document = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail}
        return document | ({"errors": self.errors} if self.errors else {})

    def json(self) -> bytes:
        """Return the document's text."""
        return json.dumps(self.document()).encode()


def elsewhere(address: str) -> Problem:
    """Return the refusal of whatever would change something that lives at another server (421)."""
    return Problem(421, f"Sessions can only be watched here. To make or change one, go to {address}")


def invalid(errors: Sequence[FieldError]) -> Problem:
    """Return the refusal of input in which these fields are wrong."""
    shown = [FieldError(field=error["field"], message=shorten(error["message"], LONGEST_TEXT)) for error in errors]
    first = shown[0]
    where = f"{first['field']}: " if first["field"] else ""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Problem(422, f"{where}{first['message']}{more}", shown[:MOST_ERRORS])


def from_experiment_error(error: ExperimentError, *prefix: str) -> Problem:
    """Return what the engine refused; its paths begin at the experiment, which lies at ``prefix``."""
    return invalid([FieldError(field=".".join((*prefix, error.field)), message=error.message)])


def from_validation_error(error: ValidationError, document: object, *prefix: str) -> Problem:
    """Return what pydantic found wrong with ``document`` (plain JSON values), which lies at ``prefix``."""
    found = error.errors(include_url=False)
    return invalid(
        [
            FieldError(field=field_path((*prefix, *untagged(each["loc"], document))), message=message(each))
            for each in found
        ]
    )


def untagged(location: Iterable[str | int], document: object) -> Iterable[str | int]:
    """Yield the parts of a location that stand in the document: pydantic names the chosen kind after each component."""
    here: Any = document
    tag = kind_of(here)
    for part in location:
        if tag is not None and part == tag:
            tag = None
            continue
        yield part
        here = step_into(here, part)
        tag = kind_of(here)


def kind_of(value: object) -> object:
    """Return the tag of a component; None for anything else."""
    return value.get("kind") if isinstance(value, dict) else None


def step_into(value: object, part: str | int) -> object:
    """Return what stands at ``part`` of an object or a list; None if nothing does."""
    if isinstance(value, dict):
        return value.get(part)
    return value[part] if isinstance(value, list) and isinstance(part, int) and part < len(value) else None


def field_path(parts: Iterable[str | int]) -> str:
    """Return a dotted path; names that a client invented are cut short."""
    return ".".join(shorten(str(part), LONGEST_NAME) for part in parts)


def message(error: ErrorDetails) -> str:
    """Return pydantic's message in a learner's words: what is allowed, and the number that was given; no texts."""
    context, value = error.get("ctx", {}), shown(error["input"])
    match error["type"]:
        case "greater_than_equal":
            return f"{value} is too small; it must be at least {context['ge']:.12g}"
        case "greater_than":
            return f"{value} is too small; it must be greater than {context['gt']:.12g}"
        case "less_than_equal":
            return f"{value} is too large; it must be at most {context['le']:.12g}"
        case "less_than":
            return f"{value} is too large; it must be less than {context['lt']:.12g}"
        case "union_tag_invalid":
            return f"this kind is not known; known are {context['expected_tags']}"
        case "union_tag_not_found":
            return "the kind is missing"
        case "unexpected_keyword_argument" | "extra_forbidden":
            return "there is no such field"
        case "missing":
            return "this field is missing"
        case "json_invalid":
            return f"this is not JSON: {context['error']}"
        case "finite_number":
            return "this must be a finite number"
        case "predicate_failed":
            return "this has characters that cannot be shown"
        case "int_type" | "int_parsing" | "int_from_float" | "int_parsing_size":
            return f"{value} is no whole number"
    return error["msg"].replace("Input should be", "this must be", 1)


def shown(value: object) -> str:
    """Return a number as it was sent; "this" for anything else, which a message does not repeat."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return shorten(json.dumps(value), LONGEST_NAME) if is_number else "this"


def shorten(text: str, longest: int) -> str:
    """Return ``text`` with at most so many characters, none of which move a cursor or end a line."""
    readable = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text[: longest + 1]
    )
    return readable if len(readable) <= longest else readable[: longest - 1] + "…"
