from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment, Output
from engine.initializers import initializers
from engine.layers import layers
from engine.probes import ProbeUnavailable
from engine.probes.gradient_through_time import from_the_end, mean_where
from engine.probes.passes import both_ways
from engine.training import Training
from engine.weighting import class_weights
from tests.engine.probes.measuring import PADDED, document, measure

TIME = 12


def linear_rnn(weight: float) -> Training:
    """One unit whose state is multiplied by the same weight at every step; the output passes it on."""
    same, one = initializers["constant"](value=weight), initializers["constant"](value=1.0)
    unit = layers["simple_rnn"](
        units=1, activation=activations["linear"](), initializer=one, recurrent_initializer=same
    )
    data = Data(datasets["adding_problem"](samples=50, length=TIME))
    return Training(Experiment(data=data, layers=(unit,), output=Output(initializer=one)))


@pytest.mark.parametrize("weight", [0.5, 1.0, 1.5])
def test_a_linear_unit_multiplies_the_gradient_at_every_step(weight: float):
    """∂ℓ/∂h_t = w^(T − t) · ∂ℓ/∂h_T: fading, steady or exploding."""
    arrays, meta = measure(linear_rnn(weight), "gradient_through_time")
    by_lag = arrays["simple_rnn_1.by_lag"]
    assert_allclose(by_lag / by_lag[0], weight ** np.arange(TIME))
    assert_allclose(arrays["simple_rnn_1.by_step"], by_lag[::-1])
    assert meta == {"examples": 40, "steps": TIME, "layers": ["simple_rnn_1"]}


@pytest.mark.parametrize("kind", ["simple_rnn", "gru", "lstm"])
def test_it_is_the_slope_of_the_loss_by_the_bias_of_the_last_step(kind: str):
    """The state at the last step is all that the output sees: ∂ℓ/∂h_T = (ŷ − y) · w, example by example."""
    data = Data(datasets["adding_problem"](samples=50, length=TIME))
    training = Training(Experiment(data=data, layers=(layers[kind](units=4),)))
    training.advance(5)
    weights = document(training, "parameters")["output"]["kernel"][:, 0]
    part = training.evaluation.training_part
    errors = training.network.predict(part.features)[0, :20] - part.targets[0, :20]
    found = measure(training, "gradient_through_time", examples=20).arrays[f"{kind}_1.by_lag"]
    assert_allclose(found[0], np.abs(errors).mean() * np.linalg.norm(weights))


def test_padding_neither_counts_nor_delays():
    training = Training(PADDED)
    training.advance(5)
    arrays, meta = measure(training, "gradient_through_time", layer="lstm_1")
    norms = np.linalg.norm(both_ways(training, 64).traces["lstm_1"]["state_gradients"], axis=1)
    lengths = training.data.mask("train")[:, :64].sum(axis=0).astype(int)
    by_step, by_lag = arrays["lstm_1.by_step"], arrays["lstm_1.by_lag"]
    assert meta["layers"] == ["lstm_1"]
    for lag in range(meta["steps"]):
        rows = [norms[length - 1 - lag, i] for i, length in enumerate(lengths) if length > lag]
        assert_allclose(by_lag[lag], np.mean(rows) if rows else np.nan)
        rows = [norms[lag, i] for i, length in enumerate(lengths) if length > lag]
        assert_allclose(by_step[lag], np.mean(rows) if rows else np.nan)
    assert np.isnan(by_lag[lengths.max() :]).all()


def test_nothing_arrives_beyond_where_the_way_back_is_cut():
    cut = layers["lstm"](truncate=4)
    data = Data(datasets["adding_problem"](samples=50, length=TIME))
    by_lag = measure(Training(Experiment(data=data, layers=(cut,))), "gradient_through_time").arrays["lstm_1.by_lag"]
    assert (by_lag[:4] > 0).all()
    assert (by_lag[4:] == 0).all()


def test_means_leave_out_what_is_not_real():
    values = np.array([[1.0, 3.0], [5.0, 7.0], [np.nan, 9.0]])
    real = np.array([[True, True], [False, True], [False, False]])
    assert_allclose(mean_where(values, real), [2, 7, np.nan])
    turned, there = from_the_end(values, real)
    assert turned[:, 0].tolist()[:1] == [1.0]
    assert_allclose(turned[:2, 1], [7, 3])
    assert there.tolist() == [[True, True], [False, True], [False, False]]


def test_without_recurrent_layers_there_is_no_time(training: Training):
    with pytest.raises(ProbeUnavailable, match="no recurrent layer"):
        measure(training, "gradient_through_time")


def test_the_weights_of_examples_do_not_change_their_own_loss():
    weighed = replace(PADDED, class_weight=class_weights["manual"](weights=(1.0, 5.0)))
    plain, other = (measure(Training(each), "gradient_through_time").arrays for each in (PADDED, weighed))
    assert_allclose(plain["gru_1.by_step"], other["gru_1.by_step"])
