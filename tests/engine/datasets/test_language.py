import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression

from engine.datasets.language import CORPUS, NextLetter, WordOrder, letters_of
from engine.errors import ExperimentError
from engine.streams import stream

PASTED = "A rose is a rose\n is a ROSE. "


def read(dataset, seed: int = 7):
    inputs, targets = dataset.sample(stream(seed, "data"))
    return inputs.reshape(len(inputs), *dataset.input_shape), targets


def test_a_pasted_text_is_read_in_small_letters_with_single_spaces():
    assert letters_of(PASTED) == ("a rose is a rose is a rose.", tuple(" .aeiors"))


def test_the_corpus_is_a_few_hundred_words_of_few_letters():
    plain, alphabet = letters_of("")
    assert plain == " ".join(CORPUS.lower().split())
    assert 200 < len(plain.split()) < 500
    assert len(alphabet) < 30


@pytest.mark.parametrize("text", ["", PASTED])
def test_each_window_is_a_stretch_of_the_text_and_the_target_is_its_next_letter(text: str):
    dataset = NextLetter(text=text, window=6, samples=27)
    ring = letters_of(text)[0] * 2
    inputs, targets = read(dataset)
    for window, target in zip(inputs.argmax(axis=2), targets, strict=True):
        seen = "".join(dataset.alphabet[letter] for letter in window)
        assert seen + dataset.class_names[int(target)] in ring


def test_windows_follow_one_another_and_the_whole_text_has_every_letter():
    dataset = NextLetter(window=3, samples=len(letters_of("")[0]), encoding="tokens")
    inputs, targets = read(dataset)
    assert_array_equal(inputs[1:, -1], 1 + targets[:-1])
    assert set(targets) == set(range(dataset.classes))


def test_every_letter_can_have_its_answer():
    inputs, every = read(NextLetter(answer="every", encoding="tokens"))
    _, last = read(NextLetter(encoding="tokens"))
    assert_array_equal(inputs[:, 1:], 1 + every[:, :-1])
    assert_array_equal(every[:, -1], last)


def test_always_the_most_frequent_letter_is_right_in_about_one_of_five():
    _, targets = read(NextLetter(samples=1400))
    assert 0.15 < np.bincount(targets.astype(int)).max() / 1400 < 0.25


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"text": "aaaa"}, "text", "it has 1 different letters; 2 to 64"),
        ({"text": " ".join(map(chr, range(0x4E00, 0x4E40)))}, "text", "it has 65 different letters"),
        ({"text": "abc", "window": 3}, "text", "it has 3 letters, which must be more than the window, 3"),
        ({"text": "abcdef", "window": 3, "samples": 7}, "samples", "7 examples need as many letters"),
    ],
)
def test_a_text_that_cannot_be_learned_is_refused(fields, field, message):
    with pytest.raises(ExperimentError, match=message) as caught:
        NextLetter(**fields).check()
    assert caught.value.field == f"data.dataset.{field}"


def sentences(samples: int) -> list[list[str]]:
    dataset = WordOrder(encoding="tokens", samples=samples)
    return [[dataset.alphabet[int(token) - 1] for token in row if token] for row in read(dataset)[0]]


def test_the_label_says_whether_the_larger_animal_acts():
    size = {"mouse": 0, "cat": 1, "dog": 2, "bear": 3}
    _, targets = read(WordOrder(samples=500))
    for words, target in zip(sentences(500), targets, strict=True):
        actor, other = (size[word] for word in words if word in size)
        assert (actor > other) == target


def test_sentences_are_varied_and_make_sense():
    pattern = ["adjective", "animal", "verb", "adjective", "animal", "adverb"]
    words = {
        **dict.fromkeys(("old", "young"), "adjective"),
        **dict.fromkeys(("mouse", "cat", "dog", "bear"), "animal"),
        **dict.fromkeys(("chases", "sees", "follows"), "verb"),
        **dict.fromkeys(("today", "again"), "adverb"),
    }
    drawn = sentences(2000)
    assert {word for sentence in drawn for word in sentence} == set(words)
    assert {len(sentence) for sentence in drawn} == {3, 4, 5, 6}
    for sentence in drawn:
        kinds = iter(pattern)
        assert all(words[word] in kinds for word in sentence)


def test_a_bag_counts_the_words():
    bags, _ = read(WordOrder(encoding="bag_of_words"))
    hot, _ = read(WordOrder())
    assert_array_equal(bags, hot.sum(axis=1))


def test_a_bag_says_nothing_and_the_order_says_all():
    bags, targets = read(WordOrder(encoding="bag_of_words", samples=20_000))
    _, groups = np.unique(bags, axis=0, return_inverse=True)
    sizes = np.bincount(groups)
    shares = np.bincount(groups, targets) / sizes
    assert_allclose(shares[sizes > 200], 0.5, atol=0.15)
    guess = LogisticRegression(max_iter=1000).fit(bags[:10_000], targets[:10_000])
    assert_allclose(guess.score(bags[10_000:], targets[10_000:]), 0.5, atol=0.03)
