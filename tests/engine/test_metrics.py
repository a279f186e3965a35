import numpy as np
import pytest

from engine.metrics import accuracy, decisions, measure, measures, r2


def test_one_output_is_decided_by_the_threshold():
    np.testing.assert_array_equal(decisions(np.array([[0.4, 0.5, 0.6]])), [0, 0, 1])
    np.testing.assert_array_equal(decisions(np.array([[-0.4, 0.1]]), threshold=0.0), [0, 1])


def test_several_outputs_are_decided_by_the_largest():
    np.testing.assert_array_equal(decisions(np.array([[0.2, 0.9], [0.3, 0.05], [0.5, 0.05]])), [2, 0])


def test_accuracy_is_the_share_of_right_classes():
    assert accuracy(np.array([[0.9, 0.2, 0.6, 0.4]]), np.array([[1.0, 0.0, 0.0, 0.0]])) == 0.75
    assert accuracy(np.array([[0.1, -0.2]]), np.array([[1.0, -1.0]]), threshold=0.0) == 1


def test_r2_by_hand():
    targets = np.array([[1.0, 2.0, 3.0]])
    assert r2(targets, targets) == 1
    assert r2(np.full((1, 3), 2.0), targets) == 0
    assert r2(np.array([[1.0, 2.0, 4.0]]), targets) == 0.5
    assert r2(np.array([[3.0, 2.0, 1.0]]), targets) == -3


def test_r2_averages_over_targets_and_handles_constant_ones():
    targets = np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]])
    assert r2(targets, targets) == 1
    assert r2(targets + np.array([[0], [1]]), targets) == 0.5


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_what_is_measured_is_what_is_announced(task):
    outputs = np.array([[0.1, 0.7], [0.2, 0.1]])
    assert tuple(measure(task, outputs, outputs)) == measures(task)
