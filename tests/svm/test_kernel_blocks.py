"""Blocks of a kernel matrix are those of the whole, in either precision; products without the whole."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.kernels.kernel_matrix import kernel_matrix
from abinitio.svm.kernel_blocks import ALL, KernelBlocks, whole_power

KINDS = {np.float64: 1e-12, np.float32: 2e-6}


def own_kernel(X, Y):
    return 1 / (1 + np.abs(X[:, None, 0] - Y[None, :, 0]))


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("kernel", ["rbf", "linear", "poly", "sigmoid", "laplacian", own_kernel])
def test_blocks_and_products(kernel, dtype):
    X = np.random.default_rng(0).normal(size=(90, 4)) + 3
    K = kernel_matrix(X, X, kernel, 0.1, 3, 0.5)
    blocks = KernelBlocks(X, kernel, 0.1, 3, 0.5, dtype)
    rows, columns, v = np.array([3, 80, 5]), np.arange(10, 60, 7), np.linspace(-1, 1, 8)
    size = KINDS[dtype] * np.abs(K).max()
    assert blocks.block(ALL, ALL).dtype == blocks.block(rows, columns).dtype == dtype
    assert_allclose(blocks.block(ALL, ALL), K, atol=size)
    assert_allclose(blocks.block(rows, columns), K[np.ix_(rows, columns)], atol=size)
    assert_allclose(blocks.exact(rows, columns), K[np.ix_(rows, columns)], rtol=1e-12)
    assert_allclose(blocks.times(columns, v), K[:, columns] @ v, atol=8 * size)


def test_a_matrix_that_is_there_is_used():
    G = np.arange(16.0).reshape(4, 4)
    blocks = KernelBlocks(G, "precomputed", None, None, None, np.float32, gram=G)
    assert np.array_equal(blocks.block([1, 2], [0, 3]), G[np.ix_([1, 2], [0, 3])])
    assert np.array_equal(blocks.times(np.array([0, 3]), np.array([1.0, 2.0])), G[:, 0] + 2 * G[:, 3])
    X = np.ones((4, 1))
    assert np.array_equal(KernelBlocks(X, "rbf", 1.0, 3, 0, np.float32, gram=G).block(ALL, ALL), G)


def test_points_far_from_the_origin():
    X = np.random.default_rng(1).normal(size=(50, 3)) + 1e5
    K = kernel_matrix(X, X, "rbf", 0.5)
    assert_allclose(KernelBlocks(X, "rbf", 0.5, 3, 0, np.float32).block(ALL, ALL), K, atol=1e-5)


def test_products_of_many_columns_go_by_blocks_of_rows(monkeypatch):
    monkeypatch.setattr("abinitio.svm.kernel_blocks.CACHED", 64)
    X = np.random.default_rng(2).normal(size=(70, 2))
    blocks = KernelBlocks(X, "rbf", 0.3, 3, 0, np.float64)
    assert_allclose(blocks.times(np.arange(70), np.ones(70)), kernel_matrix(X, X, "rbf", 0.3).sum(axis=1), rtol=1e-12)


@pytest.mark.parametrize("degree", [0, 1, 2, 5, 6, 2.5])
def test_powers(degree):
    K = np.array([0.5, 2.0, 3.0])
    assert_allclose(whole_power(K.copy(), degree), K**degree, rtol=1e-14)
