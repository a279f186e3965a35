import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.activations import activations
from engine.experiment import Experiment
from engine.layers import Dense
from engine.probes.grid import grid_points
from engine.training import Training
from tests.engine.probes.measuring import measure, trained


def test_there_is_a_map_for_every_neuron():
    training = Training(Experiment(layers=(Dense(units=3), Dense(units=5))))
    shapes = {name: array.shape for name, array in measure(training, "neurons", resolution=10).arrays.items()}
    assert shapes == {
        "inputs": (2, 10, 10),
        "dense_1": (3, 10, 10),
        "dense_2": (5, 10, 10),
        "output": (1, 10, 10),
    }


@pytest.mark.parametrize("resolution", [20, 100])
def test_the_maps_are_the_layers_answers(resolution: int):
    training = trained()
    arrays = measure(training, "neurons", resolution=resolution).arrays
    kernel, bias = (np.array(training.parameters()["layers"][0]["parameters"][name]) for name in ("kernel", "bias"))
    hidden = np.tanh(grid_points(training.data, resolution) @ kernel + bias)
    assert_allclose(arrays["dense_1"].reshape(4, -1), hidden.T, atol=1e-12)
    assert_array_equal(arrays["output"][0], measure(training, "boundary", resolution=resolution).arrays["values"])
    assert_allclose(arrays["inputs"][1][:, 0], arrays["inputs"][0][0, ::-1], atol=1e-12)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "elu"])
@pytest.mark.parametrize("resolution", [50, 90])
def test_a_byte_of_a_neuron_is_within_1_in_255_of_its_scale(activation: str, resolution: int):
    training = trained(layers=(Dense(units=4, activation=activations[activation]()),))
    exact = measure(training, "neurons", resolution=resolution)
    coarse = measure(training, "neurons", resolution=resolution, encoding="byte")
    for name, values in exact.arrays.items():
        scale = np.array(coarse.meta["scale"][name])[:, None, None]
        assert_allclose(scale.ravel(), exact.meta["scale"][name], rtol=1e-6)
        decoded = (coarse.arrays[name] / 127.5 - 1) * scale
        assert coarse.arrays[name].dtype == np.uint8
        assert np.abs(decoded - values).max() <= scale.max() / 255 * (1 + 1e-4)


def test_scales_are_known_where_the_activation_is_bounded():
    bounded = measure(trained(), "neurons").meta["scale"]
    assert bounded["dense_1"] == [1, 1, 1, 1]
    assert bounded["output"] == [1]
    unbounded = trained(layers=(Dense(units=4, activation=activations["relu"]()),))
    measured = measure(unbounded, "neurons")
    assert measured.meta["scale"]["dense_1"] == [measured.arrays["dense_1"].max()] * 4
