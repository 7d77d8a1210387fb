"""The Gaussian kernel in blocks equals the readable one."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.kernels import blocked_gaussian as module
from abinitio.kernels.blocked_gaussian import blocked_gaussian
from abinitio.kernels.functions import gaussian_kernel


@pytest.mark.parametrize("cached", [1, 100, 10**6])
@pytest.mark.parametrize("d", [1, 4, 60])
@pytest.mark.parametrize("gamma", [1e-3, 1.0, 1e4])
def test_equal_to_the_readable_kernel(monkeypatch, cached, d, gamma):
    monkeypatch.setattr(module, "CACHED", cached)
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((41, d)) + 5, rng.standard_normal((23, d)) + 5
    assert_allclose(blocked_gaussian(X, Y, gamma), gaussian_kernel(X, Y, gamma), rtol=1e-9, atol=1e-12)
    K = blocked_gaussian(X, X, gamma)
    assert_allclose(K, gaussian_kernel(X, X, gamma), rtol=1e-9, atol=1e-10)
    assert np.array_equal(K, K.T) and np.all(np.diag(K) == 1) and K.max() <= 1


def test_against_the_definition_in_extended_precision():
    rng = np.random.default_rng(1)
    X, Y = 1e4 + rng.standard_normal((30, 3)), 1e4 + rng.standard_normal((20, 3))
    squares = ((X[:, None].astype(np.longdouble) - Y) ** 2).sum(axis=2)
    assert_allclose(blocked_gaussian(X, Y, 0.5), np.exp(-0.5 * squares).astype(float), rtol=1e-13)


def test_float32_and_single_points():
    X = np.random.default_rng(2).standard_normal((6, 2)).astype(np.float32)
    K = blocked_gaussian(X, X[:1], 1.0)
    assert K.dtype == float
    assert_allclose(K, gaussian_kernel(X, X[:1], 1.0), rtol=1e-14)
