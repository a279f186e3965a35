import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from engine.confusion import class_measures, confusion_matrix


def test_rows_are_the_truth_and_columns_the_answers():
    truth, answers = np.array([0, 0, 0, 1, 2, 2]), np.array([0, 1, 1, 1, 0, 2])
    assert_array_equal(confusion_matrix(truth, answers, 3), [[1, 2, 0], [0, 1, 0], [1, 0, 1]])


def test_measures_by_hand():
    precision, recall, f1 = class_measures(np.array([[8, 2], [4, 6]]))
    assert_allclose(precision, [8 / 12, 6 / 8])
    assert_allclose(recall, [8 / 10, 6 / 10])
    assert_allclose(f1, [2 * 8 / 22, 2 * 6 / 18])


def test_a_class_that_nobody_met_has_no_measures():
    precision, recall, f1 = class_measures(np.array([[3, 0, 1], [0, 0, 0], [0, 0, 0]]))
    assert np.isnan(recall[1:]).all()
    assert_array_equal(np.isnan(precision), [False, True, False])
    assert_array_equal(np.isnan(f1), [False, True, False])


@given(pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_it_agrees_with_scikit_learn(pairs: list[tuple[int, int]]):
    judge = pytest.importorskip("sklearn.metrics")
    truth, answers = np.array(pairs).T
    matrix = confusion_matrix(truth, answers, 4)
    assert_array_equal(matrix, judge.confusion_matrix(truth, answers, labels=range(4)))
    expected = judge.precision_recall_fscore_support(truth, answers, labels=range(4), zero_division=np.nan)
    for ours, theirs in zip(class_measures(matrix)[:2], expected, strict=False):
        assert_allclose(ours, theirs)
