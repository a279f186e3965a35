"""Language: which letter comes next, and sentences in which the order of the words decides."""

from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval, Len

from engine.datasets.dataset import SampleCount, Samples, datasets
from engine.datasets.sequences import Answer, Encoding, Symbols
from engine.errors import ExperimentError
from engine.registry import Help, Slider
from engine.splits import SplitFractions
from engine.types import Array, IntArray

MAXIMUM_TEXT = 20_000
MAXIMUM_LETTERS = 64

CORPUS = """
The river runs from the hills to the sea. In the morning the river is cold and clear, and the mist lies on the water.
In the evening the river is warm and slow, and the light lies on the water. The miller lives by the river. He has a
wheel, and the water turns the wheel, and the wheel turns the stone, and the stone grinds the corn. When the rain comes,
the river rises and the wheel turns fast. When the sun shines for a long time, the river falls and the wheel stands
still. Then the miller sits by the door and waits for the rain.

The miller has a cat, and the cat has a place in the sun. In the morning the cat lies on the wall. In the evening the
cat lies on the stone, and the stone is warm. When the wheel turns, the cat sleeps. When the wheel stands still, the cat
wakes, because the house is silent. Then the cat sits by the door and waits with the miller.

One day the rain did not come, and it did not come the next day. The river was a line of stones, and the miller said to
the cat: when the wheel turns, I hear nothing, and when the wheel stands still, I hear everything. The cat said nothing.
It lay in the sun and listened to the birds, to the wind in the corn and to the small sound of the water under the
stones. In the night there was another sound. It was the rain on the roof. In the morning the river was high, the wheel
turned the stone, and the stone ground the corn. The miller sang, and the cat slept in its place by the wall, and the
river ran from the hills to the sea.
"""
"""Written for this module: few words that often come back, so that a small network finds something to learn."""


@lru_cache(maxsize=16)
def letters_of(text: str) -> tuple[str, tuple[str, ...]]:
    """Return ``text`` (the corpus if empty) in lower case with single spaces, and its different letters in order."""
    plain = " ".join((text or CORPUS).lower().split())
    return plain, tuple(sorted(set(plain)))


@datasets.register("next_letter")
class NextLetter(Symbols):
    """A text, letter by letter: from the last few, guess the next. Frequencies alone get about one in five right."""

    title = "Next letter"
    formula = r"P(x_{t+1} \mid x_{t-T+1}, \ldots, x_t)"
    try_this = "Compare a window of 1, which knows only pairs of letters, with one of 10. Then paste your own text."
    source = "Shannon, Prediction and entropy of printed English (1951); Elman, Finding structure in time (1990)"
    task = "multiclass"
    default_split = SplitFractions(0.8, 0.0, 0.2, "by_time")

    samples: SampleCount = 1000
    text: Annotated[
        str,
        Len(0, MAXIMUM_TEXT),
        Help("Text", "What is read; if empty, a short story about a miller. Capitals are read as small letters."),
    ] = ""
    window: Annotated[
        int,
        Interval(ge=1, le=40),
        Slider(1, 20, step=1),
        Help("Window", "How many letters are seen before the one to be guessed.", "T"),
    ] = 10
    encoding: Encoding = "one_hot"
    answer: Answer = "last"

    @property
    def time(self) -> int:
        """The window."""
        return self.window

    @property
    def alphabet(self) -> tuple[str, ...]:  # type: ignore[override]
        """The different letters of the text, the space among them."""
        return letters_of(self.text)[1]

    @property
    def classes(self) -> int:  # type: ignore[override]
        """As many as there are letters."""
        return len(self.alphabet)

    @property
    def class_names(self) -> tuple[str, ...]:  # type: ignore[override]
        """The letters."""
        return self.alphabet

    @property
    def per_step(self) -> bool:  # type: ignore[override]
        """Whether the next letter is asked for after every letter."""
        return self.answer == "every"

    def check(self) -> None:
        """Refuse a text that is too short, or has too few or too many different letters."""
        plain, alphabet = letters_of(self.text)
        if not 2 <= len(alphabet) <= MAXIMUM_LETTERS:
            message = f"it has {len(alphabet)} different letters; 2 to {MAXIMUM_LETTERS} are allowed"
            raise ExperimentError("data.dataset.text", message)
        if len(plain) <= self.window:
            message = f"it has {len(plain)} letters, which must be more than the window, {self.window}"
            raise ExperimentError("data.dataset.text", message)
        if self.samples > len(plain):
            message = f"{self.samples} examples need as many letters, and the text has {len(plain)}"
            raise ExperimentError("data.dataset.samples", message)

    def sample(self, rng: np.random.Generator) -> Samples:
        """Read on from a random place, letter by letter; after the end of the text comes its beginning."""
        plain, alphabet = letters_of(self.text)
        numbers = np.array([alphabet.index(letter) for letter in plain])
        start = int(rng.integers(len(plain)))
        places = start + np.arange(self.samples)[:, None] + np.arange(self.window + 1)
        read = numbers[np.mod(places, len(plain))]
        targets = read[:, 1:] if self.per_step else read[:, -1]
        return Samples(self.encode(1 + read[:, :-1]), targets.astype(np.float64))


