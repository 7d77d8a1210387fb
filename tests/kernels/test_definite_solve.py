"""The mixed-precision solution is as good as float64's, and knows when it is not."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.kernels import definite_solve as module
from abinitio.kernels.definite_solve import definite_solve
from abinitio.kernels.functions import gaussian_kernel, linear_kernel


def kernel(n=400, gamma=0.5, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 3))
    return gaussian_kernel(X, X, gamma), rng.standard_normal((n, 2))


@pytest.mark.parametrize("alpha", [1.0, 1e-2, 1e-4, 1e-7, 1e-10])
def test_the_residual_is_at_the_rounding_of_float64(alpha):
    K, Y = kernel()
    a = definite_solve(K, Y, alpha)
    A = K + alpha * np.eye(400)
    limit = np.sqrt(400) * np.finfo(float).eps * np.linalg.norm(A) * np.abs(a).max()
    assert np.abs(A @ a - Y).max() < 2 * limit
    assert_allclose(a, np.linalg.solve(A, Y), rtol=0, atol=5e-16 * np.linalg.cond(A) * np.abs(a).max())


@pytest.mark.parametrize("alpha, refined", [(1.0, True), (1e-3, True), (1e-9, False)])
def test_float32_serves_where_it_converges_and_only_there(alpha, refined, monkeypatch):
    K, Y = kernel()
    found = module._refined(K, Y, alpha)
    assert (found is not None) == refined
    monkeypatch.setattr(module, "_refined", lambda *a: None)
    if refined:
        direct, kappa = definite_solve(K, Y, alpha), np.linalg.cond(K + alpha * np.eye(400))
        assert np.abs(found - direct).max() < 5e-16 * kappa * np.abs(direct).max()


@pytest.mark.parametrize("scale", [1e-60, 1e-5, 1e60])
def test_kernels_of_any_size(scale):
    K, Y = kernel()
    expected = definite_solve(K, Y, 0.1)
    assert_allclose(scale * definite_solve(scale * K, Y, scale * 0.1), expected, rtol=1e-8, atol=1e-11)
    assert_allclose(definite_solve(K, scale * Y, 0.1) / scale, expected, rtol=1e-8, atol=1e-11)
    Y[:, 1] = 0
    assert_allclose(definite_solve(K, Y, 0.1)[:, 1], 0)


@pytest.mark.parametrize("n", [50, 400])
def test_rows_of_very_different_size(n):
    G, Y = kernel(n)
    G, D = G + 0.1 * np.eye(n), np.geomspace(1, 1e9, n)
    expected = np.linalg.solve(G + np.diag(2 / D**2), Y) / D[:, None]  # (DGD + 2) a = DY, divided by D
    assert_allclose(D[:, None] * definite_solve(D[:, None] * G * D, D[:, None] * Y, 2.0), D[:, None] * expected, 1e-9)


@pytest.mark.parametrize("n", [30, 400])
def test_a_singular_matrix_has_the_solution_of_least_length(n):
    X = np.random.default_rng(2).standard_normal((n, 3))
    K, y = linear_kernel(X, X), np.random.default_rng(3).standard_normal(n)
    assert_allclose(definite_solve(K, y, 0.0), np.linalg.lstsq(K, y, rcond=1e-12)[0], rtol=1e-8, atol=1e-11)
    assert_allclose(definite_solve(np.zeros((n, n)), y, 0.0), 0)
    assert_allclose(definite_solve(np.zeros((n, n)), y, 2.0), y / 2)


def test_the_arguments_stay_as_they_are():
    K, Y = kernel()
    before = K.copy(), Y.copy()
    for alpha in (1.0, 0.0):
        definite_solve(K, Y, alpha)
        definite_solve(K[:50, :50], Y[:50, 0], alpha)
    assert np.array_equal(K, before[0]) and np.array_equal(Y, before[1])
