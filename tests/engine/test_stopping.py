import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.choices import read_choice
from engine.stopping import Progress, Stopping, stoppings


def epochs(losses: list[float | None], split: str = "train") -> list[dict[str, Any]]:
    """Metrics of one epoch after another, ten steps each."""
    empty = {"train": None, "validation": None, "test": None}
    return [{**empty, "step": 10 * n, "epoch": n, split: {"loss": loss}} for n, loss in enumerate(losses, 1)]


def followed(rule: Stopping, metrics: list[dict[str, Any]]) -> tuple[int | None, Progress]:
    """The epoch after which the rule stops, and what it knows then."""
    progress = Progress()
    for row in metrics:
        progress = rule.look(progress, row)
        if progress.reason:
            return row["epoch"], progress
    return None, progress


def test_never():
    assert followed(stoppings["none"](), epochs([1.0] * 500)) == (None, Progress())


def test_after_epochs():
    assert followed(stoppings["epochs"](epochs=7), epochs([1.0] * 50))[0] == 7
    assert followed(stoppings["epochs"](epochs=7), epochs([1.0] * 6))[0] is None


def test_at_the_target():
    rule = stoppings["target_loss"](target=0.25)
    end, progress = followed(rule, epochs([1.0, 0.5, None, 0.25, 0.1]))
    assert (end, progress.best, progress.best_step) == (4, 0.25, 40)
    assert "0.25" in progress.reason
    assert followed(rule, epochs([0.1] * 5, "test"))[0] is None


def test_patience_counts_epochs_without_progress_from_the_best():
    rule = stoppings["early_stopping"](patience=3)
    end, progress = followed(rule, epochs([5, 4, 3, 3.5, 2.9, 3.1, 2.9, 3.0, 1.0], "validation"))
    assert (end, progress.best, progress.best_step, progress.waited) == (8, 2.9, 50, 3)
    assert progress.reason == "The validation loss was best at step 50, and 3 epochs have passed without progress."


def test_too_small_a_gain_is_none():
    losses = [1 - 0.01 * n for n in range(20)]
    assert followed(stoppings["early_stopping"](patience=2, min_delta=0.015), epochs(losses, "validation"))[0] is None
    assert followed(stoppings["early_stopping"](patience=2, min_delta=0.03), epochs(losses, "validation"))[0] == 3


def test_a_plateau_is_relative():
    steep, flat = [0.5**n for n in range(60)], [0.9999**n for n in range(60)]
    rule = stoppings["plateau"](patience=5, tolerance=0.001)
    assert followed(rule, epochs(steep))[0] is None
    assert followed(rule, epochs(flat))[0] == 6


def test_a_loss_that_is_no_number_is_no_progress():
    end, progress = followed(stoppings["early_stopping"](patience=4), epochs([None] * 9, "validation"))
    assert (end, progress.best) == (4, None)
    assert "never" in progress.reason


def as_keras(losses: list[float], patience: int, min_delta: float) -> int | None:
    """Keras's EarlyStopping.on_epoch_end (mode "min"), retold."""
    best, wait = float("inf"), 0
    for epoch, loss in enumerate(losses, 1):
        wait += 1
        if loss + min_delta < best:
            best, wait = loss, 0
            continue
        if wait >= patience:
            return epoch
    return None


@given(
    losses=st.lists(st.integers(0, 40).map(float), max_size=40),
    patience=st.integers(1, 6),
    min_delta=st.integers(0, 4).map(float),
)
def test_it_stops_where_keras_does(losses: list[float], patience: int, min_delta: float):
    rule = stoppings["early_stopping"](patience=patience, min_delta=min_delta)
    assert followed(rule, epochs(losses, "validation"))[0] == as_keras(losses, patience, min_delta)


@pytest.mark.parametrize("kind", stoppings.kinds)
def test_what_it_remembers_survives_json(kind: str):
    rule, progress = stoppings[kind](), Progress()
    for row in epochs([3.0, 2.0, 2.5], rule.split):
        progress = rule.look(progress, row)
        assert read_choice(Progress, json.loads(json.dumps(asdict(progress)))) == progress
