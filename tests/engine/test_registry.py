from dataclasses import FrozenInstanceError, dataclass
from typing import Annotated

import pytest
from annotated_types import Gt
from pydantic import TypeAdapter, ValidationError

from engine.registry import Component, Registry


class Fruit(Component):
    """A noun of its own, so that no real registry is touched."""


fruits = Registry("fruits", Fruit, "Fruit", "What grows on trees.")


@fruits.register("apple")
class Apple(Fruit):
    """Round."""

    weight: Annotated[float, Gt(0)] = 0.2


@fruits.register("pear")
class Pear(Fruit):
    """Not round."""


@dataclass(frozen=True)
class Basket:
    first: Fruit = Pear()
    others: tuple[Fruit, ...] = ()


baskets = TypeAdapter(Basket)


def test_kinds_keep_the_order_of_registration():
    assert fruits.kinds == ("apple", "pear")
    assert list(fruits) == [Apple, Pear]
    assert len(fruits) == 2
    assert "pear" in fruits


def test_a_registered_class_is_a_frozen_value():
    assert Apple(0.3) == Apple(weight=0.3) != Apple()
    with pytest.raises(FrozenInstanceError):
        Apple().weight = 1.0


def test_the_kind_is_fixed_by_the_registration():
    assert (Apple().kind, Pear().kind) == ("apple", "pear")


def test_an_unknown_kind_is_answered_with_the_known_ones():
    with pytest.raises(KeyError, match="'plum' is not one of apple, pear"):
        fruits["plum"]


def test_a_kind_can_be_registered_only_once():
    with pytest.raises(ValueError, match="fruits has a 'pear' already"):
        fruits.register("pear")(type("Second", (Fruit,), {}))


def test_a_class_that_needs_arguments_is_refused():
    with pytest.raises(TypeError, match=r"no default for \['seeds'\]"):
        fruits.register("melon")(type("Melon", (Fruit,), {"__annotations__": {"seeds": int}}))
    assert "melon" not in fruits


def test_a_field_typed_with_the_base_takes_every_registered_kind_from_json():
    basket = baskets.validate_json('{"first": {"kind": "apple", "weight": 1}, "others": [{"kind": "pear"}]}')
    assert basket == Basket(Apple(1.0), (Pear(),))
    assert baskets.validate_json(baskets.dump_json(basket)) == basket


@pytest.mark.parametrize(
    "text",
    [
        '{"first": {"kind": "plum"}}',
        '{"first": {}}',
        '{"first": {"kind": "apple", "weight": 0}}',
        '{"first": {"kind": "apple", "weight": "1"}}',
        '{"first": {"kind": "apple", "weight": true}}',
        '{"first": {"kind": "apple", "weight": 1e999}}',
        '{"first": {"kind": "apple", "weight": NaN}}',
        '{"first": {"kind": "apple", "colour": "red"}}',
    ],
)
def test_json_that_is_no_registered_value_is_refused(text):
    with pytest.raises(ValidationError):
        baskets.validate_json(text)
