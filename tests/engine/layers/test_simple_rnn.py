import numpy as np
import pytest

from engine.activations import activations
from engine.layers import Dense, SimpleRNN
from tests.engine.layers.unrolling import parameters_of, passed


def test_two_steps_by_hand():
    layer = SimpleRNN(units=1, activation=activations["linear"]())
    weights = {"kernel": [[2.0]], "recurrent_kernel": [[3.0]], "bias": [1.0]}
    found = passed(layer, np.array([[[5.0]], [[7.0]]]), weights)
    # h1 = 2·5 + 1 = 11, h2 = 2·7 + 3·11 + 1 = 48
    assert found.traces["states"].ravel().tolist() == [11, 48]
    # ∂h2/∂W = x2 + U·x1 = 7 + 3·5, ∂h2/∂U = h1, ∂h2/∂b = 1 + U, ∂h2/∂x = U·W, W
    assert found.gradients["kernel"].item() == 22
    assert found.gradients["recurrent_kernel"].item() == 11
    assert found.gradients["bias"].item() == 4
    assert found.gradient.ravel().tolist() == [6, 2]


@pytest.mark.parametrize("kind", ["tanh", "relu", "silu", "gelu", "step"])
def test_a_sequence_of_one_step_is_a_dense_layer(kind):
    activation, x = activations[kind](), np.random.default_rng(2).standard_normal((1, 3, 6))
    recurrent, dense = SimpleRNN(units=4, activation=activation), Dense(units=4, activation=activation)
    parameters = parameters_of(recurrent, (1, 3))
    found = passed(recurrent, x, parameters)
    expected = passed(dense, x[0], {name: parameters[name] for name in ("kernel", "bias")})
    np.testing.assert_allclose(found.out, expected.out, rtol=1e-12)
    np.testing.assert_allclose(found.gradient[0], expected.gradient, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.gradients["kernel"], expected.gradients["kernel"], rtol=1e-12, atol=1e-15)
    assert not found.gradients["recurrent_kernel"].any()


def test_an_activation_over_the_whole_layer_is_refused():
    with pytest.raises(ValueError, match="softmax"):
        SimpleRNN(activation=activations["softmax"]()).output_shape((5, 2))
