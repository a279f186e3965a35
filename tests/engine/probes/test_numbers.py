"""Histograms, statistics, gradients and the other probes that are not maps."""

import json
from typing import get_args

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.activations import activations
from engine.experiment import Experiment
from engine.layers import Dense, Dropout
from engine.optimizers import optimizers
from engine.probes import probes
from engine.probes.activations import saturated
from engine.probes.probe import Quantity
from engine.training import Training

RELU = Experiment(layers=(Dense(units=6, activation=activations["relu"]()), Dropout(rate=0.2), Dense(units=3)))
QUANTITIES = get_args(Quantity)


@pytest.fixture(scope="module")
def training() -> Training:
    made = Training(RELU)
    made.advance(30)
    return made


def measure(training: Training, kind: str, **fields: object):
    return probes[kind](**fields).measure(training)


def document(training: Training, what: str) -> dict[str, dict[str, np.ndarray]]:
    layers = getattr(training, what)()["layers"]
    return {entry["name"]: {k: np.array(v) for k, v in entry["parameters"].items()} for entry in layers}


def test_weights_are_the_parameters(training: Training):
    arrays = measure(training, "weights").arrays
    expected = document(training, "parameters")
    assert set(arrays) == {
        f"{layer}.{name}" for layer in ("dense_1", "dense_2", "output") for name in ("kernel", "bias")
    }
    for key, values in arrays.items():
        layer, name = key.split(".")
        assert_allclose(values, expected[layer][name], rtol=1e-6)
        assert values.dtype == np.float32


def test_predictions_are_those_of_all_examples_in_order(training: Training):
    outputs = measure(training, "predictions").arrays["outputs"]
    assert_allclose(outputs, training.predict(training.data.inputs), rtol=1e-6)
    assert outputs.shape == (500, 1)


@pytest.mark.parametrize(
    ("quantity", "sizes"),
    [
        ("weights", {"dense_1": 12, "dense_2": 18, "output": 3}),
        ("biases", {"dense_1": 6, "dense_2": 3, "output": 1}),
        ("gradients", {"dense_1": 12, "dense_2": 18, "output": 3}),
        ("activations", {"dense_1": 1500, "dropout_1": 1500, "dense_2": 750, "output": 250}),
    ],
)
def test_histograms_count_every_number_once(training: Training, quantity: str, sizes: dict[str, int]):
    arrays, meta = measure(training, "histograms", quantity=quantity)
    assert {name: arrays[f"{name}.counts"].sum() for name in meta["layers"]} == sizes
    for name in sizes:
        assert len(arrays[f"{name}.edges"]) == len(arrays[f"{name}.counts"]) + 1
        assert (np.diff(arrays[f"{name}.edges"]) >= 0).all()


def test_histograms_tell_mean_and_deviation(training: Training):
    meta = measure(training, "histograms", quantity="weights").meta
    kernel = document(training, "parameters")["dense_1"]["kernel"]
    assert_allclose(meta["layers"]["dense_1"]["mean"], kernel.mean())
    assert_allclose(meta["layers"]["dense_1"]["std"], kernel.std())


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_histograms_over_time_have_a_row_for_each_record(training: Training, quantity: str):
    arrays, meta = measure(training, "distributions", quantity=quantity)
    assert_array_equal(arrays["steps"], [row["step"] for row in training.distributions])
    assert arrays["steps"][0] == 0
    assert meta["layers"][0] == "dense_1"
    for name in meta["layers"]:
        assert arrays[f"{name}.counts"].shape == (len(arrays["steps"]), 40)
        assert (arrays[f"{name}.range"][:, 0] <= arrays[f"{name}.range"][:, 1]).all()
        assert len(set(arrays[f"{name}.counts"].sum(axis=1))) == 1


def test_activations_are_those_of_the_training_examples(training: Training):
    arrays = measure(training, "activations").arrays
    parts = document(training, "parameters")["dense_1"]
    hidden = np.maximum(training.data.matrix("train").T @ parts["kernel"] + parts["bias"], 0)
    assert_allclose(arrays["dense_1.mean"], hidden.mean(axis=0))
    assert_allclose(arrays["dense_1.std"], hidden.std(axis=0))


def test_dead_units_are_counted():
    training = Training(RELU)
    training.set_parameters({"layers": [{"name": "dense_1", "parameters": {"bias": [-100.0, -100.0, 0, 0, 0, 0]}}]})
    assert measure(training, "activations").meta["layers"]["dense_1"]["dead"] == 2 / 6


def test_saturation_is_nearness_to_a_bound():
    values = np.array([[-1.0, -0.97, 0.0, 0.985, 1.0]])
    assert saturated(activations["tanh"](), values) == 3 / 5
    assert saturated(activations["sigmoid"](), np.array([0.005, 0.02, 0.98, 0.995])) == 0.5
    assert saturated(activations["relu"](), values) is None
    assert saturated(None, values) is None


def test_gradient_norms_are_those_of_the_gradients(training: Training):
    arrays, meta = measure(training, "gradients")
    expected = document(training, "gradients")
    for layer, norm in zip(meta["layers"], arrays["norm"], strict=True):
        assert_allclose(norm, np.sqrt(sum(np.square(part).sum() for part in expected[layer].values())))


def test_the_update_of_gradient_descent_is_rate_times_gradient(training: Training):
    arrays, meta = measure(training, "gradients")
    weights = document(training, "parameters")
    for layer, norm, ratio in zip(meta["layers"], arrays["norm"], arrays["ratio"], strict=True):
        size = np.sqrt(sum(np.square(part).sum() for part in weights[layer].values()))
        assert_allclose(ratio, 0.03 * norm / size)


def test_the_update_is_that_of_the_next_full_batch_step():
    training = Training(Experiment(optimizer=optimizers["adam"](), batch_size=1000))
    training.advance(3)
    arrays, meta = measure(training, "gradients")
    before = document(training, "parameters")
    training.advance(1)
    after = document(training, "parameters")
    for layer, ratio in zip(meta["layers"], arrays["ratio"], strict=True):
        moved = np.sqrt(sum(np.square(after[layer][name] - part).sum() for name, part in before[layer].items()))
        size = np.sqrt(sum(np.square(part).sum() for part in before[layer].values()))
        assert_allclose(ratio, moved / size, rtol=1e-9)


def test_the_gradient_check_passes_and_says_so():
    report = measure(Training(Experiment()), "gradient_check")
    assert report.meta["verdict"] == "right"
    assert report.arrays["error"].max() == report.meta["error"] < 1e-7
    assert [layer["layer"] for layer in report.meta["layers"]] == ["dense_1", "dense_2", "output"]


@pytest.mark.parametrize("kind", probes.kinds)
def test_meta_data_are_plain_json(training: Training, kind: str):
    meta = measure(training, kind).meta
    assert json.loads(json.dumps(meta, allow_nan=False)) == meta


@pytest.mark.parametrize("kind", probes.kinds)
def test_looking_changes_nothing(kind: str):
    watched, alone = Training(RELU), Training(RELU)
    for _ in range(3):
        measure(watched, kind)
        watched.advance(7)
    alone.advance(21)
    assert watched.parameters() == alone.parameters()
    assert watched.history == alone.history
