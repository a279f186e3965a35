from dataclasses import replace
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from engine import landscape
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.landscape import (
    Landscape,
    Price,
    affordable,
    price_of,
    principal_directions,
    random_direction,
    uses,
)
from engine.layers import BatchNormalization, Convolution, Dense, Dropout, Flatten, MaxPooling, layers
from engine.regularizers import regularizers
from engine.training import Training
from engine.weighting import class_weights
from tests.engine.probes.measuring import IMAGES, PADDED, RAGGED, measure

PRICED = Experiment(layers=(Dense(units=5), BatchNormalization(), Dropout()), regularizer=regularizers["l2"](rate=0.1))


def test_the_height_is_loss_plus_penalty_wherever_one_stands():
    training = Training(PRICED)
    training.advance(30)
    made, here = Landscape(training, 11), training.state.theta.copy()
    for theta in (here, here * 1.5, here - 0.2):
        height = made.height(theta)
        training.state.theta[...] = theta
        assert_allclose(height, training.evaluation.loss() + training.evaluation.penalty(), rtol=1e-12)
    assert np.isnan(made.height(here * 1e200))


def test_the_network_itself_is_left_alone():
    training = Training(PRICED)
    before = training.state.theta.copy()
    Landscape(training, 11).height(before + 1)
    np.testing.assert_array_equal(training.state.theta, before)


def test_weights_are_counted_at_every_place_and_time_step():
    images = Training(replace(IMAGES, layers=(Convolution(filters=3), MaxPooling(), Flatten(), Dense(units=4))))
    assert [uses(layer) for layer in images.network.layers] == [36, 9, 1, 1, 1]
    gru = layers["gru"](units=3, return_sequences=True)
    steps = Training(replace(PADDED, layers=(gru, layers["lstm"](units=4))))
    assert [uses(layer) for layer in steps.network.layers] == [24, 24, 1]
    every = Training(replace(RAGGED, layers=(gru, Dense(units=2))))
    assert [uses(layer) for layer in every.network.layers] == [6, 6, 6]


def test_the_price_of_an_example_counts_products_and_numbers():
    network = Training(Experiment(layers=(Dense(units=4), Dense(units=2)))).network
    products = (2 + 1) * 4 + (4 + 1) * 2 + 3
    assert_allclose(price_of(network).example, products * landscape.PRODUCT + (2 + 4 + 2 + 1) * landscape.NUMBER)


@given(
    point=st.floats(1e-5, 1e-2), example=st.floats(1e-9, 1e-2), points=st.integers(3, 401), across=st.integers(1, 2),
    examples=st.integers(1, 4000),
)  # fmt: skip
def test_a_picture_stays_within_its_budget(point: float, example: float, points: int, across: int, examples: int):
    price = Price(point, example)
    shown, used = affordable(price, points, across, examples)
    assert 1 <= used <= examples
    assert shown <= points
    within = shown**across * price.height(used) <= landscape.BUDGET_SECONDS * (1 + 1e-9)
    assert within or (used == 1 and shown <= max(landscape.FEWEST_POINTS, 3))
    if points**across * price.height(examples) <= landscape.BUDGET_SECONDS * (1 - 1e-9):
        assert (shown, used) == (points, examples)
    assert shown == points or shown % 2 == 1


@pytest.mark.parametrize(
    ("example", "across", "points", "expected"),
    [
        (1e-9, 1, 101, (101, 1000)),
        (1e-5, 1, 101, (101, 146)),
        (1e-4, 1, 101, (45, 32)),
        (1e-4, 2, 101, (7, 30)),
        (1.0, 2, 101, (7, 1)),
    ],
)
def test_first_examples_are_left_out_then_points(example: float, across: int, points: int, expected: tuple[int, int]):
    assert affordable(Price(2e-5, example), points, across, 1000) == expected


@pytest.mark.parametrize("experiment", [PADDED, RAGGED, IMAGES])
def test_the_height_is_the_cost_of_sequences_and_images_too(experiment: Experiment):
    weighted = experiment if experiment is IMAGES else replace(experiment, class_weight=class_weights["balanced"]())
    training = Training(weighted)
    training.advance(10)
    made = Landscape(training, 3)
    assert made.examples == training.evaluation.training_part.examples
    assert_allclose(made.height(training.state.theta), training.evaluation.loss(), rtol=1e-9)


def test_a_costly_network_is_drawn_in_time():
    """A quarter of a second is meant; every height with every example would take minutes."""
    deep = layers["lstm"](units=64, return_sequences=True), layers["lstm"](units=32)
    adding = Experiment(data=Data(datasets["adding_problem"](samples=100, length=100)), layers=deep)
    training = Training(adding)
    start = process_time()
    meta = measure(training, "loss_plane", plane="random").meta
    assert process_time() - start < 5
    assert meta["points"] == 7
    assert 1 <= meta["examples"] < 32


def test_a_direction_is_as_long_as_each_units_weights():
    training = Training(PRICED)
    direction = random_direction(training.network, np.random.default_rng(3))
    for layer, parts in training.network.parameters.layout.views(direction).items():
        weights = training.network.parameters.views[layer]
        for name, view in parts.items():
            expected = np.linalg.norm(weights[name], axis=0) if name == "kernel" else np.zeros(view.shape)
            assert_allclose(np.linalg.norm(view, axis=0) if name == "kernel" else view, expected)


def test_principal_directions_are_eigenvectors_of_the_scatter():
    way = np.random.default_rng(1).normal(size=(20, 6)) * [9, 5, 1, 1, 1, 1]
    directions, shares = principal_directions(way)
    values, vectors = np.linalg.eigh(way.T @ way)
    assert_allclose(shares, values[:-3:-1] / values.sum())
    for direction, vector in zip(directions, vectors.T[:-3:-1], strict=True):
        assert_allclose(abs(direction @ vector), 1)


def test_a_way_along_a_line_has_one_share_and_one_that_stands_still_has_none():
    line = np.outer(np.arange(5.0), [1, 2, 3])
    assert_allclose(principal_directions(line)[1], [1, 0])
    assert_allclose(principal_directions(line * 0)[1], [0, 0])
