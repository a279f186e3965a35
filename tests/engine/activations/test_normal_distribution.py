import math

import numpy as np

from engine.activations.normal_distribution import normal_density, normal_distribution


def test_the_distribution_is_that_of_the_standard_library_far_into_the_tail():
    z = np.linspace(-36, 9, 5001)
    exact = [0.5 * math.erfc(-one / math.sqrt(2)) for one in z]
    np.testing.assert_allclose(normal_distribution(z), exact, rtol=1e-12)


def test_beyond_the_table_it_is_zero_or_one():
    np.testing.assert_allclose(normal_distribution(np.array([-1e6, -50.0, 50.0, 1e6])), [0, 0, 1, 1], atol=1e-290)


def test_the_density_is_the_slope():
    z, h = np.linspace(-5, 5, 101), 1e-5
    slope = (normal_distribution(z + h) - normal_distribution(z - h)) / (2 * h)
    np.testing.assert_allclose(normal_density(z), slope, atol=1e-10)
