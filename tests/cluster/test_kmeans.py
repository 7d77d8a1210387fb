"""k-means against scikit-learn from the same start, against scipy, and against theory for two Gaussians."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist
from scipy.stats import norm
from sklearn.cluster import KMeans

from abinitio.cluster import assign_clusters, inertia, kmeans_plus_plus, lloyd, update_centres


def two_gaussians(n, d, distance, rng):
    """n points in d dimensions, half of them around +distance/2 on the first axis and half around -distance/2."""
    truth = rng.integers(2, size=n)
    X = rng.standard_normal((n, d))
    X[:, 0] += distance * (truth - 0.5)
    return X, truth


def test_assign_clusters_is_the_brute_force_argmin():
    rng = np.random.default_rng(0)
    X, centres = rng.normal(size=(300, 4)), rng.normal(size=(7, 4))
    assert np.array_equal(assign_clusters(X, centres), cdist(X, centres).argmin(axis=1))
    assert np.array_equal(assign_clusters(X + 1e8, centres + 1e8), cdist(X + 1e8, centres + 1e8).argmin(axis=1))


def test_ties_go_to_the_lower_number():
    assert assign_clusters(np.zeros((1, 2)), np.array([[3.0, 4.0], [5.0, 0.0], [0.0, 6.0]])).tolist() == [0]


def test_update_centres_is_stationary_point_of_the_inertia():
    rng = np.random.default_rng(1)
    X, labels = rng.normal(size=(50, 3)), rng.integers(4, size=50)
    centres = update_centres(X, labels, np.zeros((5, 3)))
    gradient = [-2 * (X[labels == k] - centres[k]).sum(axis=0) for k in range(4)]
    np.testing.assert_allclose(gradient, 0, atol=1e-12)
    assert np.array_equal(centres[4], np.zeros(3))  # without points: it stays


@settings(max_examples=40, deadline=None)
@given(arrays(float, (12, 2), elements=st.floats(-10, 10)), st.integers(1, 4))
def test_inertia_never_rises_and_the_end_is_a_fixed_point(X, k):
    states = list(itertools.islice(lloyd(X, X[:k]), 100))
    values = np.array([inertia(X, *state) for state in states])
    assert len(states) < 100
    assert np.all(np.diff(values) <= 1e-9 * (1 + values[:-1]))
    labels, centres = states[-1]
    assert np.array_equal(labels, assign_clusters(X, centres))
    np.testing.assert_array_equal(centres, update_centres(X, labels, centres))


def test_centres_are_those_of_scikit_learn_from_the_same_start():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(400, 3)) + 6 * rng.integers(0, 3, size=(400, 1))
    *_, (labels, centres) = lloyd(X, X[:5])
    theirs = KMeans(5, init=X[:5], n_init=1, algorithm="lloyd", tol=0, max_iter=1000).fit(X)
    np.testing.assert_allclose(centres, theirs.cluster_centers_, atol=1e-10)
    assert np.array_equal(labels, theirs.labels_)
    assert inertia(X, labels, centres) == pytest.approx(theirs.inertia_, rel=1e-12)


def test_well_separated_groups_are_recovered():
    X, truth = two_gaussians(500, 2, 14.0, np.random.default_rng(3))
    *_, (labels, _) = lloyd(X, X[[np.argmin(truth), np.argmax(truth)]])
    assert np.array_equal(labels, truth)


def test_two_gaussians_error_and_centres_are_those_of_theory():
    n, delta = 40_000, 3.0
    X, truth = two_gaussians(n, 2, delta, np.random.default_rng(4))
    *_, (labels, centres) = lloyd(X, np.array([[-1.0, 0.0], [1.0, 0.0]]))
    p = norm.cdf(-delta / 2)
    assert np.mean(labels != truth) == pytest.approx(p, abs=4 * np.sqrt(p / n))
    h = delta / 2  # the centre is E|x| of the folded normal: the tail that leaks over drives the centres outwards
    folded = h * (2 * norm.cdf(h) - 1) + 2 * norm.pdf(h)
    assert folded > h
    np.testing.assert_allclose(centres, [[-folded, 0], [folded, 0]], atol=5 / np.sqrt(n / 2))


def test_random_start_obeys_arthur_and_vassilvitskii():
    rng = np.random.default_rng(5)
    X = np.repeat(100 * np.eye(4), 25, axis=0) + rng.normal(size=(100, 4))
    best = inertia(X, np.repeat(range(4), 25), X.reshape(4, 25, 4).mean(axis=1))
    starts = [kmeans_plus_plus(X, 4, rng) for _ in range(200)]
    values = [inertia(X, assign_clusters(X, c), c) for c in starts]
    assert np.mean(values) <= 8 * (np.log(4) + 2) * best
    assert all(start.shape == (4, 4) for start in starts)
    assert all(any(np.array_equal(c, x) for x in X) for c in starts[0])


def test_random_start_draws_with_the_squared_distance():
    X = np.array([[0.0], [1.0], [3.0]])
    rng, m = np.random.default_rng(6), 5000
    pairs = np.array([kmeans_plus_plus(X, 2, rng).ravel() for _ in range(m)])
    assert pairs.shape == (m, 2)
    from_zero = pairs[pairs[:, 0] == 0][:, 1]
    assert len(from_zero) == pytest.approx(m / 3, abs=4 * np.sqrt(m * 2 / 9))
    assert np.mean(from_zero == 3) == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / len(from_zero)))  # 9 : 1
