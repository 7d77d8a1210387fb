"""Least squares by triangular factors: parts and whole agree, and a bad condition number does no harm."""

from functools import reduce

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.streaming.least_squares import least_squares_of_moments
from abinitio.streaming.moments import moments_of
from abinitio.streaming.triangular import Triangle, least_squares_of_triangle, merge_triangles, triangle_of


def rows(n=500, d=5, condition=10.0, noise=1.0, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) @ np.diag(np.geomspace(1, 1 / condition, d)) @ np.linalg.qr(rng.normal(size=(d, d)))[0]
    return np.column_stack([X, X @ np.ones(d) + 3 + noise * rng.normal(size=n)])


def test_the_factor_is_the_root_of_the_scatter():
    A, triangle = rows(), triangle_of(rows())
    assert_allclose(triangle.R.T @ triangle.R, moments_of(A).scatter, rtol=1e-10, atol=1e-10)
    assert_allclose(triangle.mean, A.mean(axis=0), rtol=1e-12)
    assert not np.tril(triangle.R, -1).any()


@pytest.mark.parametrize("parts", [1, 2, 7, 250, 500])
def test_parts_joined_in_any_order(parts):
    A = rows()
    pieces = [triangle_of(a) for a in np.array_split(A, parts)]
    np.random.default_rng(1).shuffle(pieces)
    joined, whole = reduce(merge_triangles, pieces), triangle_of(A)
    assert_allclose(joined.R.T @ joined.R, whole.R.T @ whole.R, rtol=1e-10, atol=1e-10)
    for a, b in zip(least_squares_of_triangle(joined), least_squares_of_triangle(whole)):
        assert_allclose(a, b, rtol=1e-10)


def test_a_condition_number_of_1e10_that_defeats_the_squares():
    A = rows(condition=1e10, noise=0.0)
    joined = reduce(merge_triangles, [triangle_of(a) for a in np.array_split(A, 11)])
    w = least_squares_of_triangle(joined).coefficients
    exact = np.linalg.lstsq((A - A.mean(axis=0))[:, :-1], (A - A.mean(axis=0))[:, -1], rcond=None)[0]
    assert np.abs(w - 1).max() < 3e-5 and np.abs(exact - 1).max() < 3e-5  # 1e10 x rounding, times a few
    with pytest.raises(ValueError, match="linearly dependent"):
        least_squares_of_moments(moments_of(A))


def test_dependent_features_share():
    A = rows()
    A = np.column_stack([A[:, 0], A[:, 0], A[:, -1]])
    w, b, _ = least_squares_of_triangle(triangle_of(A))
    assert_allclose(w[0], w[1], rtol=1e-9)
    assert_allclose(A[:, :2] @ w + b, np.polyval(np.polyfit(A[:, 0], A[:, 2], 1), A[:, 0]), rtol=1e-8, atol=1e-8)


def test_an_empty_part():
    one = triangle_of(rows())
    assert merge_triangles(Triangle(0.0, np.zeros(6), np.zeros((6, 6))), one) is one
