import numpy as np
import pytest

from engine.calls import run
from engine.cost import compile_cost, mean_loss
from engine.data import Data
from engine.datasets.sequences import Parity
from engine.experiment import Experiment, complete
from engine.layers import LSTM, Dense, Dropout
from engine.network import Network, build
from engine.parameters import Parameters
from engine.plan import Builder


def gradient(examples: slice, count: int) -> np.ndarray:
    """The gradient of some of six examples, each counting one in ``count``."""
    experiment = complete(Experiment())
    network = build(experiment, (2,), 1)
    network.initialise(7)
    rng = np.random.default_rng(0)
    features, targets = rng.normal(size=(2, 6))[:, examples], np.array([[0.0, 1, 0, 1, 1, 0]])[:, examples]
    gradients = Parameters(network.parameters.layout, np.float64)
    builder = Builder(features.shape[1], network.parameters, gradients)
    x = builder.signal((2,), trained=False)
    x.values[...] = features
    compile_cost(experiment, network, builder, x, targets, count)
    run(builder.forward + builder.backward)
    return gradients.theta


def test_each_example_has_its_share():
    parts = [gradient(slice(one, one + 1), 6) for one in range(6)]
    assert np.abs(sum(parts)).max() > 1e-3
    np.testing.assert_allclose(gradient(slice(0, 6), 6), sum(parts), rtol=1e-12, atol=1e-15)


def test_the_mean_of_padded_losses_is_over_the_examples_of_the_means_over_their_steps():
    losses = np.array([[1.0, 2.0], [3.0, np.nan]]).ravel()
    padding = np.array([[False, False], [False, True]])
    assert mean_loss(losses, padding) == ((1 + 3) / 2 + 2) / 2
    assert mean_loss(losses[:2], None) == 1.5


@pytest.mark.parametrize("padded", [False, True])
def test_where_every_step_has_an_answer_its_gradient_is_that_of_the_mean_loss(padded):
    time, examples, lengths = 4, 3, np.array([2, 4, 1])
    layers = (LSTM(units=3, return_sequences=True), Dense(units=2), Dropout(rate=0.0))
    experiment = complete(Experiment(data=Data(dataset=Parity(length=time, answer="every")), layers=layers))
    network = Network(build(experiment, (time, 1), 1).layers, padded=padded)
    network.initialise(7)
    rng = np.random.default_rng(0)
    features = 1 + rng.random((time, examples))
    if padded:
        features[np.arange(time)[:, None] >= lengths] = 0.0
    targets, gradients = rng.integers(0, 2, (1, time, examples)), Parameters(network.parameters.layout, np.float64)
    builder = network.builder(examples, gradients)
    x = builder.signal((time, 1), trained=False)
    x.values[:, 0] = features
    walk = compile_cost(experiment, network, builder, x, targets, examples)

    def loss() -> float:
        run(builder.forward + builder.backward)
        losses = experiment.loss.example_losses(walk.logits, walk.outputs, targets.reshape(1, -1), network.activation)
        if not padded:
            return float(losses.mean())
        return float(np.mean([losses.reshape(time, -1)[:length, one].mean() for one, length in enumerate(lengths)]))

    loss()
    slopes, theta = gradients.theta.copy(), network.parameters.theta
    direction = rng.standard_normal(theta.shape)
    theta += 1e-5 * direction
    above = loss()
    theta -= 2e-5 * direction
    assert slopes @ direction == pytest.approx((above - loss()) / 2e-5, rel=1e-7)
