import numpy as np

from engine.calls import run
from engine.cost import compile_cost
from engine.experiment import Experiment, complete
from engine.network import build
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
