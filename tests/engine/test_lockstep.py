import numpy as np
import pytest

from engine.calls import run
from engine.chance import even_calls
from engine.layers import Layer, layers
from engine.lockstep import GAP, Alone, ReplicaBuilder
from engine.parameters import Layout, Parameters
from engine.plan import Signal

REPLICAS, EXAMPLES, PLACES = 3, 4, 2
RNG = np.random.default_rng(1)


def builder(shapes: dict[str, tuple[int, ...]] | None = None, learns: bool = True) -> ReplicaBuilder:
    """A plan whose present layer is called "layer"; its parameters are random."""
    layout = Layout({"layer": shapes or {}})
    parameters, gradients, statistics = (
        Parameters(kind, np.float64, REPLICAS) for kind in (layout, layout, Layout({"layer": {}}))
    )
    parameters.theta[...] = RNG.standard_normal(parameters.theta.shape)
    generators = [{"layer": np.random.default_rng(seed)} for seed in range(REPLICAS)]
    made = ReplicaBuilder(EXAMPLES, parameters, gradients, generators, statistics)
    made.layer = "layer"
    return made


def random_values(units: int, places: int) -> np.ndarray:
    """Numbers (units, places · columns), also in the gap."""
    return RNG.standard_normal((units, places * (REPLICAS * EXAMPLES + GAP)))


def of(values: np.ndarray, replica: int) -> np.ndarray:
    """What belongs to a replica, (units, places · examples)."""
    places = values.reshape(len(values), -1, REPLICAS * EXAMPLES + GAP)
    return places[:, :, replica * EXAMPLES : (replica + 1) * EXAMPLES].reshape(len(values), -1)


@pytest.mark.parametrize("places", [1, PLACES])
@pytest.mark.parametrize("inputs", [1, 5])
def test_each_replica_has_its_own_product(places, inputs):
    weights = RNG.standard_normal((REPLICAS, 2, inputs))
    values, out = random_values(inputs, places), random_values(2, places)
    run([builder().product(weights, values, out)])
    for replica in range(REPLICAS):
        np.testing.assert_allclose(of(out, replica), weights[replica] @ of(values, replica))


@pytest.mark.parametrize("places", [1, PLACES])
def test_each_replica_has_its_own_sum_of_products(places):
    left, right, out = random_values(3, places), random_values(2, places), np.empty((REPLICAS, 3, 2))
    run(builder().outer(left, right, out))
    for replica in range(REPLICAS):
        np.testing.assert_allclose(out[replica], of(left, replica) @ of(right, replica).T)


@pytest.mark.parametrize("places", [1, PLACES])
def test_totals_are_over_the_examples_of_one_replica(places):
    values, out = random_values(3, places), np.empty((3, REPLICAS))
    run([builder().total(values, out, 0.5)])
    for replica in range(REPLICAS):
        np.testing.assert_allclose(out[:, replica], of(values, replica).sum(axis=1) / 2)


def test_one_number_for_each_unit_and_replica_stands_beside_its_examples():
    values, numbers = random_values(3, PLACES), RNG.standard_normal((3, REPLICAS))
    made = builder()
    made.apart(values)[...] = made.beside(numbers, values)
    for replica in range(REPLICAS):
        np.testing.assert_array_equal(of(values, replica), np.repeat(numbers[:, replica, None], 2 * EXAMPLES, axis=1))


def test_chance_comes_from_the_generator_of_each():
    made, values = builder(), random_values(3, 1)
    run(made.uniform(values))
    for replica in range(REPLICAS):
        expected = np.zeros((3, EXAMPLES))
        run(even_calls(np.random.default_rng(replica), expected, made.workspace))
        np.testing.assert_array_equal(of(values, replica), expected)


@pytest.mark.parametrize("kind", [kind for kind in layers if not kind.side_by_side])
def test_other_layers_get_a_plan_for_each_replica(kind: type[Layer]):
    shape = {1: (6,), 2: (6, 3), 3: (6, 6, 2)}[kind.input_rank or 1]
    layer = kind()
    made = builder(layer.parameter_shapes(shape))
    x = made.signal(shape, trained=kind.kind != "embedding")
    x.values[...] = RNG.integers(0, 5, x.values.shape)
    out = made.passed_on(layer, x)
    assert out.values.shape == (*layer.output_shape(shape), made.batch)
    run(made.forward)
    for replica in range(REPLICAS):
        columns = made.columns(replica)
        alone = Alone(made, layer, Signal(x.values, x.augmented, None), replica)
        run(alone.forward(x, other := made.signal(layer.output_shape(shape))))
        np.testing.assert_array_equal(out.values[columns], other.values[columns])
        assert np.any(out.values[columns] != 0)
    assert not np.array_equal(out.values[made.columns(0)], out.values[made.columns(1)])
