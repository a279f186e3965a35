import numpy as np
import pytest

from engine.datasets.inline import Inline
from engine.errors import ExperimentError
from engine.streams import stream

ROWS = ((0.0, 1.0), (2.0, 11.0), (4.0, 6.0))


def test_rows_are_taken_as_they_stand():
    inputs, targets = Inline(ROWS, (1.0, 0.0, 1.0)).sample(stream(7, "data"))
    assert np.array_equal(inputs, ROWS)
    assert np.array_equal(targets, [1, 0, 1])


def test_its_picture_shows_its_own_rectangle():
    assert Inline(ROWS, (1.0, 0.0, 1.0)).domain == ((-0.4, 4.4), (0.0, 12.0))


def test_a_constant_column_still_has_a_width():
    assert Inline(((3.0, 0.0), (3.0, 10.0)), (1.0, 0.0)).domain == ((2.0, 4.0), (-1.0, 11.0))


@pytest.mark.parametrize("columns", [1, 3])
def test_rows_that_are_not_points_of_a_plane_have_no_picture(columns: int):
    dataset = Inline(tuple((0.0,) * columns for _ in range(2)), (0.0, 1.0))
    assert dataset.domain is None
    assert dataset.input_names == ("x1", "x2", "x3")[:columns]


def test_no_split_is_taken_unless_asked():
    assert Inline().default_split.train == 1


@pytest.mark.parametrize(
    ("task", "targets", "classes", "units"),
    [
        ("binary", (0, 0, 0), 2, 1),
        ("multiclass", (0, 3, 1), 4, 4),
        ("multiclass", (0, 0, 0), 2, 2),
        ("regression", (0.5, -3, 7), None, 1),
    ],
)
def test_classes_follow_from_task_and_targets(task, targets, classes, units):
    dataset = Inline(ROWS, targets, task)
    dataset.check()
    assert (dataset.classes, dataset.output_units) == (classes, units)


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"inputs": ((1.0, 2.0), (1.0,), (2.0, 3.0))}, "inputs.1", "1 numbers where the first row has 2"),
        ({"inputs": ((), (), ())}, "inputs", "the first row has 0 numbers"),
        ({"inputs": ((1.0, 2.0), (float("nan"), 2.0), (2.0, 3.0))}, "inputs.1", "finite"),
        ({"targets": (0.0, 1.0)}, "targets", "2 targets for 3 rows"),
        ({"targets": (0.0, 1.0, float("inf"))}, "targets", "finite"),
        ({"targets": (0.0, 1.0, 2.0)}, "targets.2", "2 is not a class; for a binary task"),
        ({"targets": (0.0, -1.0, 2.0), "task": "multiclass"}, "targets.1", "-1 is not a class"),
        ({"targets": (0.0, 0.5, 2.0), "task": "multiclass"}, "targets.1", "0.5 is not a class"),
        ({"targets": (0.0, 100.0, 2.0), "task": "multiclass"}, "targets.1", "0, 1, … 99"),
    ],
)
def test_what_makes_no_sense_is_refused(fields, field, message):
    dataset = Inline(**({"inputs": ROWS, "targets": (0.0, 1.0, 0.0)} | fields))
    with pytest.raises(ExperimentError, match=message) as caught:
        dataset.check()
    assert caught.value.field == f"data.dataset.{field}"
