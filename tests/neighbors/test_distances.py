"""Distances are their definition; far from the origin too, for unsigned integers, and never negative."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.distance import cdist

from abinitio.neighbors.distances import (
    cosine_distances,
    manhattan_distances,
    minkowski_distances,
    squared_distances,
    unit_rows,
)


def tables(m=30, n=50, d=7, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((m, d)), rng.standard_normal((n, d))


@pytest.mark.parametrize("d", [1, 2, 60])
def test_squared_distances_are_their_definition(d):
    X, Y = tables(d=d)
    assert_allclose(squared_distances(X, Y), cdist(X, Y, "sqeuclidean"), rtol=1e-12, atol=1e-13 * d)
    assert squared_distances(X[:1], Y[:1]).shape == (1, 1)


@pytest.mark.parametrize("offset", [1e6, -1e9])
def test_far_from_the_origin_no_more_is_lost_than_the_inputs_hold(offset):
    X, Y = (table + offset for table in tables())
    exact = [[sum((Fraction(a) - Fraction(b)) ** 2 for a, b in zip(x, y)) for y in Y[:5]] for x in X[:5]]
    assert_allclose(squared_distances(X, Y)[:5, :5], np.array(exact, dtype=float), rtol=1e-11)
    naive = (X**2).sum(axis=1)[:, None] + (Y**2).sum(axis=1) - 2 * X @ Y.T
    assert np.abs(naive[:5, :5] - np.array(exact, dtype=float)).max() > 1e-4  # what the centring is for


def test_integers_are_exact_and_unsigned_ones_do_not_wrap():
    rng = np.random.default_rng(1)
    X, Y = rng.integers(0, 256, (40, 784), dtype=np.uint8), rng.integers(0, 256, (60, 784), dtype=np.uint8)
    expected = ((X[:, None].astype(int) - Y.astype(int)) ** 2).sum(axis=2)
    assert_array_equal(squared_distances(X, Y), expected)


def test_never_negative_and_symmetric_and_the_inputs_stay():
    X, _ = tables()
    X = X + 1e8
    copy = X.copy()
    squares = squared_distances(X, X)
    assert squares.min() >= 0
    assert np.abs(squares.diagonal()).max() < 1e-13
    assert_allclose(squares, squares.T, rtol=1e-12, atol=1e-13)
    assert_array_equal(X, copy)


def test_the_triangle_inequality_holds_in_every_metric():
    X, Y = tables(20, 25)
    Z = tables(1, 15, seed=3)[1]
    euclidean = lambda A, B: np.sqrt(squared_distances(A, B))
    cubic = lambda A, B: minkowski_distances(A, B, 3)
    angle = lambda A, B: np.arccos(1 - cosine_distances(A, B))
    for metric in (euclidean, manhattan_distances, cubic, angle):
        assert np.all(metric(X, Z) <= (metric(X, Y)[:, :, None] + metric(Y, Z)).min(axis=1) + 1e-7)


def test_the_family_of_minkowski():
    X, Y = tables()
    assert_allclose(minkowski_distances(X, Y, 1), manhattan_distances(X, Y), rtol=1e-13)
    assert_allclose(minkowski_distances(X, Y, 2) ** 2, squared_distances(X, Y), rtol=1e-11)
    assert_array_equal(minkowski_distances(X, Y, np.inf), np.abs(X[:, None] - Y).max(axis=2))
    assert_allclose(manhattan_distances(X, Y), np.abs(X[:, None] - Y).sum(axis=2), rtol=1e-13)


def test_cosine_distance_is_that_of_the_unit_vectors():
    X, Y = tables()
    assert_allclose(cosine_distances(X, Y), cdist(X, Y, "cosine"), rtol=1e-10, atol=1e-14)
    assert_allclose(cosine_distances(X, Y), squared_distances(unit_rows(X), unit_rows(Y)) / 2, rtol=1e-10, atol=1e-14)
    assert_allclose(cosine_distances(1e200 * X, 1e-200 * Y), cosine_distances(X, Y), rtol=1e-10)
    assert cosine_distances(X, 3 * X).diagonal().max() < 1e-15
    assert_array_equal(cosine_distances(np.zeros((1, 7)), Y), 1.0)
