"""Reber's grammar: strings that a small machine with states could have written, and strings with one wrong symbol."""

from typing import Annotated

import numpy as np
from annotated_types import Interval

from engine.datasets.dataset import SampleCount, Samples, datasets
from engine.datasets.sequences import Encoding, Symbols
from engine.registry import Help, Slider

ALPHABET = "BTPSXVE"
TRANSITIONS: tuple[dict[str, int], ...] = (
    {"B": 1},
    {"T": 2, "P": 3},
    {"S": 2, "X": 4},
    {"T": 3, "V": 5},
    {"X": 3, "S": 6},
    {"P": 4, "V": 6},
    {"E": 7},
)
"""For each state the symbols that may follow and the state that each leads to; 7 is the end."""
END = 7


def is_reber(text: str) -> bool:
    """Return whether Reber's grammar could have written ``text``."""
    state = 0
    for symbol in text:
        if state == END or symbol not in TRANSITIONS[state]:
            return False
        state = TRANSITIONS[state][symbol]
    return state == END


def is_embedded_reber(text: str) -> bool:
    """Return whether ``text`` is B, T or P, a string of Reber's, the same T or P again, E."""
    return text[:1] == "B" and text[1:2] in {"T", "P"} and text[-2:] == text[1:2] + "E" and is_reber(text[2:-2])


@datasets.register("reber_grammar")
class ReberGrammar(Symbols):
    """Strings that follow a grammar, or have one wrong symbol: an embedded one must recall its second to the end."""

    title = "Reber grammar"
    formula = r"y = 1 \text{ if } x \in \{B\,T\,r\,T\,E,\; B\,P\,r\,P\,E\},\quad r \text{ a string of Reber's grammar}"
    try_this = "A simple_rnn learns it without embedding; with it the last but one symbol escapes it. Try an lstm."
    source = "Reber (1967); embedded by Hochreiter & Schmidhuber, Long short-term memory (1997)"
    task = "binary"
    classes = 2
    class_names = ("wrong", "grammatical")
    alphabet = tuple(ALPHABET)
    padded = True

    samples: SampleCount = 1000
    embedded: Annotated[
        bool, Help("Embedded", "Whether each string stands between two symbols that must be equal: a longer memory.")
    ] = True
    length: Annotated[
        int,
        Interval(ge=12, le=50),
        Slider(12, 50, step=1),
        Help("Length", "How long a string may be; longer ones are not drawn.", "T"),
    ] = 24
    encoding: Encoding = "one_hot"

    @property
    def time(self) -> int:
        """The longest string that may occur."""
        return self.length

    def is_grammatical(self, text: str) -> bool:
        """Return whether ``text`` follows the grammar that is chosen."""
        return is_embedded_reber(text) if self.embedded else is_reber(text)

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw strings, every second one spoilt."""
        tokens = np.zeros((self.samples, self.length), np.intp)
        targets = 1.0 - np.mod(np.arange(self.samples), 2)
        for row, target in zip(tokens, targets, strict=True):
            text = self._grammatical(rng)
            text = text if target else self._spoilt(rng, text)
            row[: len(text)] = [1 + ALPHABET.index(symbol) for symbol in text]
        return Samples(self.encode(tokens), targets)

    def _grammatical(self, rng: np.random.Generator) -> str:
        """Draw strings until one is short enough."""
        while True:
            text = _walk(rng)
            if self.embedded:
                side = "TP"[rng.random() < 0.5]
                text = f"B{side}{text}{side}E"
            if len(text) <= self.length:
                return text

    def _spoilt(self, rng: np.random.Generator, text: str) -> str:
        """Change one symbol so that the grammar is broken; of embedded strings every second time the last but one."""
        if self.embedded and rng.random() < 0.5:
            return text[:-2] + ("P" if text[-2] == "T" else "T") + text[-1]
        while True:
            place = int(rng.random() * len(text))
            changed = text[:place] + ALPHABET[int(rng.random() * len(ALPHABET))] + text[place + 1 :]
            if not self.is_grammatical(changed):
                return changed


def _walk(rng: np.random.Generator) -> str:
    """Return a string of Reber's grammar; where two symbols may follow they are equally likely."""
    text, state = "", 0
    while state != END:
        symbols = tuple(TRANSITIONS[state])
        symbol = symbols[int(rng.random() * len(symbols))]
        text, state = text + symbol, TRANSITIONS[state][symbol]
    return text
