"""Fits to the first n rows: each is least squares of smallest norm, or ridge regression, also near n = d."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.linear_model import Ridge
from abinitio.statistics.nested_least_squares import nested_least_squares


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), d=st.integers(1, 12), N=st.integers(1, 30))
def test_the_normal_equations_and_the_smallest_norm(seed, d, N):
    rng = np.random.default_rng(seed)
    X, y, sizes = rng.standard_normal((N, d)), rng.standard_normal(N), np.arange(1, N + 1)
    before = X.copy(), y.copy()
    readable, fast = nested_least_squares(X, y, sizes), nested_least_squares.fast(X, y, sizes)
    for n, w in zip(sizes, fast):
        scale = max(1, np.linalg.norm(w)) * np.linalg.norm(X[:n], 2)
        assert_allclose(X[:n].T @ (X[:n] @ w - y[:n]), 0, atol=1e-11 * scale**2)
        if n < d:  # no part outside of the rows
            outside = np.linalg.svd(X[:n])[2][n:]
            assert_allclose(outside @ w, 0, atol=1e-10 * scale)
    assert_allclose(fast, readable, rtol=1e-8, atol=1e-8 * np.abs(readable).max())
    assert np.array_equal(X, before[0]) and np.array_equal(y, before[1])


@pytest.mark.parametrize("alpha", [1e-3, 2.0])
def test_with_a_penalty_it_is_ridge_regression(alpha):
    rng = np.random.default_rng(0)
    X, y, sizes = rng.standard_normal((25, 10)), rng.standard_normal(25), [1, 9, 10, 11, 25]
    for W in (nested_least_squares(X, y, sizes, alpha), nested_least_squares.fast(X, y, sizes, alpha)):
        for n, w in zip(sizes, W):
            assert_allclose(w, Ridge(alpha, fit_intercept=False).fit(X[:n], y[:n]).coef_, rtol=1e-7, atol=1e-10)


def test_ill_conditioned_features_keep_their_digits():
    """A condition number of 1e6: normal equations would keep four digits, these keep nine."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((30, 8)) * np.geomspace(1, 1e-6, 8)
    w = rng.standard_normal(8)
    found = nested_least_squares.fast(X, X @ w, np.arange(8, 31))
    assert_allclose(found, np.tile(w, (23, 1)), atol=1e-8)


def test_skipped_sizes_and_lists_of_integers():
    rng = np.random.default_rng(2)
    X, y = rng.standard_normal((20, 6)), np.arange(20)
    every = nested_least_squares.fast(X, y, range(1, 21))
    assert np.array_equal(nested_least_squares.fast(X, y, [3, 6, 20]), every[[2, 5, 19]])
    assert nested_least_squares.fast(X[:, ::-1], y, [5]).shape == (1, 6)
