"""What PyTorch computes, from a file that tests/fixtures/make_torch_fixtures.py wrote."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.registry import Component, Registry

DOCUMENT = json.loads((Path(__file__).parents[1] / "fixtures" / "torch_parity.json").read_text())


def cases(section: str) -> list[Any]:
    """The cases of a section as pytest parameters, lists turned into arrays."""
    return [pytest.param(_arrays(case), id=_name(case)) for case in DOCUMENT[section]]


def covered(section: str) -> set[str]:
    """The kinds that a section has cases for."""
    return {case["component"]["kind"] for case in DOCUMENT[section]}


def build(registry: Registry[Any], description: dict[str, Any]) -> Any:
    """The component that a case describes."""
    made: Component = registry[description["kind"]](**{k: v for k, v in description.items() if k != "kind"})
    return made


def assert_same(ours: Any, torchs: Any) -> None:
    """Equal to a relative 1e-10 (absolute 1e-15 where it is zero)."""
    np.testing.assert_allclose(ours, torchs, rtol=1e-10, atol=1e-15)


def _arrays(case: dict[str, Any]) -> dict[str, Any]:
    return {name: np.array(value) if isinstance(value, list) else value for name, value in case.items()}


def _name(case: dict[str, Any]) -> str:
    parts = [*case["component"].values(), *case.get("activation", {}).values()]
    return "-".join(str(part) for part in parts)
