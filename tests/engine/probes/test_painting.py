import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import BatchNormalization, Dense, Dropout
from engine.layers.activation import ActivationLayer
from engine.probes.grid import grid_of
from engine.probes.maps import layer_maps
from engine.probes.painting import painting_of, scales_by_bounds
from engine.training import Training
from tests.engine.probes.measuring import trained

RELU, TANH, LINEAR, GELU = (activations[kind]() for kind in ("relu", "tanh", "linear", "gelu"))
NETWORKS = {
    "one bound": (Dense(units=3, activation=TANH), Dense(units=2, activation=TANH)),
    "no bound, some negative": (Dense(units=3, activation=RELU), Dense(units=2, activation=LINEAR)),
    "sums apart": (Dense(units=3, activation=GELU), Dense(units=2, activation=TANH)),
    "layers without units": (
        *(Dense(units=3, activation=LINEAR), BatchNormalization(), ActivationLayer(activation=RELU), Dropout()),
        Dense(units=2, activation=TANH),
    ),
}


def painted(training: Training, side: int):
    painting = painting_of(training.network, grid_of(training.data, side))
    return painting, painting.scales()


@pytest.mark.parametrize("side", [10, 70], ids=["one block", "two blocks"])
@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)
def test_every_byte_is_the_nearest_to_the_layers_answer(layers, side: int):
    training = trained(layers=layers)
    painting, scales = painted(training, side)
    exact = layer_maps(training, side)
    assert list(painting.rows) == list(exact)
    for name, pictures in painting.to_bytes(scales).items():
        values = exact[name]
        assert pictures.shape == (len(values), side, side)
        assert_allclose(painting.values(name), values, atol=1e-5)
        decoded = (pictures.reshape(values.shape) / 127.5 - 1) * scales[name]
        assert np.abs(decoded - values).max() <= scales[name] / 255 * (1 + 1e-3)


@pytest.mark.parametrize("side", [10, 70])
def test_without_a_bound_the_scale_is_the_largest_answer(side: int):
    training = trained(layers=NETWORKS["no bound, some negative"])
    painting, scales = painted(training, side)
    for name in ("dense_1", "dense_2"):
        assert scales[name] == np.abs(painting.values(name)).max()
    assert scales["output"] == scales_by_bounds(training.network)["output"] == 1


def test_a_regression_has_no_bound_at_its_output():
    training = Training(Experiment(data=Data(datasets["plane"]()), layers=NETWORKS["one bound"]))
    painting, scales = painted(training, 10)
    assert scales["output"] == np.abs(painting.values("output")).max()


def test_it_follows_the_parameters_and_the_resolution():
    training = trained()
    painting, scales = painted(training, 10)
    before = painting.to_bytes(scales)["output"]
    training.advance(200)
    again, scales = painted(training, 10)
    assert again is painting
    assert (again.to_bytes(scales)["output"] != before).any()
    assert painted(training, 11)[0] is not painting


def test_answers_that_are_not_finite_do_not_break_a_picture():
    training = trained(layers=NETWORKS["no bound, some negative"])
    training.network.parameters.theta[:] = np.inf
    with np.errstate(all="ignore"):
        painting, scales = painted(training, 10)
        assert scales["dense_2"] == 1
        assert_array_equal([picture.dtype for picture in painting.to_bytes(scales).values()], np.uint8)


def test_the_same_parameters_are_not_computed_twice(monkeypatch):
    training, runs = trained(), []
    painting, _ = painted(training, 10)
    monkeypatch.setattr(painting, "_run", lambda: runs.append(training.state.step))
    painted(training, 10)
    training.advance(1)
    painted(training, 10)
    assert runs == [training.state.step]
