import numpy as np
import pytest

from engine.parameters import Layout, Parameters

SHAPES = {"dense_1": {"kernel": (2, 3), "bias": (3,)}, "dropout_1": {}, "output": {"kernel": (3, 1), "bias": (1,)}}


def test_kernel_and_bias_are_one_block():
    parameters = Parameters(Layout(SHAPES), np.float64)
    parameters.theta[...] = np.arange(13)
    block = parameters.of("dense_1").reshape(3, 3)
    assert np.array_equal(block[:2], parameters.views["dense_1"]["kernel"])
    assert np.array_equal(block[2], parameters.views["dense_1"]["bias"])
    assert np.array_equal(parameters.of("output"), [9, 10, 11, 12])


def test_views_are_the_memory_itself():
    parameters = Parameters(Layout(SHAPES), np.float32)
    parameters.views["output"]["bias"][...] = 7
    assert parameters.theta.dtype == np.float32
    assert parameters.theta[-1] == 7
    assert list(parameters.views) == ["dense_1", "output"]
    assert parameters.of("dropout_1").size == 0


def test_only_kernels_are_charged():
    mask = Layout(SHAPES).mask(np.float64)
    assert np.array_equal(mask, [1] * 6 + [0] * 3 + [1] * 3 + [0])


def test_those_of_replicas_are_rows_of_the_same_layout():
    parameters = Parameters(Layout(SHAPES), np.float64, replicas=2)
    parameters.theta[...] = np.arange(26).reshape(2, 13)
    assert parameters.views["dense_1"]["kernel"].shape == (2, 2, 3)
    assert np.array_equal(parameters.views["dense_1"]["bias"], [[6, 7, 8], [19, 20, 21]])
    assert np.array_equal(parameters.of("output"), [[9, 10, 11, 12], [22, 23, 24, 25]])
    parameters.views["output"]["bias"][1] = -1
    assert parameters.theta[1, -1] == -1


def test_one_replica_is_a_view():
    parameters = Parameters(Layout(SHAPES), np.float64, replicas=2)
    parameters.theta[...] = np.arange(26).reshape(2, 13)
    second = parameters.row(1)
    assert np.array_equal(second.theta, np.arange(13, 26))
    second.views["dense_1"]["bias"][...] = -1
    assert np.array_equal(parameters.of("dense_1")[:, -3:], [[6, 7, 8], [-1, -1, -1]])


@pytest.mark.parametrize("replicas", [None, 2])
def test_they_are_the_first_of_several_vectors(replicas):
    parameters = Parameters(Layout(SHAPES), np.float64, replicas, vectors=3)
    parameters.vectors[1:] = 7
    assert parameters.vectors.shape == (3, *parameters.theta.shape)
    assert not parameters.theta.any()
    parameters.theta[...] = 1
    assert np.array_equal(parameters.vectors.min(axis=tuple(range(1, parameters.vectors.ndim))), [1, 7, 7])


def test_one_replica_has_its_part_of_all_vectors():
    second = Parameters(Layout(SHAPES), np.float64, replicas=2, vectors=3).row(1)
    second.vectors[:] = [[1], [2], [3]]
    assert np.array_equal(second.theta, np.ones(13))
