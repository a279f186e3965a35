"""OpenAPI: the description of the REST calls. Bodies pass the web process unread, so their schemas are added here."""

from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from app.problems import MEDIA_TYPE
from app.schemas import (
    CONTROL_REQUEST,
    INPUTS,
    MERGE_PATCH,
    NEW_GRANT,
    NEW_SESSION,
    PARAMETERS,
    PLAY,
    PROBE,
    ROOM_CHANGE,
    STEP,
)

REFERENCE = "#/components/schemas/{model}"
SESSION = "/api/sessions/{session_id}"
BODIES: dict[tuple[str, str], tuple[TypeAdapter[Any], dict[str, Any]]] = {
    ("/api/sessions", "post"): (NEW_SESSION, {"experiment": {"data": {"dataset": {"kind": "xor"}}}}),
    (f"{SESSION}/experiment", "patch"): (MERGE_PATCH, {"optimizer": {"learning_rate": 0.1}}),
    (f"{SESSION}/play", "post"): (PLAY, {"steps_per_second": 2.0}),
    (f"{SESSION}/step", "post"): (STEP, {"epochs": 10}),
    (f"{SESSION}/parameters", "put"): (
        PARAMETERS,
        {"layers": [{"name": "output", "parameters": {"bias": [0.5]}}]},
    ),
    (f"{SESSION}/predict", "post"): (INPUTS, {"inputs": [[1.0, -2.0]]}),
    (f"{SESSION}/room", "patch"): (ROOM_CHANGE, {"open": False}),
    (f"{SESSION}/room/grants", "post"): (NEW_GRANT, {"name": "Ada"}),
    (f"{SESSION}/room/requests", "post"): (CONTROL_REQUEST, {"name": "Ada"}),
}
"""What each call sends, with an example."""

DESCRIPTION = """Everything that the page does, for scripts. Live frames come over a WebSocket: see `/docs/stream`.

A session's `id` lets its holder watch, its `key` control: `Authorization: Bearer <key>`. Its room says who else
watches; a grant is a key for somebody else, with which all may be done but end the session and change the room. Errors
are `application/problem+json` (RFC 9457)."""

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string", "examples": ["experiment.optimizer.learning_rate"]},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


def describe_api(app: FastAPI) -> None:
    """Let ``app`` answer ``/openapi.json`` with the whole description."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = description(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def description(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of ``app``."""
    document = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
    components = document.setdefault("components", {})
    bodies, definitions = body_schemas()
    components["schemas"] = definitions | {"Problem": PROBLEM}
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A session's key"},
        "operator": {"type": "http", "scheme": "bearer", "description": "The operator's token"},
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            complete_operation(operation, bodies.get((path, method)))
    return document


def body_schemas() -> tuple[dict[tuple[str, str], dict[str, Any]], dict[str, Any]]:
    """Return the content of each call's body, and the definitions to which they refer."""
    adapters: list[tuple[tuple[str, str], Literal["validation"], TypeAdapter[Any]]] = [
        (call, "validation", adapter) for call, (adapter, _) in BODIES.items()
    ]
    adapters.append((("", "probes"), "validation", PROBE))
    schemas, shared = TypeAdapter.json_schemas(adapters, ref_template=REFERENCE)
    content = {
        call: {"schema": schemas[call, "validation"], "example": example} for call, (_, example) in BODIES.items()
    }
    return content, shared["$defs"]


def complete_operation(operation: dict[str, Any], body: dict[str, Any] | None) -> None:
    """Add what a call sends, that it may be refused, and whether it needs a key."""
    responses = operation["responses"]
    responses.pop("422", None)
    responses["default"] = {
        "description": "Refused",
        "content": {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(model="Problem")}}},
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": body}}
    if "control" in operation["tags"]:
        operation["security"] = [{"key": []}]
