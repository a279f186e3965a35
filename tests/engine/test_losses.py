import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import Linear, Sigmoid, Softmax, Tanh, activations
from engine.calls import run
from engine.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Hinge,
    Huber,
    KlDivergence,
    Loss,
    SquaredError,
    log_sum_exp,
    losses,
)
from engine.parameters import Layout, Parameters
from engine.plan import Builder
from tests.engine.parity import assert_same, build, cases, covered


def values(loss: Loss, activation, z, y):
    return loss.example_losses(z, activation(z), y, activation)


def gradient(loss: Loss, activation, z, y):
    written, nothing = np.full_like(z, 9.0), Parameters(Layout({}), z.dtype)
    run(loss.backward(Builder(z.shape[-1], nothing), activation, z, activation(z), y, written))
    return written


def pairs():
    """Every loss with every output activation that it permits and that passes gradients on."""
    return [
        pytest.param(loss(), activations[kind](), id=f"{loss.kind}-{kind}")
        for loss in losses
        for kind in loss.outputs or activations.kinds
        if activations[kind].trains
    ]


def test_pytorch_has_an_opinion_on_every_loss():
    assert covered("losses") == set(losses.kinds)


@pytest.mark.parametrize("case", cases("losses"))
def test_values_and_gradients_are_those_of_pytorch(case):
    loss, activation = build(losses, case["component"]), build(activations, case["activation"])
    assert_same(values(loss, activation, case["z"], case["y"]), case["losses"])
    np.testing.assert_allclose(gradient(loss, activation, case["z"], case["y"]), case["gradient"], 1e-10, 1e-14)


@pytest.mark.parametrize(("loss", "activation"), pairs())
def test_the_gradient_is_the_numeric_one(loss, activation):
    rng = np.random.default_rng(3)
    z = rng.normal(size=(3, 20))
    low, high = loss.target_values(activation)
    y = np.where(np.eye(3)[:, rng.integers(3, size=20)] > 0, high, low)
    h, numeric = 1e-6, np.zeros_like(z)
    for unit in range(3):
        shift = np.zeros_like(z)
        shift[unit] = h
        numeric[unit] = (values(loss, activation, z + shift, y) - values(loss, activation, z - shift, y)) / (2 * h)
    np.testing.assert_allclose(gradient(loss, activation, z, y), numeric, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("logit", [-1000.0, 1000.0])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_binary_cross_entropy_is_exact_at_enormous_logits(logit, target):
    z, y = np.array([[logit]]), np.array([[target]])
    wrong = (logit > 0) != bool(target)
    assert values(BinaryCrossEntropy(), Sigmoid(), z, y).item() == (1000 if wrong else 0)
    assert abs(gradient(BinaryCrossEntropy(), Sigmoid(), z, y).item()) == float(wrong)


@pytest.mark.parametrize("loss", [CategoricalCrossEntropy(), KlDivergence()])
def test_categorical_losses_are_exact_at_enormous_logits(loss):
    z = np.array([[1000.0, -1000.0], [0.0, 0.0], [-1000.0, 1000.0]])
    y = np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(values(loss, Softmax(), z, y), [0, 2000])


@given(st.floats(-700, 700), st.floats(-1e4, 1e4))
def test_log_sum_exp_moves_with_its_arguments(difference, shift):
    z = np.array([0.0, difference])
    np.testing.assert_allclose(log_sum_exp(z + shift), log_sum_exp(z) + shift, atol=1e-10)


@given(st.floats(-30, 30))
def test_binary_cross_entropy_is_a_categorical_one_of_two_classes(z):
    two = values(CategoricalCrossEntropy(), Softmax(), np.array([[z], [0.0]]), np.array([[1.0], [0.0]]))
    one = values(BinaryCrossEntropy(), Sigmoid(), np.array([[z]]), np.array([[1.0]]))
    np.testing.assert_allclose(one, two, rtol=1e-12, atol=1e-14)


def test_kl_divergence_of_the_truth_is_zero_and_differs_from_cross_entropy_by_the_entropy():
    y = np.array([[0.2], [0.3], [0.5]])
    z = np.array([[1.0], [2.0], [-1.0]])
    np.testing.assert_allclose(values(KlDivergence(), Softmax(), np.log(y), y), 0, atol=1e-15)
    entropy = -(y * np.log(y)).sum()
    cross = values(CategoricalCrossEntropy(), Softmax(), z, y)
    np.testing.assert_allclose(cross - values(KlDivergence(), Softmax(), z, y), entropy, rtol=1e-14)


@given(st.floats(-20, 20))
def test_huber_joins_the_square_and_the_line(error):
    z, y = np.array([[error]]), np.zeros((1, 1))
    expected = 0.5 * error**2 if abs(error) <= 2 else 2 * abs(error) - 2
    np.testing.assert_allclose(values(Huber(delta=2.0), Linear(), z, y), expected, rtol=1e-13, atol=1e-300)


def test_numbers_worked_by_hand():
    z, y = np.array([[1.0, 3.0]]), np.array([[3.0, 2.0]])
    np.testing.assert_array_equal(values(SquaredError(), Linear(), z, y), [2, 0.5])
    signs = np.array([[1.0, -1.0]])
    np.testing.assert_array_equal(values(Hinge(), Linear(), z, signs), [0, 4])
    np.testing.assert_array_equal(gradient(Hinge(), Linear(), z, signs), [[0, 1]])
    np.testing.assert_allclose(values(BinaryCrossEntropy(), Sigmoid(), np.zeros((1, 1)), np.ones((1, 1))), np.log(2))


def test_outputs_are_summed_not_averaged():
    z, y = np.ones((3, 1)), np.zeros((3, 1))
    np.testing.assert_array_equal(values(SquaredError(), Linear(), z, y), [1.5])


def test_classes_are_encoded_as_the_outputs_lie():
    assert SquaredError().target_values(Sigmoid()) == (0, 1)
    assert SquaredError().target_values(Linear()) == (0, 1)
    assert SquaredError().target_values(Tanh()) == (-1, 1)
    assert Hinge().target_values(Linear()) == (-1, 1)


def test_a_confident_mistake_has_hardly_a_gradient_with_squared_error():
    z, y = np.array([[-12.0]]), np.ones((1, 1))
    assert abs(gradient(SquaredError(), Sigmoid(), z, y).item()) < 1e-4
    assert abs(gradient(BinaryCrossEntropy(), Sigmoid(), z, y).item()) > 0.99


def test_every_permitted_output_is_an_activation():
    assert all(kind in activations for loss in losses for kind in loss.outputs or ())
