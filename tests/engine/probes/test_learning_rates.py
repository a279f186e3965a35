from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.clipping import clippings
from engine.experiment import Experiment
from engine.initializers import initializers
from engine.layers import Dense
from engine.optimizers import optimizers
from engine.probes.gradients import next_update
from engine.probes.learning_rates import LEVELS, quantiles
from engine.schedules import schedules
from engine.training import Training
from tests.engine.probes.measuring import RELU, document, measure


def moved(training: Training) -> Training:
    training.advance(7)
    return training


def test_gradient_descent_has_the_same_rate_everywhere(training: Training):
    arrays, meta = measure(training, "learning_rates")
    assert meta["groups"][:2] == ["dense_1.kernel", "dense_1.bias"]
    assert_allclose(arrays["rate"], 0.03)
    assert_allclose(arrays["quantiles"], 0.03)
    assert meta["learning_rate"] == 0.03


def test_the_schedule_has_its_say():
    experiment = Experiment(schedule=schedules["exponential"](base=0.5))
    training = Training(experiment)
    training.advance_epochs(2)
    arrays, meta = measure(training, "learning_rates")
    assert_allclose(arrays["rate"], 0.03 / 4)
    assert meta["learning_rate"] == 0.03 / 4


@pytest.mark.parametrize("kind", optimizers.kinds)
def test_rates_are_those_of_the_next_full_batch_step(kind: str):
    training = moved(Training(Experiment(optimizer=optimizers[kind](), batch_size=1000)))
    arrays, meta = measure(training, "learning_rates")
    before, slopes = document(training, "parameters"), document(training, "gradients")
    training.advance(1)
    after = document(training, "parameters")
    for group, rate, ratio in zip(meta["groups"], arrays["rate"], arrays["ratio"], strict=True):
        layer, part = group.split(".")
        step = np.linalg.norm(after[layer][part] - before[layer][part])
        assert_allclose(rate, step / np.linalg.norm(slopes[layer][part]), rtol=1e-8)
        assert_allclose(ratio, step / np.linalg.norm(before[layer][part]), rtol=1e-8)


def test_quantiles_describe_the_single_weights():
    training = moved(Training(replace(RELU, optimizer=optimizers["adagrad"]())))
    arrays, meta = measure(training, "learning_rates")
    slope = document(training, "gradients")["dense_2"]["kernel"]
    gradient = training.evaluation.gradients().theta
    change = training.network.parameters.layout.views(next_update(training, gradient))["dense_2"]["kernel"]
    used = slope != 0
    expected = np.quantile(np.abs(change[used] / slope[used]), meta["levels"])
    assert_allclose(arrays["quantiles"][meta["groups"].index("dense_2.kernel")], expected)


def test_clipping_shortens_the_rate():
    training = moved(Training(replace(RELU, clipping=clippings["norm"](limit=1e-3))))
    gradient = np.linalg.norm(training.evaluation.gradients().theta)
    assert_allclose(measure(training, "learning_rates").arrays["rate"], 0.03 * 1e-3 / gradient)


def test_where_nothing_moves_or_pulls_there_is_no_rate():
    zeros = initializers["zeros"]()
    training = Training(Experiment(layers=(Dense(units=2, initializer=zeros),) * 2))
    arrays, meta = measure(training, "learning_rates")
    first = meta["groups"].index("dense_1.kernel")
    assert np.isnan(arrays["rate"][first])
    assert np.isnan(arrays["ratio"][first])
    assert np.isnan(arrays["quantiles"][first]).all()
    assert np.isnan(quantiles(np.array([1.0]), np.array([np.inf]))).all()
    assert arrays["quantiles"].shape == (len(meta["groups"]), len(LEVELS))
