"""Nearest and farthest samples in many dimensions: exact medians against draws, and both limits."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import norm

from abinitio.neighbors.dimension import median_extremes_of_gaussian, median_nearest_in_ball, relative_contrast
from abinitio.neighbors.distances import squared_distances


@pytest.mark.parametrize("d", [1, 3, 20])
def test_median_of_the_nearest_in_a_ball(d):
    rng = np.random.default_rng(d)
    sets, n = 4000, 50
    nearest = (rng.uniform(size=(sets, n)) ** (1 / d)).min(axis=1)  # the radius of a uniform point in the ball
    assert abs(np.mean(nearest < median_nearest_in_ball(n, d)) - 0.5) < 4 * 0.5 / np.sqrt(sets)


@pytest.mark.parametrize("d", [1, 4, 100])
def test_medians_of_nearest_and_farthest_gaussian(d):
    rng = np.random.default_rng(d)
    sets, n = 1500, 20
    distances = np.sqrt(squared_distances(np.zeros((1, d)), rng.standard_normal((sets * n, d)))).reshape(sets, n)
    near, far = median_extremes_of_gaussian(n, d)
    for extreme, median in ((distances.min(axis=1), near), (distances.max(axis=1), far)):
        assert abs(np.mean(extreme < median) - 0.5) < 4 * 0.5 / np.sqrt(sets)


def test_one_dimension_and_one_sample():
    assert_allclose(median_extremes_of_gaussian(1, 1), norm.ppf(0.75))
    assert median_nearest_in_ball(1, 1) == pytest.approx(0.5)
    assert_allclose(median_nearest_in_ball(np.array([1, 500]), np.array([2, 10])), [0.5**0.5, 0.5178], rtol=1e-4)


def test_contrast_is_lost_as_one_over_the_root_of_the_dimension():
    rng = np.random.default_rng(0)
    contrasts = []
    for d in (10, 100, 1000, 4000):
        distances = np.sqrt(squared_distances(rng.standard_normal((20, d)), rng.standard_normal((200, d))))
        contrasts.append(np.median(relative_contrast(distances)))
    assert np.all(np.diff(contrasts) < 0)
    slope = np.log(contrasts[3] / contrasts[1]) / np.log(40)
    assert abs(slope + 0.5) < 0.06
    near, far = median_extremes_of_gaussian(10**6, 10**5)
    assert (far - near) / near < 0.05
