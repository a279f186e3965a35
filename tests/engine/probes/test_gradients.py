import numpy as np
from numpy.testing import assert_allclose

from engine.experiment import Experiment
from engine.optimizers import optimizers
from engine.training import Training
from tests.engine.probes.measuring import document, measure


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
