from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.activations import activations
from engine.data import Data
from engine.datasets import datasets
from engine.experiment import Experiment, Output
from engine.layers import Convolution, Dense, Flatten, layers
from engine.losses import losses
from engine.optimizers import optimizers
from engine.probes import ProbeUnavailable
from engine.probes.conditioning import MAXIMUM_NUMBERS, spectra_of, view_of
from engine.scaling import Standardize
from engine.training import Training
from tests.engine.probes.measuring import IMAGES, PADDED, measure

SQUARE = ("x1", "x1_squared")


def test_eigenvalues_are_those_of_the_covariance():
    training = Training(Experiment(data=Data(features=("x1", "x2", "x1_squared"))))
    arrays, meta = measure(training, "conditioning")
    inputs = training.data.matrix("train")
    assert_allclose(arrays["covariance"], np.linalg.svd(np.cov(inputs, bias=True))[1])
    assert_allclose(meta["condition"], np.linalg.cond(np.cov(inputs)))


def test_it_says_beyond_which_learning_rate_a_linear_neuron_diverges():
    """The promise of ``largest_learning_rate``, tried out: a little below it learns, a little above it diverges."""
    data = Data(datasets["plane"](), features=SQUARE)
    experiment = Experiment(data=data, layers=(), batch_size=10_000)
    rate = measure(Training(experiment), "conditioning").meta["largest_learning_rate"]
    found = []
    for factor in (0.98, 1.02):
        training = Training(
            Experiment(
                data=data, layers=(), batch_size=10_000, loss=losses["squared_error"](),
                output=Output(activations["linear"]()),
                optimizer=optimizers["gradient_descent"](learning_rate=factor * rate),
            )
        )  # fmt: skip
        before = training.evaluation.loss()
        training.advance(2000)
        found.append(training.evaluation.loss() > before)
    assert found == [False, True]


def test_standardizing_mends_the_condition():
    raw, scaled = (
        measure(Training(Experiment(data=Data(features=SQUARE, **choice))), "conditioning").meta["condition"]
        for choice in ({}, {"scaling": Standardize()})
    )
    assert raw > 5
    assert scaled < 1.5


def test_a_feature_that_says_nothing_new_makes_it_infinite():
    rows = datasets["inline"](inputs=((1.0, 2.0), (2.0, 4.0), (3.0, 6.0)), targets=(0.0, 1.0, 1.0))
    meta = measure(Training(Experiment(data=Data(rows))), "conditioning").meta
    assert meta["condition"] is None
    assert meta["curvature_condition"] is None


def test_too_many_features_are_not_compared():
    rows = datasets["inline"](inputs=(tuple(map(float, range(500))),) * 2, targets=(0.0, 1.0))
    with pytest.raises(ProbeUnavailable, match="500"):
        measure(Training(Experiment(data=Data(rows))), "conditioning")


def moments(rows: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Covariance and curvature of a list of feature vectors."""
    seen = np.array(rows)
    with_bias = np.hstack((seen, np.ones((len(seen), 1))))
    return np.cov(seen.T, bias=True), with_bias.T @ with_bias / len(seen)


def check(training: Training, of: str, rows: list[np.ndarray]) -> None:
    arrays, meta = measure(training, "conditioning")
    for name, matrix in zip(("covariance", "curvature"), moments(rows), strict=True):
        assert_allclose(arrays[name], np.linalg.svd(np.atleast_2d(matrix))[1], atol=1e-12)
    assert meta["of"] == of
    assert meta["examples"] == len(training.data.indices["train"])


def test_of_sequences_the_features_of_a_step_are_compared_padding_left_out():
    training = Training(PADDED)
    rows = []
    for number in training.data.indices["train"]:
        steps = training.data.inputs[number].reshape(24, 7)
        rows += list(steps[: np.flatnonzero(steps.any(axis=1)).max() + 1])
    check(training, "step", rows)


@pytest.mark.parametrize(
    "convolution", [Convolution(), Convolution(kernel_size=4, strides=2, padding="same"), Convolution(kernel_size=8)]
)
def test_of_images_a_window_of_the_convolution_is_compared(convolution: Convolution):
    training = Training(replace(IMAGES, layers=(convolution, Flatten())))
    down, across = convolution.slides((8, 8, 1))
    rows = []
    for column in training.data.matrix("train").T:
        image = np.pad(column.reshape(8, 8), 8)
        for y in range(down.places):
            for x in range(across.places):
                top, left = 8 + y * down.stride - down.before, 8 + x * across.stride - across.before
                rows.append(image[top : top + down.size, left : left + across.size].ravel())
    check(training, "window", rows)


def test_a_dense_layer_sees_all_pixels():
    training = Training(replace(IMAGES, layers=()))
    check(training, "example", list(training.data.matrix("train").T))
    assert measure(training, "conditioning").meta["condition"] is None  # some pixels of the border are always dark


def test_symbols_that_are_looked_up_have_no_condition():
    data = Data(datasets["reber_grammar"](encoding="tokens"))
    with pytest.raises(ProbeUnavailable, match="looked up"):
        measure(Training(Experiment(data=data, layers=(layers["embedding"](), layers["gru"]()))), "conditioning")


def test_views_of_the_same_data_are_kept_apart():
    training = Training(replace(IMAGES, layers=(Convolution(), Flatten())))
    window = measure(training, "conditioning")
    training.adopt(replace(IMAGES, layers=(Dense(),)))
    example = measure(training, "conditioning")
    assert (len(window.arrays["covariance"]), len(example.arrays["covariance"])) == (9, 64)
    training.adopt(replace(IMAGES, layers=(Convolution(), Flatten())))
    assert_allclose(measure(training, "conditioning").arrays["covariance"], window.arrays["covariance"])


def test_of_many_numbers_a_part_is_enough():
    training = Training(
        replace(IMAGES, data=Data(datasets["digits"]()), layers=(Convolution(kernel_size=5, padding="same"), Flatten()))
    )
    view = view_of(training)
    _, examples = spectra_of(training.data, view)
    assert examples * view.features * view.times <= MAXIMUM_NUMBERS
    assert examples < len(training.data.indices["train"])