ANIMALS = ("mouse", "cat", "dog", "bear")
"""From small to large."""
VERBS = ("chases", "sees", "follows")
ADJECTIVES = ("old", "young")
ADVERBS = ("today", "again")
WORDS = (*ANIMALS, *VERBS, *ADJECTIVES, *ADVERBS)
LONGEST = 6


@datasets.register("word_order")
class WordOrder(Symbols):
    """Who chases whom, the dog the cat or the cat the dog? The words are the same; only their order tells.

    Every sentence is as likely as the one in which both animals change places, so counting words can only guess.
    """

    title = "Word order"
    formula = r"y = 1 \text{ if the first animal is larger: mouse} < \text{cat} < \text{dog} < \text{bear}"
    try_this = "Set the encoding to bag of words: no network gets beyond one half. Then let a recurrent one read."
    source = "On bags of words and order: Harris, Distributional structure (1954)"
    task = "binary"
    classes = 2
    class_names = ("smaller acts", "larger acts")
    alphabet = WORDS

    samples: SampleCount = 500
    encoding: Annotated[
        Literal["one_hot", "tokens", "bag_of_words"],
        Help(
            "Encoding",
            "One-hot: word by word, a 1 in the place of the word. Tokens: word by word, its number, for an embedding. "
            "Bag of words: how often each word occurs, without order.",
        ),
    ] = "one_hot"

    @property
    def time(self) -> int:
        """The longest sentence."""
        return LONGEST

    @property
    def padded(self) -> bool:  # type: ignore[override]
        """Whether there are steps at all; sentences differ in length."""
        return self.encoding != "bag_of_words"

    @property
    def input_names(self) -> tuple[str, ...]:  # type: ignore[override]
        """The words, if each has its place; else one name."""
        return ("token",) if self.encoding == "tokens" else WORDS

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Return (time, words), of tokens (time,), of a bag (words,)."""
        return (len(WORDS),) if self.encoding == "bag_of_words" else super().input_shape

    def sample(self, rng: np.random.Generator) -> Samples:
        """Draw sentences of three to six words."""
        unit = rng.random((self.samples, 6))
        tokens = np.zeros((self.samples, LONGEST), np.intp)
        first = np.floor(4 * unit[:, 0])
        second = np.mod(first + 1 + np.floor(3 * unit[:, 1]), 4)
        for row, actor, other, chance in zip(tokens, first, second, unit[:, 2:], strict=True):
            words = _sentence(ANIMALS[int(actor)], ANIMALS[int(other)], *chance)
            row[: len(words)] = [1 + WORDS.index(word) for word in words]
        return Samples(self.encode(tokens), (first > second).astype(np.float64))

    def encode(self, tokens: IntArray) -> Array:
        """Turn ``tokens`` into rows of inputs, a bag into one count for each word."""
        if self.encoding == "bag_of_words":
            return np.stack([(tokens == 1 + word).sum(axis=1) for word in range(len(WORDS))], axis=1).astype(np.float64)
        return super().encode(tokens)


def _sentence(actor: str, other: str, verb: float, before: float, after: float, end: float) -> list[str]:
    """Return the words; an adjective may stand before either animal, and an adverb at the end, each half the time."""
    words = [*_perhaps(ADJECTIVES, before), actor, VERBS[int(3 * verb)], *_perhaps(ADJECTIVES, after), other]
    return words + _perhaps(ADVERBS, end)


def _perhaps(words: tuple[str, ...], chance: float) -> list[str]:
    """Return one of two words, or half the time none."""
    return [words[int(4 * chance)]] if chance < 0.5 else []
