"""The space of a kernel: reproducing property, Cauchy-Schwarz, and the representer theorem with numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.kernels.functions import gaussian_kernel, matern_kernel
from abinitio.kernels.ridge import kernel_ridge_coefficients
from abinitio.kernels.rkhs import least_norm_coefficients, penalised_squares, rkhs_inner, rkhs_norm

KERNEL = lambda X, Y: matern_kernel(X, Y, length=1.0, nu=1.5)
seeds = given(seed=st.integers(0, 10**6))


@settings(max_examples=30, deadline=None)
@seeds
def test_representer_theorem(seed):
    """Of f with centres anywhere, the part in the span of the samples has the same values there and a smaller norm."""
    rng = np.random.default_rng(seed)
    X, Z = rng.uniform(0, 5, (8, 1)), rng.uniform(0, 5, (12, 1))
    c, y, alpha = rng.standard_normal(12), rng.standard_normal(8), 0.3
    K, values = KERNEL(X, X), KERNEL(X, Z) @ c
    a = least_norm_coefficients(K, values)
    assert_allclose(K @ a, values, atol=1e-5)
    whole, inside = rkhs_norm(c, KERNEL(Z, Z)) ** 2, rkhs_norm(a, K) ** 2
    cross = rkhs_inner(a, KERNEL(X, Z), c)
    assert inside <= whole + 1e-6 and cross == pytest.approx(inside, abs=1e-5)  # f - Pf is orthogonal to Pf
    loss = np.sum((y - values) ** 2) + alpha * whole
    assert penalised_squares(kernel_ridge_coefficients(K, y, alpha), K, y, alpha) <= loss + 1e-6


@settings(max_examples=30, deadline=None)
@seeds
def test_reproducing_property_and_the_bound_on_values(seed):
    rng = np.random.default_rng(seed)
    X, a, q = rng.uniform(0, 5, (6, 2)), rng.standard_normal(6), rng.uniform(-2, 7, (10, 2))
    values = KERNEL(q, X) @ a
    products = [rkhs_inner(a, KERNEL(X, q[i : i + 1]), np.ones(1)) for i in range(10)]  # <f, k(., q)>
    assert_allclose(products, values, rtol=1e-12, atol=1e-14)
    assert np.all(np.abs(values) <= rkhs_norm(a, KERNEL(X, X)) + 1e-12)  # k(q, q) = 1


def test_the_linear_kernel_s_norm_is_that_of_the_weights():
    rng = np.random.default_rng(0)
    X, a = rng.standard_normal((10, 3)), rng.standard_normal(10)
    assert rkhs_norm(a, X @ X.T) == pytest.approx(np.linalg.norm(X.T @ a), rel=1e-12)
    assert rkhs_norm(np.array([1.0, -1.0]), np.array([[1.0, 1.0 + 1e-15], [1.0 + 1e-15, 1.0]])) == 0


def test_coefficients_of_a_singular_matrix():
    x = np.linspace(0, 1, 40)[:, None]
    K = gaussian_kernel(x, x, 1.0)  # of rank 10, to rounding
    values = gaussian_kernel(x, np.array([[0.3]]), 1.0)[:, 0]
    a = least_norm_coefficients(K, values)
    assert_allclose(K @ a, values, atol=1e-12)
    assert rkhs_norm(a, K) == pytest.approx(1, abs=1e-3)  # |k(., 0.3)| = 1, and 0.3 lies among the samples


def test_the_interpolant_is_the_limit_of_ridge_regression():
    rng = np.random.default_rng(1)
    X, y = rng.uniform(0, 5, (9, 1)), rng.standard_normal(9)
    K = KERNEL(X, X)
    assert_allclose(kernel_ridge_coefficients(K, y, 1e-10), least_norm_coefficients(K, y), rtol=1e-4)


def test_penalised_squares_has_its_gradient():
    rng = np.random.default_rng(2)
    X, y, a = rng.uniform(0, 5, (7, 1)), rng.standard_normal(7), rng.standard_normal(7)
    K, alpha, e = KERNEL(X, X), 0.4, 1e-200
    gradient = [np.imag(penalised_squares(a + e * 1j * unit, K, y, alpha)) / e for unit in np.eye(7)]
    assert_allclose(gradient, 2 * K @ ((K + alpha * np.eye(7)) @ a - y), rtol=1e-11)
