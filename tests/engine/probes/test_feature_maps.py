from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.data import Data
from engine.datasets import datasets
from engine.layers import AveragePooling, BatchNormalization, Convolution, Dropout, Flatten, MaxPooling
from engine.probes import ProbeUnavailable
from engine.probes.examples import MAXIMUM_NUMBERS
from engine.probes.feature_maps import as_maps
from engine.training import Training
from tests.engine.probes.measuring import IMAGES, document, measure


def test_maps_are_the_convolution_and_the_pooling_of_the_image():
    training = Training(IMAGES)
    training.advance(10)
    arrays, meta = measure(training, "feature_maps", split="test", index=2)
    image = training.data.matrix("test")[:, 2].reshape(8, 8)
    assert_allclose(arrays["input"][0], image, rtol=1e-6)
    parts = document(training, "parameters")["conv2d_1"]
    for f in range(3):
        windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
        sums = (windows * parts["kernel"][:, :, 0, f]).sum(axis=(2, 3)) + parts["bias"][f]
        expected = np.maximum(sums, 0)
        assert_allclose(arrays["conv2d_1.maps"][f], expected, rtol=1e-5, atol=1e-6)
        pooled = expected.reshape(3, 2, 3, 2).max(axis=(1, 3))
        assert_allclose(arrays["max_pooling2d_1.maps"][f], pooled, rtol=1e-5, atol=1e-6)
    assert meta["layers"]["conv2d_1"] == {
        "kind": "conv2d", "channels": 3, "scale": pytest.approx(float(arrays["conv2d_1.maps"].max())),
    }  # fmt: skip
    assert meta["split"] == "test"
    assert len(meta["answer"]) == 10


def test_every_layer_that_makes_images_is_shown_until_they_are_flat():
    stack = (Convolution(filters=2), BatchNormalization(), Dropout(), AveragePooling(), Flatten())
    training = Training(replace(IMAGES, layers=stack))
    arrays = measure(training, "feature_maps").arrays
    names = [name.removesuffix(".maps") for name in arrays]
    assert names == ["input", "conv2d_1", "batch_normalization_1", "dropout_1", "average_pooling2d_1"]
    only = measure(training, "feature_maps", layer="average_pooling2d_1").arrays
    assert set(only) == {"input", "average_pooling2d_1.maps"}


def test_large_images_are_shown_in_part():
    image = np.arange(100 * 100 * 256, dtype=float).reshape(100, 100, 256)
    maps = as_maps(image)
    assert maps.size <= MAXIMUM_NUMBERS
    assert_allclose(maps, image.transpose(2, 0, 1)[: len(maps)])
    assert len(as_maps(np.zeros((2, 2, 256)))) == 64


def test_without_images_there_are_no_maps(training: Training):
    with pytest.raises(ProbeUnavailable, match="no convolution or pooling"):
        measure(training, "feature_maps")
    flat = Training(replace(IMAGES, layers=(), data=Data(datasets["digits"](samples=50))))
    with pytest.raises(ProbeUnavailable, match="no convolution or pooling"):
        measure(flat, "feature_maps")


def test_max_pooling_alone_is_an_image_too():
    training = Training(replace(IMAGES, layers=(MaxPooling(), Flatten())))
    arrays = measure(training, "feature_maps").arrays
    assert_allclose(arrays["max_pooling2d_1.maps"], arrays["input"].reshape(1, 4, 2, 4, 2).max(axis=(2, 4)))
