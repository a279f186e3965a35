import numpy as np
import pytest

from engine.activations import Activation, activations
from engine.calls import Workspace, run
from tests.engine.parity import assert_same, build, cases, covered

EXTREMES = np.array([[-1000.0, -40.0, -1e-300, 0.0, 1e-300, 40.0, 1000.0]])
elementwise = [kind() for kind in activations if kind.elementwise]


def backward(activation: Activation, z, a, upstream):
    gradient, workspace = upstream.copy(), Workspace(z.dtype)
    run(activation.backward(z, a, gradient, workspace))
    return gradient


def test_pytorch_has_an_opinion_on_every_activation():
    assert covered("activations") == set(activations.kinds)


@pytest.mark.parametrize("case", cases("activations"))
def test_values_and_gradients_are_those_of_pytorch(case):
    activation = build(activations, case["component"])
    a = activation(case["z"])
    assert_same(a, case["a"])
    assert_same(backward(activation, case["z"], a, case["upstream"]), case["gradient"])


@pytest.mark.parametrize("activation", [kind() for kind in activations], ids=lambda one: one.kind)
def test_z_may_be_overwritten_unless_the_activation_keeps_it(activation):
    z = np.linspace(-2, 2, 12).reshape(3, 4)
    upstream = np.cos(np.arange(12.0)).reshape(3, 4)
    a = activation(z)
    expected = backward(activation, z, a, upstream)
    if not activation.keeps_input:
        reused = z.copy()
        run(activation.forward(reused, reused, Workspace()))
        np.testing.assert_array_equal(reused, a)
        np.testing.assert_array_equal(backward(activation, reused, reused, upstream), expected)
    else:
        assert not np.allclose(backward(activation, a, a, upstream), expected)


@pytest.mark.parametrize("activation", elementwise, ids=lambda one: one.kind)
def test_the_derivative_is_the_numeric_one_away_from_kinks(activation):
    z = np.linspace(-5, 5, 201) + 0.00317
    h = 1e-5
    numeric = (activation(z + h) - activation(z - h)) / (2 * h)
    np.testing.assert_allclose(activation.derivative(z), numeric, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("activation", elementwise, ids=lambda one: one.kind)
def test_every_jump_of_the_derivative_is_declared(activation):
    steps = np.linspace(-5, 5, 2001)
    slopes = activation.derivative(steps) + activation(steps)
    jumps = steps[:-1][np.abs(np.diff(slopes)) > 0.1]
    assert all(min(abs(jump - kink) for kink in activation.kinks) < 0.01 for jump in jumps)


@pytest.mark.parametrize("activation", [kind() for kind in activations], ids=lambda one: one.kind)
def test_extreme_sums_give_numbers_within_the_bounds(activation):
    a = activation(EXTREMES)
    low, high = activation.bounds
    assert np.isfinite(a).all()
    assert np.isfinite(activation.derivative(EXTREMES)).all()
    assert low is None or a.min() >= low - 1e-12
    assert high is None or a.max() <= high + 1e-12


@pytest.mark.parametrize("activation", elementwise, ids=lambda one: one.kind)
def test_bounds_are_tight(activation):
    a = activation(np.linspace(-1000, 1000, 200_001))
    low, high = activation.bounds
    assert a.min() < -0.99 if low is None else a.min() == pytest.approx(low, abs=1e-4)
    assert a.max() > 900 if high is None else a.max() == pytest.approx(high, abs=1e-4)


@pytest.mark.parametrize("activation", [kind() for kind in activations], ids=lambda one: one.kind)
def test_float32_stays_float32_and_integers_become_float64(activation):
    assert activation(np.ones((2, 3), np.float32)).dtype == np.float32
    assert activation.derivative(np.ones((2, 3), np.float32)).dtype == np.float32
    assert activation(np.ones((2, 3), int)).dtype == np.float64


def test_the_order_is_that_of_the_menu():
    order = "linear step sigmoid tanh relu leaky_relu elu selu gelu silu softplus sine gaussian softmax"
    assert list(activations.kinds) == order.split()


@pytest.mark.parametrize("activation", [kind() for kind in activations], ids=lambda one: one.kind)
def test_those_that_never_fall_say_so(activation):
    values = activation(np.linspace(-8, 8, 3201)[None]) if activation.elementwise else activation([[0.0, 1], [0, 3]])
    assert activation.never_falls == bool((np.diff(values) >= 0).all())
