import numpy as np

from engine.experiment import Experiment
from engine.layers import Dense, Dropout
from engine.training import Training


def test_what_is_saved_is_a_copy():
    training = Training(Experiment(layers=(Dense(), Dropout())))
    saved = training.state.save()
    training.advance(30)
    assert not np.array_equal(saved.theta, training.state.theta)
    assert saved.step == 0
    assert saved.generators != training.state.save().generators


def test_loading_keeps_the_memory():
    training = Training(Experiment(layers=(Dense(), Dropout())))
    saved, theta = training.state.save(), training.state.theta
    training.advance(30)
    training.state.load(saved)
    assert training.state.theta is theta
    assert np.array_equal(theta, saved.theta)
    assert (training.state.step, training.state.epoch, training.state.position) == (0, 0, 0)
    assert training.state.save().generators == saved.generators
