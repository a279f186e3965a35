import numpy as np
import pytest

from app.previews import IMAGES, MAP_REACH, MAP_SIDE, SAMPLES, SEQUENCES, STEPS, preview
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


@pytest.mark.parametrize(
    "kind", [cls.kind for cls in datasets if cls.family in ("curves", "tables") and cls.kind != "inline"]
)
def test_curves_and_tables_show_two_numbers_and_the_target(kind: str) -> None:
    rows = np.array(preview(datasets[kind])["preview"])
    assert rows.shape[1] == 3
    assert len(rows) <= SAMPLES
    assert (np.ptp(rows, axis=0) > 0).all()


def test_of_a_table_the_columns_that_tell_most_are_shown() -> None:
    petals = preview(datasets["iris"])["preview"]
    apart = [length for length, _, kind in petals if kind == 0]
    assert max(apart) < min(length for length, _, kind in petals if kind > 0)  # setosa by the petal alone


def test_images_are_their_pixels() -> None:
    pixels = np.array(preview(datasets["digits"])["preview"])
    assert pixels.shape == (IMAGES, 64)
    assert (pixels.min(), pixels.max()) == (0, 1)


@pytest.mark.parametrize("kind", [cls.kind for cls in datasets if cls.family == "sequences"])
def test_sequences_are_one_number_for_each_step(kind: str) -> None:
    rows, made = np.array(preview(datasets[kind])["preview"]), datasets[kind]()
    assert rows.shape == (SEQUENCES, min(STEPS, made.input_shape[0]))
    if made.alphabet:
        assert set(rows.ravel()) <= set(range(len(made.alphabet) + 1))


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
