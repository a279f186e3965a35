import numpy as np

from engine.data import Data
from engine.experiment import Experiment
from engine.layers import Dense
from engine.optimizers import optimizers
from engine.path import LARGEST, Path
from engine.training import Training


def test_copies_become_rarer_with_the_logarithm():
    path = Path(2)
    for step in range(40):
        path.record(step, np.array([step, -step], np.float64))
    assert [row["step"] for row in path.records] == [*range(17), 18, 20, 22, 24, 27, 30, 33, 37]
    assert path.records[-1]["theta"].tolist() == [37, -37]
    assert path.records[-1]["theta"].dtype == np.float32


def test_a_million_steps_leave_about_a_hundred():
    path = Path(1)
    while path.due <= 1_000_000:
        path.record(path.due, np.zeros(1))
    assert len(path.records) < 130


def test_a_large_network_leaves_none():
    path = Path(LARGEST + 1)
    path.record(0, np.zeros(LARGEST + 1))
    assert path.records == []
    training = Training(Experiment(layers=(Dense(units=200),) * 2))
    training.advance(10)
    assert training.path == []


def test_the_copies_are_what_the_parameters_were_however_training_is_cut():
    whole, cut = Training(Experiment()), Training(Experiment())
    whole.advance(100)
    seen = {0: cut.state.theta.astype(np.float32)}
    for step in range(1, 101):
        cut.advance(1)
        seen[step] = cut.state.theta.astype(np.float32)
    assert len(whole.path) > 15
    for one, other in zip(whole.path, cut.path, strict=True):
        assert one["step"] == other["step"]
        np.testing.assert_array_equal(one["theta"], other["theta"])
        np.testing.assert_array_equal(one["theta"], seen[one["step"]])


def test_a_new_shape_begins_a_new_path():
    training = Training(Experiment())
    training.advance(20)
    training.adopt(Experiment(optimizer=optimizers["adam"]()))
    assert len(training.path) > 10
    training.adopt(Experiment(layers=(Dense(units=5),), data=Data(features=("x1",))))
    assert [row["step"] for row in training.path] == [20]
    assert training.path[0]["theta"].size == training.state.theta.size


def test_reset_and_restore():
    training = Training(Experiment())
    training.advance(5)
    snapshot = training.snapshot()
    training.reset()
    assert len(training.path) == 1
    training.restore(snapshot)
    assert [row["step"] for row in training.path] == [0, 1, 2, 3, 4, 5]
