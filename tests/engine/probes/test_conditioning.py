import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment, Output
from engine.losses import losses
from engine.optimizers import optimizers
from engine.probes import ProbeUnavailable
from engine.scaling import Standardize
from engine.training import Training
from tests.engine.probes.measuring import measure

SQUARE = ("x1", "x1_squared")


def test_eigenvalues_are_those_of_the_covariance():
    training = Training(Experiment(data=Data(features=("x1", "x2", "x1_squared"))))
    arrays, meta = measure(training, "conditioning")
    inputs = training.data.matrix("train")
    assert_allclose(arrays["covariance"], np.linalg.svd(np.cov(inputs, bias=True))[1])
    assert_allclose(meta["condition"], np.linalg.cond(np.cov(inputs)))


def test_it_says_beyond_which_learning_rate_a_linear_neuron_diverges():
    """The promise of ``largest_learning_rate``, tried out: a little below it learns, a little above it diverges."""
    data = Data(datasets["plane"](), features=SQUARE)
    experiment = Experiment(data=data, layers=(), batch_size=10_000)
    rate = measure(Training(experiment), "conditioning").meta["largest_learning_rate"]
    found = []
    for factor in (0.98, 1.02):
        training = Training(
            Experiment(
                data=data, layers=(), batch_size=10_000, loss=losses["squared_error"](),
                output=Output(activations["linear"]()),
                optimizer=optimizers["gradient_descent"](learning_rate=factor * rate),
            )
        )  # fmt: skip
        before = training.evaluation.loss()
        training.advance(2000)
        found.append(training.evaluation.loss() > before)
    assert found == [False, True]


def test_standardizing_mends_the_condition():
    raw, scaled = (
        measure(Training(Experiment(data=Data(features=SQUARE, **choice))), "conditioning").meta["condition"]
        for choice in ({}, {"scaling": Standardize()})
    )
    assert raw > 5
    assert scaled < 1.5


def test_a_feature_that_says_nothing_new_makes_it_infinite():
    rows = datasets["inline"](inputs=((1.0, 2.0), (2.0, 4.0), (3.0, 6.0)), targets=(0.0, 1.0, 1.0))
    meta = measure(Training(Experiment(data=Data(rows))), "conditioning").meta
    assert meta["condition"] is None
    assert meta["curvature_condition"] is None


def test_too_many_features_are_not_compared():
    rows = datasets["inline"](inputs=(tuple(map(float, range(500))),) * 2, targets=(0.0, 1.0))
    with pytest.raises(ProbeUnavailable, match="500"):
        measure(Training(Experiment(data=Data(rows))), "conditioning")
