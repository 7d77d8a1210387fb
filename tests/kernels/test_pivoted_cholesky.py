"""Pivoted Cholesky: the factor, its rank, the function on all points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.kernels.functions import gaussian_kernel, linear_kernel
from abinitio.kernels.pivoted_cholesky import pivot_coefficients, pivoted_cholesky


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 40), rank=st.integers(1, 6))
def test_the_rank_is_found_and_the_factor_exact(seed, n, rank):
    U, _, Vt = np.linalg.svd(np.random.default_rng(seed).standard_normal((n, rank)), full_matrices=False)
    X = U @ Vt  # all singular values 1: no doubt about the rank
    K = linear_kernel(X, X)
    Z, pivots = pivoted_cholesky(K, tol=1e-12)
    assert Z.shape == (n, min(n, rank)) and len(set(pivots)) == len(pivots)
    assert_allclose(Z @ Z.T, K, atol=1e-10 * np.diag(K).max())
    assert np.array_equal(np.triu(Z[pivots], 1), np.zeros((len(pivots), len(pivots))))
    assert K[pivots[0], pivots[0]] >= np.diag(K).max() - 1e-12


@pytest.mark.parametrize("tol", [1e-3, 1e-8, 1e-14])
def test_the_error_is_below_the_tolerance_and_the_pivots_are_exact(tol):
    x = np.linspace(0, 1, 120)[:, None]
    K = gaussian_kernel(x, x, 10.0)
    Z, pivots = pivoted_cholesky(K, tol)
    left = K - Z @ Z.T
    assert np.abs(left).max() <= tol + 1e-14 and np.abs(left[pivots]).max() < 1e-14
    assert len(pivots) < 25  # a smooth kernel


def test_the_function_continues_to_all_points():
    rng = np.random.default_rng(0)
    x = np.linspace(0, 1, 60)[:, None]
    Z, pivots = pivoted_cholesky(gaussian_kernel(x, x, 10.0), tol=1e-10)
    w = rng.standard_normal((Z.shape[1], 2))
    a = pivot_coefficients(Z, pivots, w)
    assert_allclose(gaussian_kernel(x, x[pivots], 10.0) @ a, Z @ w, atol=1e-4)
    assert_allclose(pivot_coefficients(Z, pivots, w[:, 0]), a[:, 0])
    K = gaussian_kernel(x[pivots], x[pivots], 10.0)
    assert_allclose((a * (K @ a)).sum(axis=0), (w**2).sum(axis=0), rtol=1e-4)  # |f|² = |w|²
