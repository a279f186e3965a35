import numpy as np
import pytest

from engine.calls import run
from engine.parameters import Layout, Parameters
from engine.plan import Builder


def parameters() -> Parameters:
    return Parameters(Layout({"one": {"kernel": (2, 3)}}), np.float32)


@pytest.mark.parametrize("shape", [(3,), (2, 4, 4)])
def test_a_signal_of_any_shape_has_ones_below(shape):
    signal = Builder(5, parameters(), parameters()).signal(shape)
    assert signal.values.shape == (*shape, 5)
    assert signal.values.dtype == np.float32
    assert np.shares_memory(signal.values, signal.augmented)
    assert signal.augmented.shape == (np.prod(shape) + 1, 5)
    assert (signal.augmented[-1] == 1).all()
    assert signal.gradient.shape == signal.values.shape


def test_without_a_backward_pass_there_are_no_gradients():
    builder = Builder(5, parameters())
    assert builder.signal((2,)).gradient is None
    assert builder.weight_gradients() is None
    builder.add([(print, ())], [(print, ())])
    assert (len(builder.forward), builder.backward) == (1, [])


def test_the_backward_pass_begins_with_the_last_layer():
    builder, order = Builder(1, parameters(), parameters()), []
    builder.add([(order.append, (1,)), (order.append, (2,))], [(order.append, (6,)), (order.append, (7,))])
    builder.add([(order.append, (3,))], [(order.append, (4,)), (order.append, (5,))])
    run(builder.forward + builder.backward)
    assert order == [1, 2, 3, 4, 5, 6, 7]


def test_what_no_layer_waits_for_ends_the_backward_pass():
    builder, order = Builder(1, parameters(), parameters()), []
    builder.add([], [(order.append, (2,))], [(order.append, (3,))])
    builder.add([], [(order.append, (1,))], [(order.append, (4,))])
    run(builder.backward)
    assert order == [1, 2, 3, 4]


def test_only_with_generators_it_is_training():
    assert not Builder(1, parameters()).training
    assert Builder(1, parameters(), generators={}).training


@pytest.mark.parametrize(("rows", "units"), [(3, 2), (65, 64), (65, 2), (3, 1024)])
def test_a_product_over_the_examples_is_the_same_with_a_turned_copy_and_without(rows, units):
    rng = np.random.default_rng(1)
    left, right, out = rng.normal(size=(rows, 32)), rng.normal(size=(units, 32)), np.empty((rows, units))
    builder = Builder(32, Parameters(Layout({"one": {"kernel": (2, 3)}}), np.float64))
    calls = builder.outer(left, right, out)
    run(calls)
    np.testing.assert_allclose(out, np.einsum("re,ue->ru", left, right), rtol=1e-12, atol=1e-13)
    assert len(calls) == 1 + ((rows, units) == (65, 64))
    assert len(builder.outer(left, np.asfortranarray(right), out)) == 1
