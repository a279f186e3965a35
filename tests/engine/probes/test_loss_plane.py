import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.probes import ProbeUnavailable
from engine.training import Training
from tests.engine.probes.measuring import measure, trained


@pytest.fixture(scope="module")
def line() -> Training:
    """Two parameters, so the plane is all there is."""
    training = Training(Experiment(data=Data(datasets["plane"](), features=("x1",)), layers=()))
    training.advance(100)
    return training


def test_with_two_parameters_the_plane_explains_everything(line: Training):
    arrays, meta = measure(line, "loss_plane")
    assert_allclose(sum(meta["explained"]), 1)
    way = np.array([row["theta"] for row in line.path] + [line.state.theta])
    distances, shown = (np.linalg.norm(np.diff(each, axis=0), axis=1) for each in (way, arrays["path"]))
    assert_allclose(shown, distances, atol=1e-6)
    assert_allclose(arrays["path"][-1], [0, 0], atol=1e-12)
    assert arrays["steps"][0] == 0
    assert arrays["steps"][-1] == 100


def test_the_whole_way_can_be_seen(line: Training):
    arrays = measure(line, "loss_plane").arrays
    u, v, path = arrays["u"], arrays["v"], arrays["path"]
    assert (u.min() < path[:, 0]).all()
    assert (path[:, 0] < u.max()).all()
    assert (v.min() < path[:, 1]).all()
    assert (path[:, 1] < v.max()).all()
    assert_allclose(np.ptp(u), np.ptp(v))


def test_the_landscape_of_a_linear_neuron_is_a_bowl_whose_bottom_is_the_least_squares_line(line: Training):
    arrays = measure(line, "loss_plane", resolution=31).arrays
    u, v = np.meshgrid(arrays["u"], arrays["v"])
    terms = np.stack([np.ones_like(u), u, v, u**2, u * v, v**2], axis=-1).reshape(-1, 6)
    found = np.linalg.lstsq(terms, arrays["losses"].ravel(), rcond=None)[0]
    assert_allclose(terms @ found, arrays["losses"].ravel(), rtol=1e-9)
    bottom = np.linalg.solve([[2 * found[3], found[4]], [found[4], 2 * found[5]]], -found[1:3])
    inputs = np.append(line.data.matrix("train"), np.ones((1, len(line.state.order))), axis=0)
    best = np.linalg.lstsq(inputs.T, line.data.labels("train"), rcond=None)[0]
    assert_allclose(np.linalg.norm(bottom), np.linalg.norm(best - line.state.theta), rtol=1e-6)


def test_losses_stand_where_the_path_says(line: Training):
    arrays = measure(line, "loss_plane", resolution=101).arrays
    for number in (0, 5, -1):
        u, v = arrays["path"][number]
        row, column = np.abs(arrays["v"] - v).argmin(), np.abs(arrays["u"] - u).argmin()
        recorded = next(row for row in line.history if row["step"] == arrays["steps"][number])["train"]["loss"]
        assert_allclose(arrays["losses"][row, column], recorded, rtol=0.2)


def test_a_random_plane_passes_through_the_present():
    training = trained()
    arrays, meta = measure(training, "loss_plane", plane="random", resolution=5, reach=0.5)
    assert_allclose(arrays["losses"][2, 2], training.evaluation.loss())
    assert_allclose(arrays["u"], [-0.5, -0.25, 0, 0.25, 0.5])
    assert_allclose(arrays["v"], arrays["u"][::-1])
    assert meta["explained"] is None
    other = measure(training, "loss_plane", plane="random", resolution=5, reach=0.5, direction=1).arrays
    assert not np.allclose(other["losses"], arrays["losses"])


def test_a_deep_path_lies_mostly_in_its_plane():
    meta = measure(trained("xor"), "loss_plane").meta
    assert 0.9 < sum(meta["explained"]) <= 1
    assert meta["explained"][0] >= meta["explained"][1]


def test_before_training_there_is_no_way():
    with pytest.raises(ProbeUnavailable, match="train a few steps"):
        measure(Training(Experiment()), "loss_plane")
