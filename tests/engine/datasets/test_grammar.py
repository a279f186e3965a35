"""Reber's grammar, held to a regular expression of it."""

import re

import numpy as np
import pytest

from engine.datasets.grammar import ALPHABET, ReberGrammar, is_embedded_reber, is_reber
from engine.streams import stream


def texts(**fields: object) -> list[tuple[str, float]]:
    inputs, targets = ReberGrammar(encoding="tokens", **fields).sample(stream(7, "data"))
    return [
        ("".join(ALPHABET[int(token) - 1] for token in row if token), target)
        for row, target in zip(inputs, targets, strict=True)
    ]


# State 2 after BT, 3 after BP: from 3 "T*V" leads to 5, from there "PX" back to 3 by way of 4, or "V" to the end.
LANGUAGE = re.compile(r"BTS*X(?:S|XT*V(?:PXT*V)*(?:V|PS))E|BPT*V(?:PXT*V)*(?:V|PS)E")


@pytest.mark.parametrize("text", ["BTSXSE", "BPVVE", "BTSSSXXTVVE", "BPVPXVPXVPXVVE", "BTXXTTVPSE", "BTXSE", "BPTVPSE"])
def test_strings_of_the_literature_are_grammatical(text: str):
    assert is_reber(text)
    assert LANGUAGE.fullmatch(text)


@pytest.mark.parametrize("text", ["", "B", "BTSSPXE", "BPTVVB", "BTXXVVSE", "BPVVEE", "TXSE", "BPVPSSE"])
def test_other_strings_are_not(text: str):
    assert not is_reber(text)
    assert not LANGUAGE.fullmatch(text)


@pytest.mark.parametrize(("text", "right"), [("BTBPVVETE", True), ("BPBTXSEPE", True), ("BTBPVVEPE", False)])
def test_an_embedded_string_ends_as_it_began(text: str, right: bool):
    assert is_embedded_reber(text) == right


def test_labels_say_whether_the_language_has_the_string():
    for text, target in texts(embedded=False, samples=2000):
        assert (LANGUAGE.fullmatch(text) is not None) == target
    for text, target in texts(samples=2000):
        inner = LANGUAGE.fullmatch(text[2:-2]) is not None
        frame = re.fullmatch("B(T.*T|P.*P)E", text) is not None
        assert (inner and frame) == target


def test_many_strings_are_wrong_only_in_the_last_but_one():
    wrong = [text for text, target in texts(samples=2000) if not target]
    mended = [is_embedded_reber(text[:-2] + text[1] + text[-1]) for text in wrong]
    assert 0.5 < np.mean(mended) < 0.7


@pytest.mark.parametrize("length", [12, 30])
def test_no_string_is_longer_than_allowed_and_lengths_differ(length: int):
    sizes = {len(text) for text, _ in texts(length=length)}
    assert max(sizes) <= length
    assert len(sizes) > 3
