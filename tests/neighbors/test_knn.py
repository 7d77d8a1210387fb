"""Neighbours are those of the definition, ties and the sample itself included; the fast search equals the readable."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_digits
from sklearn.neighbors import NearestNeighbors

from abinitio.neighbors.knn import (
    class_shares,
    error_by_k,
    inverse_distance_weights,
    k_nearest,
    k_nearest_others,
    majority_vote,
    neighbour_mean,
    without_self,
)

TWINS = pytest.mark.parametrize("search", [k_nearest, k_nearest.fast], ids=["readable", "fast"])
OTHERS = pytest.mark.parametrize("search", [k_nearest_others, k_nearest_others.fast], ids=["readable", "fast"])


def by_sorting(X_train, X, k):
    """The definition in exact integers: sort the pairs (distance, index)."""
    rows = [sorted((int(((x - t) ** 2).sum()), i) for i, t in enumerate(X_train))[:k] for x in X]
    return np.array([[i for _, i in row] for row in rows]), np.sqrt([[s for s, _ in row] for row in rows])


@TWINS
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 60), d=st.sampled_from([1, 2, 5, 17, 40]), values=st.integers(1, 4))
def test_neighbours_are_the_sorted_pairs_of_distance_and_index(search, seed, n, d, values):
    rng = np.random.default_rng(seed)  # few values: many samples coincide, most distances occur more than once
    X_train, X = rng.integers(0, values + 1, (n, d)).astype(float), rng.integers(0, values + 1, (6, d)).astype(float)
    k = int(rng.integers(1, n + 1))
    expected = by_sorting(X_train.astype(int), X.astype(int), k)
    indices, distances = search(X_train, X, k)
    assert_array_equal(indices, expected[0])
    assert_allclose(distances, expected[1], rtol=1e-14)


@TWINS
@pytest.mark.parametrize("d", [2, 10, 40])
def test_neighbours_are_those_of_scikit_learn(search, d):
    rng = np.random.default_rng(d)
    X_train, X = rng.standard_normal((700, d)), rng.standard_normal((80, d))
    distances, indices = NearestNeighbors(n_neighbors=6).fit(X_train).kneighbors(X)
    ours = search(X_train, X, 6)
    assert_array_equal(ours[0], indices)
    assert_allclose(ours[1], distances, rtol=1e-10)


@TWINS
@pytest.mark.parametrize("d", [3, 30])
def test_far_from_the_origin_the_neighbours_stay(search, d):
    rng = np.random.default_rng(d)
    X_train, X = rng.integers(0, 1000, (200, d)), rng.integers(0, 1000, (30, d))
    near = search(X_train * 1.0, X * 1.0, 4)
    far = search(X_train + 1e9, X + 1e9, 4)
    assert_array_equal(far[0], near[0])
    assert_allclose(far[1], near[1], rtol=1e-14)


@OTHERS
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 40), d=st.sampled_from([1, 2, 20]))
def test_a_sample_is_not_its_own_neighbour_but_its_twin_is(search, seed, n, d):
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 3, (n, d)).astype(float)
    k = int(rng.integers(1, n))
    indices, distances = search(X, k)
    for i in range(n):
        rest = np.delete(np.arange(n), i)
        expected = by_sorting(X[rest].astype(int), X[i : i + 1].astype(int), k)
        assert_array_equal(indices[i], rest[expected[0][0]])
        assert_allclose(distances[i], expected[1][0], rtol=1e-14)


@TWINS
def test_real_digits_and_inputs_that_stay(search):
    X = load_digits().data
    train, test = X[:1000].copy(), X[1000:1200].copy()
    indices, distances = search(train, test, 5)
    expected = by_sorting(train.astype(int), test.astype(int), 5)
    assert_array_equal(indices, expected[0])
    assert_allclose(distances, expected[1], rtol=1e-14)
    assert_array_equal(train, X[:1000])
    assert_array_equal(test, X[1000:1200])


def test_without_self_where_samples_coincide():
    indices, distances = np.array([[0, 1, 2], [0, 1, 2], [0, 1, 2], [0, 1, 2]]), np.zeros((4, 3))
    distances[3] = [0, 0, 9]
    assert_array_equal(without_self(indices, distances)[0], [[1, 2], [0, 2], [0, 1], [0, 1]])
    assert_array_equal(without_self(indices, distances)[1][3], [0, 0])


def test_votes_and_shares():
    labels = np.array([[2, 1, 2], [1, 0, 2], [0, 0, 0]])
    assert_array_equal(majority_vote(labels, 4), [2, 0, 0])
    weights = np.array([[1.0, 3.0, 1.0], [1.0, 1.0, 2.0], [0.0, 0.0, 0.0]])
    shares = class_shares(labels, weights, 3)
    assert_allclose(shares, [[0, 0.6, 0.4], [0.25, 0.25, 0.5], [1 / 3, 1 / 3, 1 / 3]])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 8), st.integers(1, 5))
def test_a_vote_is_the_first_of_the_most_frequent_classes(seed, k, n_classes):
    rng = np.random.default_rng(seed)
    labels, y = rng.integers(0, n_classes, (20, k)), rng.integers(0, n_classes, 20)
    expected = [max(range(n_classes), key=lambda c: (list(row).count(c), -c)) for row in labels]
    assert_array_equal(majority_vote(labels, n_classes), expected)
    errors = error_by_k(labels, y, n_classes)
    assert_allclose(errors, [np.mean(majority_vote(labels[:, : j + 1], n_classes) != y) for j in range(k)])


def test_weights_by_inverse_distance():
    assert_allclose(inverse_distance_weights(np.array([[1.0, 4.0], [0.0, 0.0]])), [[1, 0.25], [1, 1]])
    assert_array_equal(inverse_distance_weights(np.array([[5e-324, 1.0]])), [[1.0, 0.0]])  # 1 / distance overflows


def test_weighted_means():
    rng = np.random.default_rng(0)
    targets, weights = rng.standard_normal((9, 4)), rng.uniform(0, 1, (9, 4))
    expected = [np.average(t, weights=w) for t, w in zip(targets, weights)]
    assert_allclose(neighbour_mean(targets, weights), expected, rtol=1e-13)
    both = neighbour_mean(np.stack([targets, 2 * targets], axis=2), weights)
    assert_allclose(both, np.column_stack([expected, 2 * np.array(expected)]), rtol=1e-13)
