"""The tree finds the same neighbours as sorting all distances, for every shape of the data."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from abinitio.neighbors.kd_tree import KDTree


def by_sorting(X, Q, k):
    D = cdist(Q, X)
    indices = np.argsort(D, axis=1, kind="stable")[:, :k]
    return indices, np.take_along_axis(D, indices, axis=1)


@pytest.mark.parametrize("leaf_size", [1, 5, None])
@pytest.mark.parametrize("d", [1, 2, 3, 10, 20])
def test_neighbours_are_exact_in_clusters_and_outside(d, leaf_size):
    rng = np.random.default_rng(d)
    X = np.vstack([rng.standard_normal((400, d)), 1e-3 * rng.standard_normal((200, d)) + 2, np.full((70, d), 0.5)])
    Q = np.vstack([rng.standard_normal((60, d)), 50 * rng.standard_normal((20, d)), X[::13]])
    indices, distances = KDTree(X, leaf_size).nearest(Q, 9)
    expected = by_sorting(X, Q, 9)
    assert_allclose(distances, expected[1], rtol=1e-13, atol=0)
    assert_array_equal(indices, expected[0])


@pytest.mark.parametrize("n", [1, 2, 33, 34, 1000])
def test_all_samples_as_neighbours(n):
    rng = np.random.default_rng(n)
    X = rng.integers(0, 10, (n, 2)).astype(float)
    indices, distances = KDTree(X, 4).nearest(X[:50], n)
    expected = by_sorting(X, X[:50], n)
    assert_array_equal(indices, expected[0])
    assert_allclose(distances, expected[1], rtol=1e-14)


def test_samples_that_all_coincide_are_split_and_found_in_order():
    indices, distances = KDTree(np.ones((5000, 3)), 4).nearest(np.zeros((2, 3)), 7)
    assert_array_equal(indices, [range(7)] * 2)
    assert_allclose(distances, np.sqrt(3))


def test_equals_scipys_tree_on_many_points():
    X = np.random.default_rng(0).standard_normal((20_000, 2))
    distances, indices = cKDTree(X).query(X[:4000], 5)
    ours = KDTree(X).nearest(X[:4000], 5)
    assert_array_equal(ours[0], indices)
    assert_allclose(ours[1], distances, rtol=1e-14)
