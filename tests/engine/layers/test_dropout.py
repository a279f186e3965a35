import numpy as np
import pytest

from engine.calls import run
from engine.layers import Dropout
from engine.parameters import Layout, Parameters
from engine.plan import Builder


def masked(rate: float, dtype: type = np.float64):
    empty = Parameters(Layout({"one": {}}), dtype)
    builder = Builder(4000, empty, empty, {"one": np.random.default_rng(5)})
    builder.layer = "one"
    x = builder.signal((10,))
    x.values[...] = 3.0
    out = Dropout(rate=rate).compile(builder, x)
    run(builder.draws + builder.forward)
    return builder, x, out


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("rate", [0.01, 0.3, 0.9])
def test_the_expected_value_is_kept(rate, dtype):
    _, _, out = masked(rate, dtype)
    silent = np.mean(out.values == 0)
    deviation = np.sqrt(rate * (1 - rate) / out.values.size)
    assert abs(silent - rate) < 4 * deviation
    assert abs(out.values.mean() - 3) < 4 * 3 * deviation / (1 - rate)
    np.testing.assert_allclose(np.unique(out.values), [0, 3 / (1 - rate)], rtol=1e-6)


def test_the_gradient_passes_where_the_values_did():
    builder, x, out = masked(0.4)
    out.gradient[...] = 3.0
    run(builder.backward)
    assert np.array_equal(x.gradient, out.values)


def test_every_step_has_another_mask():
    builder, _, out = masked(0.4)
    first = out.values.copy()
    run(builder.draws + builder.forward)
    assert not np.array_equal(first, out.values)


def test_in_prediction_nothing_happens():
    empty = Parameters(Layout({"one": {}}), np.float64)
    builder = Builder(3, empty)
    x = builder.signal((2,))
    assert Dropout(rate=0.9).compile(builder, x) is x
    assert builder.forward == []


def test_rate_zero_costs_nothing():
    builder, x, out = masked(0.0)
    assert out is x
    assert builder.draws == []
