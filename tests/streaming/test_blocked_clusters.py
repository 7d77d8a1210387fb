"""The blocked sums against the readable ones."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.streaming.blocked_clusters import add_clusters
from abinitio.streaming.streamed_kmeans import cluster_sums_of


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(1, 1, 1), (700, 5, 3), (256, 4, 9)])
def test_sums_are_the_readable_ones(shape, dtype):
    n, d, k = shape
    rng = np.random.default_rng(0)
    X, centres = rng.normal(size=(n, d)).astype(dtype), rng.normal(size=(k, d)).astype(dtype)
    counts, sums = np.zeros(k), np.zeros((k, d))
    squares = add_clusters(X, centres, counts, sums)
    expected = cluster_sums_of(X, centres, np.zeros(d))
    assert_array_equal(counts, expected.counts)
    assert_allclose(sums, expected.sums, rtol=1e-12, atol=1e-12)
    assert squares == pytest.approx(expected.squares, rel=1e-12 if dtype is np.float64 else 1e-5)


def test_at_equal_distance_the_lower_number():
    counts = np.zeros(2)
    add_clusters(np.zeros((3, 1)), np.array([[1.0], [-1.0]]), counts, np.zeros((2, 1)))
    assert counts.tolist() == [3, 0]
