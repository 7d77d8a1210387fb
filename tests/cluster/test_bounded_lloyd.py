"""The iteration with bounds passes through the same labels and centres as the readable one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.cluster.bounded_lloyd import TILE, bounded_lloyd, half_gaps
from abinitio.cluster.kmeans import assign_clusters, lloyd


def states(steps):
    return [(labels.copy(), centres) for labels, centres in itertools.islice(steps, 300)]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 900), d=st.integers(1, 9), k=st.integers(1, 12))
def test_every_iteration_is_the_readable_one(seed, n, d, k):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) + 4 * rng.integers(0, 3, (n, 1))
    start = rng.standard_normal((k, d)) * 3
    ours, readable = states(bounded_lloyd(X, start)), states(lloyd(X, start))
    assert len(ours) == len(readable)
    for (labels, centres), (expected, at) in zip(ours, readable):
        assert_array_equal(labels, expected)
        assert_allclose(centres, at, rtol=1e-9, atol=1e-11)


def test_integers_ties_and_a_cluster_without_points():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 5, (700, 2)).astype(float)  # many points at equal distances from two centres
    start = np.array([[0.0, 0.0], [0.0, 4.0], [4.0, 0.0], [4.0, 4.0], [900.0, 0.0]])
    labels, centres = next(bounded_lloyd(X, start))
    assert_array_equal(labels, assign_clusters(X, start))
    *_, (labels, centres) = bounded_lloyd(X, start)
    assert_array_equal(centres[4], start[4])


def test_float32_comes_back_and_finds_the_groups():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, 3 * TILE + 1)
    X = (rng.standard_normal((len(truth), 2)) + 20 * np.array([[0, 0], [1, 0], [0, 1]])[truth]).astype(np.float32)
    *_, (labels, centres) = bounded_lloyd(X, X[[np.argmax(truth == k) for k in range(3)]])
    assert centres.dtype == np.float32
    assert_array_equal(labels, truth)
    assert_allclose(centres, [X[truth == k].mean(axis=0, dtype=float) for k in range(3)], rtol=1e-5, atol=1e-5)


def test_whole_weights_are_repetitions():
    rng = np.random.default_rng(2)
    X, weights = rng.standard_normal((300, 3)), rng.integers(0, 4, 300)
    *_, (labels, centres) = bounded_lloyd(X, X[:4], weights)
    *_, (_, repeated) = bounded_lloyd(np.repeat(X, weights, axis=0), X[:4])
    assert_array_equal(labels, assign_clusters(X, centres))
    assert_allclose(centres, repeated, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("k", [1, 2, 5])
def test_half_gaps_are_the_radii_of_the_largest_disjoint_balls(k):
    centres = np.random.default_rng(3).standard_normal((k, 3))
    others = [np.delete(centres, i, axis=0) for i in range(k)]
    gaps = [min((np.linalg.norm(c - o) for o in other), default=np.inf) for c, other in zip(centres, others)]
    assert_allclose(half_gaps(centres), np.array(gaps) / 2)
