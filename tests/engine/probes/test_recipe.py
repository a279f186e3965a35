from dataclasses import asdict, replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.layers import Dense, Dropout, layers
from engine.optimizers import optimizers
from engine.probes import ProbeUnavailable
from engine.probes.grid import grid_points
from engine.scaling import Standardize
from engine.training import Training
from tests.engine.probes.measuring import measure, trained

MIXED = (
    Dense(units=5, activation=activations["linear"]()),
    layers["batch_normalization"](),
    layers["activation"](),
    Dropout(rate=0.5),
    Dense(units=3),
)


def digest(**fields) -> str:
    return measure(Training(Experiment(**fields)), "recipe").meta["digest"]


def test_the_numbers_are_those_of_the_weights_in_single_precision():
    training = trained(layers=MIXED)
    sent = measure(training, "weights", precision="single")
    start = 0
    for entry in measure(training, "recipe").meta["numbers"]:
        layer, part = entry["name"].split(".")
        count = int(np.prod(entry["shape"]))
        found = sent.arrays["values"][start : start + count].reshape(entry["shape"])
        assert_array_equal(found, training.network.views[layer][part].astype(np.float32))
        start += count
    assert start == len(sent.arrays["values"])
    assert sent.arrays["values"].dtype == np.float32


def test_the_layers_are_those_of_the_experiment_in_order():
    training = trained(layers=MIXED)
    steps = measure(training, "recipe").meta["layers"]
    assert [step["kind"] for step in steps] == [layer.kind for layer in MIXED] + ["dense"]
    assert [step["name"] for step in steps] == [layer.name for layer in training.network.layers]
    assert steps[2]["activation"] == {"kind": "relu"}
    assert steps[1]["epsilon"] == MIXED[1].epsilon
    assert [step["shown"] for step in steps] == [True, True, True, False, True, True]


@pytest.mark.parametrize("dataset", ["circle", "plane", "pinwheel"])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_shown_layers_and_scales_are_those_of_the_neuron_maps(dataset: str, activation: str):
    training = trained(dataset, layers=(Dense(units=3, activation=activations[activation]()), *MIXED))
    steps = measure(training, "recipe").meta["layers"]
    maps = measure(training, "neurons", encoding="byte")
    assert {"inputs"} | {step["name"] for step in steps if step["shown"]} == maps.arrays.keys()
    for step in steps:
        if step["shown"] and step["scale"] is not None:
            assert set(maps.meta["scale"][step["name"]]) == {step["scale"]}


def test_the_network_is_given_its_features_at_the_centre_of_each_pixel():
    training = Training(Experiment(data=Data(features=("x1_squared", "sin_x2"), scaling=Standardize())))
    features = measure(training, "recipe", resolution=10).arrays["features"]
    assert_allclose(features, training.data.transform(grid_points(training.data, 10)), rtol=1e-6)
    assert features.dtype == np.float32


def test_outputs_of_scaled_targets_come_with_their_units():
    training = Training(Experiment(data=Data(datasets["plane"](), target_scaling=Standardize())))
    units = measure(training, "recipe").meta["units"]
    scaled = np.array([[-1.0, 0.5]])
    assert_allclose(scaled / units["factor"][0] + units["offset"][0], training.data.in_units(scaled))
    assert measure(trained("circle"), "recipe").meta["units"] is None


def test_the_digest_changes_with_what_the_pictures_are_computed_from():
    changes = [
        {},
        {"layers": (Dense(units=3),)},
        {"layers": (Dense(units=3, activation=activations["relu"]()),)},
        {"data": Data(features=("x1", "x2_squared"))},
        {"data": Data(scaling=Standardize())},
        {"data": Data(datasets["plane"]())},
    ]
    digests = [digest(**fields) for fields in changes]
    assert len(set(digests)) == len(digests)


def test_the_digest_stays_while_the_network_learns():
    training = trained()
    before = measure(training, "recipe").meta
    training.advance(20)
    training.adopt(replace(training.experiment, optimizer=optimizers["gradient_descent"](learning_rate=0.7)))
    assert measure(training, "recipe").meta == before
    assert measure(training, "weights", precision="single").meta == {"recipe": before["digest"]}
    training.adopt(replace(training.experiment, layers=(Dense(units=4, activation=activations["sine"]()),)))
    assert measure(training, "recipe").meta["layers"][0]["activation"] == asdict(activations["sine"]())
    assert measure(training, "recipe").meta["digest"] != before["digest"]


def test_without_a_plane_there_is_no_recipe():
    training = trained("sine_curve")
    with pytest.raises(ProbeUnavailable, match="plane"):
        measure(training, "recipe")
    assert measure(training, "weights", precision="single").meta == {"recipe": None}
