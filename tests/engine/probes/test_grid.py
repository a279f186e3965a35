import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.data import Data
from engine.datasets import datasets
from engine.datasets.inline import Inline
from engine.experiment import Experiment
from engine.probes import ProbeUnavailable, probes
from engine.probes.grid import grid_of, grid_points
from engine.training import Training
from tests.engine.probes.measuring import trained


def test_the_top_row_has_the_largest_x2():
    points = grid_points(trained().data, 3).reshape(3, 3, 2)
    assert_allclose(points[:, 0, 1], [4, 0, -4])
    assert_allclose(points[0, :, 0], [-4, 0, 4])


@pytest.mark.parametrize("kind", ["boundary", "neurons"])
def test_examples_that_are_not_points_of_a_plane_have_no_map(kind: str):
    rows = ((0.0, 1.0, 2.0), (1.0, 2.0, 3.0))
    training = Training(Experiment(data=Data(Inline(rows, (0.0, 1.0)))))
    with pytest.raises(ProbeUnavailable, match="these examples have 3 inputs, not 2"):
        probes[kind]().measure(training)


def test_all_numbers_of_a_sequence_are_counted():
    with pytest.raises(ProbeUnavailable, match="have 100 inputs, not 2"):
        grid_points(Training(Experiment(data=Data(datasets["adding_problem"]()), layers=())).data, 3)


def test_a_grid_knows_its_rectangle_and_its_maps_in_bytes():
    grid = grid_of(trained().data, 4)
    assert grid.domain == [[-6, 6], [-6, 6]]
    assert grid.maps.shape == (2, 4, 4)
    assert_array_equal(grid.maps[0, 0], grid.maps[0, 3])
    assert_array_equal(grid.maps[1, :, 0], grid.maps[0, 0, ::-1])


def test_a_grid_is_computed_once_and_only_a_few_are_kept():
    data = trained().data
    first = grid_of(data, 10)
    assert grid_of(data, 10) is first
    for resolution in (11, 12, 13):
        grid_of(data, resolution)
    assert grid_of(data, 10) is not first
