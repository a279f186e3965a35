"""Patches: changes of an experiment as JSON merge patches (RFC 7396)."""

from dataclasses import fields
from typing import Any

from pydantic_core import to_json

from app.registries import REGISTRIES
from app.schemas import EXPERIMENT, parse
from engine.experiment import Experiment

AUTOMATIC = (
    ("data", "features"),
    ("data", "split"),
    ("data", "scaling"),
    ("data", "target_scaling"),
    ("output", "activation"),
    ("loss",),
)
"""What is chosen from the dataset and its task where the learner has not chosen."""


def patched(written: Experiment, complete: Experiment, patch: dict[str, Any]) -> Experiment:
    """Return the experiment after ``patch``, not completed; Problem (422) if it would not be one.

    The patch applies to what the learner sees, the ``complete`` experiment. What was left out when it was ``written``
    and is not in the patch either is left out again, so that it follows the task.
    """
    document = EXPERIMENT.dump_python(complete, mode="json")
    original = EXPERIMENT.dump_python(written, mode="json")
    for path in AUTOMATIC:
        if lookup(original, path) is None and lookup(patch, path) is None:
            *way, name = path
            lookup(document, tuple(way))[name] = None
    return parse(EXPERIMENT, to_json(merge(document, patch), inf_nan_mode="constants"), "experiment")


def merge(target: Any, patch: Any) -> Any:
    """Return ``target`` with ``patch`` merged into it as RFC 7396 has it.

    Where the patch gives a component another kind, fields that the new kind has not are left behind.
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    if "kind" in patch and "kind" in merged:
        merged = fitting(merged, patch["kind"])
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def fitting(component: dict[str, Any], kind: object) -> dict[str, Any]:
    """Return those entries of a component that another kind of the same registry has too."""
    for registry in REGISTRIES:
        if component["kind"] in registry and kind in registry:
            known = {field.name for field in fields(registry[str(kind)])}
            return {name: value for name, value in component.items() if name in known}
    return component


def lookup(document: Any, path: tuple[str, ...]) -> Any:
    """Return what stands at ``path``; None if nothing does."""
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document
