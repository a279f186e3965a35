import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.activations import Sigmoid, Softmax
from engine.calls import Workspace, run

scores = arrays(float, (4, 3), elements=st.floats(-30, 30))


@given(scores, st.floats(-500, 500))
def test_shifting_all_scores_changes_nothing(z, shift):
    np.testing.assert_allclose(Softmax()(z + shift), Softmax()(z), rtol=1e-10)


@given(scores)
def test_probabilities_add_up_and_gradients_cancel(z):
    a, gradient = Softmax()(z), np.sin(np.arange(12.0)).reshape(4, 3)
    run(Softmax().backward(z, a, gradient, Workspace()))
    np.testing.assert_allclose(a.sum(axis=0), 1, rtol=1e-14)
    np.testing.assert_allclose(gradient.sum(axis=0), 0, atol=1e-14)


@given(st.floats(-30, 30))
def test_two_classes_are_a_sigmoid_of_the_difference(z):
    np.testing.assert_allclose(Softmax()([[z], [0.0]])[0, 0], Sigmoid()(z), rtol=1e-9, atol=1e-15)


def test_the_derivative_is_the_diagonal_of_the_jacobian():
    z, h = np.array([0.3, -1.0, 2.0]), 1e-6
    numeric = [(Softmax()(z + h * unit) - Softmax()(z - h * unit))[k] / (2 * h) for k, unit in enumerate(np.eye(3))]
    np.testing.assert_allclose(Softmax().derivative(z), numeric, rtol=1e-8)


def test_by_hand():
    np.testing.assert_allclose(Softmax()(np.log([1.0, 2.0, 5.0])), [0.125, 0.25, 0.625], rtol=1e-14)


def test_of_images_the_channels_of_each_pixel_add_up_to_1():
    images = np.random.default_rng(4).normal(size=(3, 2, 5, 7))
    a = Softmax()(images)
    np.testing.assert_allclose(a.sum(axis=2), 1, rtol=1e-13)
    np.testing.assert_array_equal(a[1, 0], Softmax()(images[1, 0]))
