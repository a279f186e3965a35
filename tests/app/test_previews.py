import numpy as np
import pytest

from app.previews import MAP_REACH, MAP_SIDE, SAMPLES, preview
from engine.activations import activations
from engine.datasets import datasets
from engine.features import features
from engine.losses import losses


@pytest.mark.parametrize("kind", [cls.kind for cls in activations if cls.elementwise])
def test_a_curve_is_the_function_and_its_slope(kind: str) -> None:
    z, values, slopes = np.array(preview(activations[kind])["curve"]).T
    np.testing.assert_allclose(values, activations[kind]()(z), atol=1e-4)
    np.testing.assert_allclose(slopes, activations[kind]().derivative(z), atol=1e-4)


def test_softmax_has_no_curve_of_one_variable() -> None:
    assert preview(activations["softmax"]) == {}


@pytest.mark.parametrize("kind", [cls.kind for cls in datasets if cls.kind != "inline" and cls().domain])
def test_a_dataset_shows_points_of_every_class_and_always_the_same(kind: str) -> None:
    points = np.array(preview(datasets[kind])["preview"])
    assert points.shape == (SAMPLES, 3)
    assert preview(datasets[kind])["preview"] == points.tolist()
    if datasets[kind].classes:
        assert set(points[:, 2]) == set(range(datasets[kind].classes))


@pytest.mark.parametrize("kind", ["sine_curve", "iris", "digits", "next_letter"])
def test_what_is_not_a_point_of_a_plane_has_no_small_picture(kind: str) -> None:
    assert preview(datasets[kind]) == {}


def test_own_examples_have_no_picture_before_they_exist() -> None:
    assert preview(datasets["inline"]) == {}


@pytest.mark.parametrize("kind", features.kinds)
def test_a_map_shows_the_feature_the_right_way_up(kind: str) -> None:
    drawn = np.array(preview(features[kind])["map"])
    assert drawn.shape == (MAP_SIDE, MAP_SIDE)
    assert np.abs(drawn).max() == 1
    corner = {0: -MAP_REACH, 1: MAP_REACH}  # left, top
    value = features[kind]().compute(*(np.array([corner[column]]) for column in features[kind].columns))[0]
    assert np.sign(drawn[0, 0]) == np.sign(value)


def test_what_has_no_picture_has_none() -> None:
    assert preview(losses["hinge"]) == {}
