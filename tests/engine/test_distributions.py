import numpy as np

from engine.distributions import BINS, distributions, histogram, quantities
from engine.experiment import Experiment
from engine.layers import Dense, Dropout
from engine.training import Training


def test_counts_are_those_of_numpy():
    values = np.random.default_rng(0).uniform(-1, 2, 1000)
    found = histogram(values)
    counts, _ = np.histogram(values, BINS, (found["low"], found["high"]))
    assert (found["low"], found["high"]) == (values.min(), values.max())
    assert found["counts"] == counts.tolist()
    assert (found["mean"], found["std"]) == (values.mean(), values.std())


def test_far_outliers_do_not_stretch_the_range():
    values = np.append(np.random.default_rng(0).normal(size=10_000), [1000.0])
    found = histogram(values)
    assert found["high"] < 100
    assert sum(found["counts"]) == 10_001
    assert found["counts"][-1] >= 1


def test_equal_numbers_are_in_the_middle():
    found = histogram(np.full(7, 3.0))
    assert found["counts"][BINS // 2] == sum(found["counts"]) == 7
    assert (found["low"], found["high"]) == (3.0, 3.0)


def test_numbers_that_are_not_finite_are_not_counted():
    assert sum(histogram(np.array([1.0, np.nan, np.inf, 2.0]))["counts"]) == 2
    empty = histogram(np.array([np.nan]))
    assert (sum(empty["counts"]), empty["mean"]) == (0, None)


def test_every_layer_has_its_quantities():
    training = Training(Experiment(layers=(Dense(units=3), Dropout(), Dense(units=2))))
    found = quantities(training.evaluation)
    dense = {"weights", "biases", "activations", "gradients"}
    expected = {"dense_1": dense, "dropout_1": {"activations"}, "dense_2": dense, "output": dense}
    assert {name: set(parts) for name, parts in found.items()} == expected
    assert found["dense_1"]["activations"].shape == (3, 250)
    gradients = training.evaluation.gradients().views
    assert np.array_equal(found["dense_2"]["gradients"], gradients["dense_2"]["kernel"])
    rows = distributions(training.evaluation)
    assert sum(rows["dense_1"]["weights"]["counts"]) == 6
    assert sum(rows["output"]["activations"]["counts"]) == 250
