"""Sums and products of kernels: their matrices, their features, Schur's theorem."""

import pickle
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.base import clone

from abinitio.kernels.combination import product_kernel, sum_kernel
from abinitio.kernels.functions import gaussian_kernel, laplacian_kernel, linear_kernel, polynomial_kernel
from abinitio.kernels.mercer import negative_part
from abinitio.kernels.ridge import KernelRidge

SMOOTH, ROUGH = partial(gaussian_kernel, gamma=0.5), partial(laplacian_kernel, gamma=2.0)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 15), c=st.floats(0, 10))
def test_entrywise_and_positive_semidefinite(seed, n, c):
    X = np.random.default_rng(seed).standard_normal((n, 2))
    total, product = sum_kernel(SMOOTH, ROUGH, c)(X, X), product_kernel(SMOOTH, ROUGH, linear_kernel, c)(X, X)
    assert_allclose(total, SMOOTH(X, X) + ROUGH(X, X) + c, rtol=1e-13)
    assert_allclose(product, c * SMOOTH(X, X) * ROUGH(X, X) * (X @ X.T), rtol=1e-13, atol=1e-15)
    assert max(negative_part(total), negative_part(product)) < 1e-12


def test_features_side_by_side_and_all_products_of_features():
    rng = np.random.default_rng(0)
    X, Y, A, B = (rng.standard_normal(shape) for shape in [(5, 3), (4, 3), (3, 2), (3, 4)])
    first, second = (lambda P, Q, M=M: (P @ M) @ (Q @ M).T for M in (A, B))  # kernels with known features P M
    side = lambda P: np.hstack([P @ A, P @ B])
    outer = lambda P: np.einsum("ni,nj->nij", P @ A, P @ B).reshape(len(P), -1)
    assert_allclose(sum_kernel(first, second)(X, Y), side(X) @ side(Y).T, rtol=1e-12)
    assert_allclose(product_kernel(first, second)(X, Y), outer(X) @ outer(Y).T, rtol=1e-12, atol=1e-13)


def test_a_polynomial_kernel_is_a_product_of_sums():
    X = np.random.default_rng(1).standard_normal((6, 2))
    factor = sum_kernel(linear_kernel, 1.0)
    assert_allclose(product_kernel(factor, factor)(X, X), polynomial_kernel(X, X, 2, 1.0, 1.0), rtol=1e-12)


def test_nested_copied_pickled_and_used_by_an_estimator():
    X = np.linspace(0, 1, 12)[:, None]
    kernel = sum_kernel(product_kernel(2.0, SMOOTH), ROUGH)
    model = clone(KernelRidge(alpha=0.1, kernel=kernel)).fit(X, X[:, 0])
    again = pickle.loads(pickle.dumps(model))
    K = 2 * SMOOTH(X, X) + ROUGH(X, X)
    assert_allclose(again.predict(X), K @ np.linalg.solve(K + 0.1 * np.eye(12), X[:, 0]), rtol=1e-10)


def test_what_is_no_kernel_is_refused():
    for combine in (sum_kernel, product_kernel):
        with pytest.raises(ValueError, match=r"-1.0 is negative"):
            combine(SMOOTH, -1.0)
        with pytest.raises(ValueError, match="no kernel"):
            combine()
