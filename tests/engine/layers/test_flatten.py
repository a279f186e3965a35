import numpy as np

from engine.layers import Flatten
from engine.network import NamedLayer, Network
from tests.engine.layers.passes import passed


def test_the_order_is_keras_s_rows_then_pixels_then_channels():
    image = np.arange(24.0).reshape(1, 2, 4, 3)
    assert passed(Flatten(), image).y.tolist() == [list(range(24))]


def test_gradients_go_back_to_where_the_numbers_came_from():
    upstream = np.random.default_rng(0).normal(size=(5, 24))
    found = passed(Flatten(), np.zeros((5, 2, 4, 3)), upstream)
    np.testing.assert_array_equal(found.x_gradient.reshape(5, 24), upstream)


def test_rows_and_sequences_are_laid_out_too():
    assert Flatten().output_shape((7,)) == (7,)
    assert Flatten().output_shape((4, 3)) == (12,)
    assert passed(Flatten(), np.arange(12.0).reshape(1, 4, 3)).y.tolist() == [list(range(12))]


def test_it_costs_nothing():
    network = Network((NamedLayer("one", Flatten(), (2, 2, 3), (12,)),))
    builder = network.builder(5)
    Flatten().compile(builder, builder.signal((2, 2, 3)))
    assert builder.forward == []
