import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment, Output
from engine.initializers import initializers
from engine.landscape import random_direction
from engine.probes import ProbeUnavailable
from engine.regularizers import regularizers
from engine.training import Training
from tests.engine.probes.measuring import measure, trained


def test_each_loss_is_that_of_a_training_which_stands_there():
    training = trained(regularizer=regularizers["l1"](rate=0.01))
    arrays, meta = measure(training, "loss_line", resolution=5, reach=2.0, direction=4)
    assert_allclose(arrays["positions"], [-2, -1, 0, 1, 2])
    here = training.state.theta.copy()
    direction = random_direction(training.network, np.random.default_rng(4))
    for position, loss in zip(arrays["positions"], arrays["losses"], strict=True):
        training.state.theta[...] = here + position * direction
        assert_allclose(loss, training.evaluation.loss() + training.evaluation.penalty(), rtol=1e-12)
    assert meta == {"points": 5, "examples": 250, "here": pytest.approx(arrays["losses"][2])}


def test_the_line_through_a_linear_neuron_is_a_parabola():
    training = Training(Experiment(data=Data(datasets["plane"]()), layers=()))
    arrays = measure(training, "loss_line").arrays
    curve = np.polynomial.Polynomial.fit(arrays["positions"], arrays["losses"], 2)
    assert_allclose(curve(arrays["positions"]), arrays["losses"], rtol=1e-10)


def test_without_weights_there_is_no_direction():
    zeros = initializers["zeros"]()
    training = Training(Experiment(layers=(), output=Output(initializer=zeros)))
    with pytest.raises(ProbeUnavailable, match="zero"):
        measure(training, "loss_line")
