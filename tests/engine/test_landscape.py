import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine import landscape
from engine.experiment import Experiment
from engine.landscape import Landscape, principal_directions, random_direction, work_of_an_example
from engine.layers import BatchNormalization, Dense, Dropout
from engine.regularizers import regularizers
from engine.training import Training

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


def test_work_counts_each_weight_once():
    training = Training(Experiment(layers=(Dense(units=4), Dense(units=2))))
    assert work_of_an_example(training.network) == 1 + (2 + 1) * 4 + 4 + (4 + 1) * 2 + 2 + 3 + 1


@pytest.mark.parametrize(
    ("budget", "across", "points", "examples"),
    [
        (10**9, 1, 101, 250),
        (33 * 101 * 80, 1, 101, 80),
        (33 * 64 * 21, 1, 21, 64),
        (33 * 64 * 81, 2, 9, 64),
        (1, 2, 5, 64),
    ],
)
def test_a_small_budget_takes_examples_first_then_points(monkeypatch, budget, across, points, examples):
    monkeypatch.setattr(landscape, "BUDGET", budget)
    training = Training(Experiment(layers=(Dense(units=4), Dense(units=2))))
    assert work_of_an_example(training.network) == 33
    made = Landscape(training, 101, across)
    assert (made.points, made.examples) == (points, examples)


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
