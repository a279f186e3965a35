from dataclasses import dataclass, field
from typing import Annotated, Literal

import pytest
from annotated_types import Interval, Len

from engine.bounds import check_bounds
from engine.errors import ExperimentError


@dataclass(frozen=True)
class Leaf:
    rate: Annotated[float, Interval(ge=0, lt=1)] = 0.5
    size: Annotated[int, Interval(gt=0, le=9)] = 3
    mode: Literal["a", "b"] = "a"


@dataclass(frozen=True)
class Tree:
    leaves: Annotated[tuple[Leaf, ...], Len(1, 2)] = (Leaf(),)
    best: Leaf = field(default_factory=Leaf)
    absent: Leaf | None = None
    free: float = 0.0


@pytest.mark.parametrize("value", [Tree(), Tree(best=Leaf(0.0, 9, "b")), 3, "text", None, Leaf])
def test_what_is_within_bounds_passes(value: object):
    check_bounds(value)


@pytest.mark.parametrize(
    ("value", "field", "message"),
    [
        (Leaf(rate=-0.1), "rate", "-0.1 is too small; it must be at least 0"),
        (Leaf(rate=1.0), "rate", "1.0 is too large; it must be less than 1"),
        (Leaf(rate=float("nan")), "rate", "nan is not a finite number"),
        (Leaf(size=0), "size", "0 is too small; it must be greater than 0"),
        (Leaf(size=10), "size", "10 is too large; it must be at most 9"),
        (Leaf(mode="c"), "mode", "'c' is not one of a, b"),  # type: ignore[arg-type]
        (Tree(leaves=(Leaf(), Leaf(rate=2.0))), "leaves.1.rate", "2.0 is too large"),
        (Tree(leaves=()), "leaves", "0 entries are too few; there must be at least 1"),
        (Tree(leaves=(Leaf(),) * 3), "leaves", "3 entries are too many; there may be at most 2"),
        (Tree(best=Leaf(size=-1)), "best.size", "-1 is too small"),
        (Tree(absent=Leaf(size=-1)), "absent.size", "-1 is too small"),
        (Tree(free=float("inf")), "free", "inf is not a finite number"),
    ],
)
def test_the_first_field_out_of_bounds_is_named(value: object, field: str, message: str):
    with pytest.raises(ExperimentError, match=message) as caught:
        check_bounds(value)
    assert caught.value.field == field
