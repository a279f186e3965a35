"""What holds for every recurrent layer."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.calls import Workspace, run
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment
from engine.gradient_check import gradient_check
from engine.layers import GRU, LSTM, SimpleRNN, layers
from engine.layers.recurrent import FEW, PRODUCTS, sum_of_products
from engine.optimizers import optimizers
from engine.training import Training
from tests.engine.layers.unrolling import network_of, parameters_of, passed

KINDS = [SimpleRNN, LSTM, GRU]
TIME, FEATURES, UNITS, EXAMPLES = 5, 3, 4, 6
LENGTHS = np.array([1, 2, 3, 4, 5, 5])
PADDING = np.arange(TIME)[:, None] >= LENGTHS
RNG = np.random.default_rng(0)
X = RNG.standard_normal((TIME, FEATURES, EXAMPLES))
CASES = json.loads((Path(__file__).parents[2] / "fixtures" / "torch_recurrent.json").read_text())

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda made: made.kind)
both_ways = pytest.mark.parametrize("sequences", [False, True], ids=["last", "sequences"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case["component"].values())))
def test_forward_and_gradients_are_pytorch_s(case):
    description = dict(case["component"])
    layer = layers[description.pop("kind")](**description)
    parameters = {name: np.array(values) for name, values in case["parameters"].items()}
    found = passed(layer, np.array(case["x"], float), parameters, np.array(case["upstream"]))
    np.testing.assert_allclose(found.out, case["out"], rtol=1e-10, atol=1e-14)
    if "gradient" in case:
        np.testing.assert_allclose(found.gradient, case["gradient"], rtol=1e-10, atol=1e-13)
    for name, gradient in case["gradients"].items():
        np.testing.assert_allclose(found.gradients[name], gradient, rtol=1e-10, atol=1e-13)


@every_kind
@both_ways
@pytest.mark.parametrize("padding", [None, PADDING], ids=["full", "padded"])
def test_gradients_agree_with_measured_slopes(kind, sequences, padding):
    layer, epsilon = kind(units=UNITS, return_sequences=sequences), 1e-5
    parameters = parameters_of(layer, X.shape[:-1])
    upstream = RNG.standard_normal((*layer.output_shape(X.shape[:-1]), EXAMPLES))
    found = passed(layer, X, parameters, upstream, padding)

    def loss(x, changed):
        return float(np.sum(passed(layer, x, changed, upstream, padding).out * upstream))

    for name, values in parameters.items():
        direction = RNG.standard_normal(values.shape)
        above = loss(X, {**parameters, name: values + epsilon * direction})
        below = loss(X, {**parameters, name: values - epsilon * direction})
        assert np.sum(found.gradients[name] * direction) == pytest.approx((above - below) / (2 * epsilon), rel=1e-7)
    direction = RNG.standard_normal(X.shape)
    slope = (loss(X + epsilon * direction, parameters) - loss(X - epsilon * direction, parameters)) / (2 * epsilon)
    assert np.sum(found.gradient * direction) == pytest.approx(slope, rel=1e-7)


@every_kind
def test_gradients_of_many_units_agree_with_measured_slopes(kind):
    layer, epsilon = kind(units=96), 1e-6
    parameters = parameters_of(layer, X.shape[:-1])
    assert parameters["recurrent_kernel"].size * FEW > PRODUCTS
    upstream = RNG.standard_normal((96, EXAMPLES))
    gradients = passed(layer, X, parameters, upstream).gradients
    directions = {name: RNG.standard_normal(values.shape) for name, values in parameters.items()}

    def loss(step):
        changed = {name: values + step * directions[name] for name, values in parameters.items()}
        return float(np.sum(passed(layer, X, changed, upstream).out * upstream))

    slope = sum(np.sum(gradients[name] * direction) for name, direction in directions.items())
    assert slope == pytest.approx((loss(epsilon) - loss(-epsilon)) / (2 * epsilon), rel=1e-6)


@pytest.mark.parametrize("time", [1, 16, 40])
def test_products_are_added_up_a_few_steps_at_a_time(time):
    left, right = RNG.standard_normal((time, 64, 3)), RNG.standard_normal((time, 3, 64))
    out = np.empty((64, 64))
    run(sum_of_products(left, right, out, Workspace()))
    np.testing.assert_allclose(out, np.einsum("tik,tkj->ij", left, right), rtol=1e-10, atol=1e-12)


@every_kind
@both_ways
def test_a_padded_sequence_is_the_shorter_sequence(kind, sequences):
    layer = kind(units=UNITS, return_sequences=sequences)
    parameters = parameters_of(layer, X.shape[:-1])
    rows = (TIME, UNITS, EXAMPLES) if sequences else (UNITS, EXAMPLES)
    upstream = RNG.standard_normal(rows)
    if sequences:
        upstream = upstream * ~PADDING[:, None]
    padded = passed(layer, X, parameters, upstream, PADDING)
    total = {name: np.zeros_like(values) for name, values in parameters.items()}
    for example, length in enumerate(LENGTHS):
        one = slice(example, example + 1)
        arriving = upstream[:length, :, one] if sequences else upstream[:, one]
        alone = passed(layer, X[:length, :, one], parameters, arriving)
        out = padded.out[:length, :, one] if sequences else padded.out[:, one]
        np.testing.assert_allclose(out, alone.out, rtol=1e-12)
        np.testing.assert_allclose(padded.gradient[:length, :, one], alone.gradient, rtol=1e-10, atol=1e-14)
        assert not padded.gradient[length:, :, one].any()
        for name, gradient in alone.gradients.items():
            total[name] += gradient
    for name, gradient in total.items():
        np.testing.assert_allclose(padded.gradients[name], gradient, rtol=1e-10, atol=1e-13)


@every_kind
def test_a_padded_step_keeps_the_state_exactly(kind):
    layer = kind(units=UNITS, return_sequences=True)
    out = passed(layer, X, parameters_of(layer, X.shape[:-1]), padding=PADDING).out
    for example, length in enumerate(LENGTHS):
        assert (out[length:, :, example] == out[length - 1, :, example]).all()


@every_kind
def test_the_last_state_is_the_end_of_the_sequence_of_states(kind):
    parameters = parameters_of(kind(units=UNITS), X.shape[:-1])
    states = passed(kind(units=UNITS, return_sequences=True), X, parameters).out
    assert np.array_equal(passed(kind(units=UNITS), X, parameters).out, states[-1])


@every_kind
def test_order_matters(kind):
    layer = kind(units=UNITS)
    parameters = parameters_of(layer, X.shape[:-1])
    assert not np.allclose(passed(layer, X, parameters).out, passed(layer, X[::-1], parameters).out)


@every_kind
def test_examples_do_not_see_each_other(kind):
    layer = kind(units=UNITS)
    parameters = parameters_of(layer, X.shape[:-1])
    together = passed(layer, X, parameters).out
    np.testing.assert_allclose(passed(layer, X[..., 2:3], parameters).out, together[:, 2:3], rtol=1e-12)


@every_kind
@both_ways
def test_truncation_as_long_as_the_sequence_is_none(kind, sequences):
    parameters = parameters_of(kind(units=UNITS), X.shape[:-1])
    full = passed(kind(units=UNITS, return_sequences=sequences), X, parameters)
    cut = passed(kind(units=UNITS, return_sequences=sequences, truncate=TIME), X, parameters)
    for name, gradient in full.gradients.items():
        np.testing.assert_array_equal(cut.gradients[name], gradient)


@every_kind
def test_truncated_gradients_reach_back_so_many_steps(kind):
    layer = kind(units=UNITS, truncate=2)
    parameters = parameters_of(layer, X.shape[:-1])
    full, cut = passed(kind(units=UNITS), X, parameters), passed(layer, X, parameters)
    np.testing.assert_array_equal(cut.out, full.out)
    assert not cut.gradient[:-2].any()
    np.testing.assert_array_equal(cut.gradient[-2:], full.gradient[-2:])
    assert full.gradient[:-2].all()


@every_kind
def test_with_answers_at_every_step_each_stretch_learns_for_itself(kind):
    layer = kind(units=UNITS, truncate=2, return_sequences=True)
    parameters = parameters_of(layer, X.shape[:-1])
    upstream = np.zeros((TIME, UNITS, EXAMPLES))
    upstream[2] = 1.0  # stretches are [0], [1, 2], [3, 4]
    gradient = passed(layer, X, parameters, upstream).gradient
    assert gradient[1:3].all()
    assert not gradient[[0, 3, 4]].any()


@every_kind
def test_states_and_their_gradients_can_be_read(kind):
    layer = kind(units=UNITS, return_sequences=True)
    upstream = RNG.standard_normal((TIME, UNITS, EXAMPLES))
    found = passed(layer, X, parameters_of(layer, X.shape[:-1]), upstream)
    np.testing.assert_array_equal(found.traces["states"], found.out)
    np.testing.assert_array_equal(found.traces["state_gradients"][-1], upstream[-1])
    assert all(trace.shape == (TIME, UNITS, EXAMPLES) for trace in found.traces.values())


@every_kind
def test_only_sequences_fit(kind):
    with pytest.raises(ValueError, match=r"\(time, features\).*\(8,\)"):
        kind().output_shape((8,))


@every_kind
def test_recurrent_kernels_start_orthogonal_and_kernels_as_drawn_for_all_gates(kind):
    views = network_of(kind(units=UNITS), (TIME, FEATURES)).parameters.views["one"]
    recurrent = views["recurrent_kernel"]
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(UNITS), atol=1e-12)
    assert np.abs(views["kernel"]).max() <= np.sqrt(6 / (FEATURES + kind.gates * UNITS))


@every_kind
@both_ways
def test_the_gradient_check_of_a_training_says_right(kind, sequences):
    dataset = datasets["reber_grammar"](samples=40)
    more = (GRU(units=2),) if sequences else ()
    training = Training(
        Experiment(data=Data(dataset=dataset), layers=(kind(units=3, return_sequences=sequences), *more))
    )
    training.advance(3)
    report = gradient_check(training, examples=8, parameters_per_layer=40)
    assert report.verdict == "right", report


def test_a_gru_learns_the_adding_problem_of_20_steps():
    data = Data(dataset=datasets["adding_problem"](samples=1000, length=20))
    adam = optimizers["adam"](learning_rate=0.01)
    training = Training(Experiment(data=data, layers=(GRU(units=16),), optimizer=adam, batch_size=32, dtype="float32"))
    assert 2 * training.metrics()["test"]["loss"] > 0.1
    training.advance_epochs(20)
    assert 2 * training.metrics()["test"]["loss"] < 0.01  # who always answers 1 has 0.167
