import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.features import available_features, compute_features, features, find_feature

POINTS = np.array([[0.5, -2.0], [1.5, 3.0], [-6.0, 6.0]])
X1, X2 = POINTS.T
PLANE = ("x1", "x2")
FLOWER = ("sepal length", "sepal width", "petal length")
EXPECTED = {
    "x1": X1,
    "x2": X2,
    "x1_squared": X1**2,
    "x2_squared": X2**2,
    "x1_x2": X1 * X2,
    "sin_x1": np.sin(X1),
    "sin_x2": np.sin(X2),
    "cos_x1": np.cos(X1),
    "cos_x2": np.cos(X2),
}


@pytest.mark.parametrize("name", features.kinds)
def test_each_feature_is_what_its_name_says(name: str):
    assert_allclose(compute_features((find_feature(name, PLANE),), POINTS), [EXPECTED[name]])


def test_features_stand_in_the_order_chosen():
    chosen = tuple(find_feature(name, PLANE) for name in ("x2", "x1_x2", "x1"))
    assert_allclose(compute_features(chosen, POINTS), [X2, X1 * X2, X1])


def test_examples_of_many_inputs_have_all_of_them():
    inputs = np.arange(24.0).reshape(2, 12)
    names = tuple(f"x{number}" for number in range(1, 13))
    assert_allclose(compute_features((find_feature("x12", names),), inputs), [[11.0, 23.0]])
    assert find_feature("x12", names).kind == "x12"
    assert available_features(names[:3])[:4] == ("x1", "x2", "x3", "x1_squared")


@pytest.mark.parametrize("name", ["petal length", "x3"])
def test_a_named_input_answers_to_its_name_and_to_its_place(name: str):
    feature = find_feature(name, FLOWER)
    assert (feature.kind, feature.columns) == ("petal length", (2,))


def test_features_may_be_made_of_named_inputs():
    assert available_features(FLOWER)[:4] == (*FLOWER, "x1_squared")
    rows = np.array([[2.0, 5.0, 1.0]])
    assert_allclose(compute_features((find_feature("x1_x2", FLOWER),), rows), [[10.0]])


def test_a_name_in_the_wrong_place_is_that_input():
    assert find_feature("x1", ("x2", "x1")).columns == (1,)


def test_one_input_has_no_features_of_two():
    assert available_features(("x1",)) == ("x1", "x1_squared", "sin_x1", "cos_x1")


@pytest.mark.parametrize("name", ["x3", "x0", "x01", "y", "x1_cubed", "", "x99999999999999999999"])
def test_an_unknown_feature_is_refused_with_what_there_is(name: str):
    with pytest.raises(KeyError, match="there are x1, x2, x1_squared"):
        find_feature(name, PLANE)
