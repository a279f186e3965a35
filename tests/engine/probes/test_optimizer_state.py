import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.experiment import Experiment
from engine.optimizers import optimizers
from engine.training import Training
from tests.engine.probes.measuring import measure


def full_batch(kind: str, **fields) -> Training:
    return Training(Experiment(optimizer=optimizers[kind](**fields), batch_size=1000))


def flat(training: Training, arrays: dict[str, np.ndarray], name: str) -> np.ndarray:
    """What is by layer and parameter, in the order of theta."""
    views = training.network.parameters.views
    return np.concatenate([arrays[f"{layer}.{name}.{part}"].ravel() for layer in views for part in views[layer]])


@pytest.mark.parametrize("kind", optimizers.kinds)
def test_there_is_an_array_for_each_slot_and_parameter(kind: str):
    training = full_batch(kind)
    training.advance(3)
    arrays, meta = measure(training, "optimizer_state")
    assert meta["slots"] == list(optimizers[kind].slots)
    for number, slot in enumerate(meta["slots"]):
        assert_array_equal(flat(training, arrays, slot), training.state.slots[number])
        assert arrays[f"dense_1.{slot}.kernel"].shape == (2, 4)
        assert not np.shares_memory(arrays[f"dense_1.{slot}.kernel"], training.state.slots)
    assert meta["updates"] == 3
    assert meta["median_rate"]["output"] == np.median(
        np.append(arrays["output.rate.kernel"].ravel(), arrays["output.rate.bias"])
    )


@pytest.mark.parametrize("kind", ["gradient_descent", "adagrad", "rmsprop", "adam", "adamw", "momentum", "adadelta"])
@pytest.mark.parametrize("steps", [1, 4])
def test_the_rate_is_what_the_last_update_was_made_of(kind: str, steps: int):
    training = full_batch(kind, **({"weight_decay": 0.0} if kind == "adamw" else {}))
    training.advance(steps - 1)
    before, slope = training.state.theta.copy(), training.evaluation.gradients().theta
    if kind == "adadelta":  # its rate is that of the next update
        training.advance(1)
        squares, moves = training.state.slots
        arrays = measure(training, "optimizer_state").arrays
        assert_allclose(flat(training, arrays, "rate"), np.sqrt((moves + 1e-6) / (squares + 1e-6)))
        return
    training.advance(1)
    arrays = measure(training, "optimizer_state").arrays
    direction = slope
    if kind in ("adam", "adamw"):
        direction = training.state.slots[0] / (1 - 0.9**steps)
    if kind == "momentum":
        direction = training.state.slots[0]
    assert_allclose(training.state.theta, before - flat(training, arrays, "rate") * direction, rtol=1e-9, atol=1e-12)


def test_without_bias_correction_the_mean_is_taken_as_it_is():
    training = full_batch("adam", bias_correction=False)
    before = training.state.theta.copy()
    training.advance(1)
    rate = flat(training, measure(training, "optimizer_state").arrays, "rate")
    assert_allclose(training.state.theta, before - rate * training.state.slots[0], rtol=1e-9, atol=1e-12)


def test_before_the_first_update_there_is_no_rate():
    arrays, meta = measure(full_batch("adam"), "optimizer_state")
    assert not any(".rate." in name for name in arrays)
    assert (meta["updates"], meta["median_rate"]) == (0, {})
