from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.layers import Convolution, Flatten
from engine.probes import ProbeUnavailable
from engine.probes.examples import MAXIMUM_NUMBERS
from engine.probes.kernels import as_images
from engine.training import Training
from tests.engine.probes.measuring import IMAGES, document, measure


def test_kernels_are_the_parameters_a_filter_at_a_time():
    stack = (Convolution(filters=3), Convolution(filters=2, kernel_size=2), Flatten())
    training = Training(replace(IMAGES, layers=stack))
    arrays, meta = measure(training, "kernels")
    parameters = document(training, "parameters")
    for name in ("conv2d_1", "conv2d_2"):
        kernel = parameters[name]["kernel"]
        height, width, channels, filters = kernel.shape
        assert arrays[f"{name}.kernel"].shape == (filters, channels, height, width)
        for f in range(filters):
            for c in range(channels):
                assert_allclose(arrays[f"{name}.kernel"][f, c], kernel[:, :, c, f], rtol=1e-6)
        assert_allclose(arrays[f"{name}.bias"], parameters[name]["bias"])
        assert meta["layers"][name]["filters"] == filters
        assert meta["layers"][name]["channels"] == channels
        assert_allclose(meta["layers"][name]["scale"], np.abs(kernel).max())
    assert set(measure(training, "kernels", layer="conv2d_2").arrays) == {"conv2d_2.kernel", "conv2d_2.bias"}


@pytest.mark.parametrize("shape", [(3, 3, 1, 256), (15, 15, 256, 4), (15, 15, 256, 256), (1, 1, 256, 64)])
def test_large_kernels_are_shown_in_part(shape: tuple[int, ...]):
    kernel = np.arange(np.prod(shape), dtype=float).reshape(shape)
    shown = as_images(kernel)
    filters, channels = shown.shape[:2]
    assert shown.size <= MAXIMUM_NUMBERS
    assert filters <= 64
    assert_allclose(shown, kernel.transpose(3, 2, 0, 1)[:filters, :channels])


def test_without_a_convolution_there_are_none(training: Training):
    with pytest.raises(ProbeUnavailable, match="no convolution"):
        measure(training, "kernels")
