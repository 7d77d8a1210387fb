"""The posterior: conditioning by explicit inverses, algebra for two points, kernel ridge regression, calibration."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import chi2, kstest

from abinitio.gaussian_process.posterior import (
    gp_posterior,
    gp_posterior_marginals,
    posterior_covariance_from_factor,
    posterior_variance_from_factor,
    whitened_residuals,
)
from abinitio.kernels.functions import gaussian_kernel, matern_kernel
from abinitio.kernels.ridge import kernel_predictions, kernel_ridge_coefficients

problems = given(seed=st.integers(0, 10**6), n=st.integers(1, 12), m=st.integers(1, 6), per_point=st.booleans())


def problem(seed, n, m, per_point=False):
    rng = np.random.default_rng(seed)
    X, X_new = rng.uniform(-2, 2, (n, 2)), rng.uniform(-2, 2, (m, 2))
    noise = rng.uniform(0.05, 1, n) if per_point else 0.1
    k = lambda A, B: 2 * matern_kernel(A, B, length=1.0, nu=1.5)
    return k(X, X), k(X_new, X), k(X_new, X_new), rng.standard_normal(n), noise


@settings(max_examples=50)
@problems
def test_conditioning_through_the_precision_of_the_joint_gaussian(seed, n, m, per_point):
    """With the joint covariance of (f at the queries, y) inverted to P: covariance 1 / P_ff, mean - P_ff^-1 P_fy y."""
    K, K_cross, K_new, y, noise = problem(seed, n, m, per_point)
    K_new = K_new + 0.05 * np.eye(m)  # any positive definite covariance of the queries
    P = np.linalg.inv(np.block([[K_new, K_cross], [K_cross.T, K + noise * np.eye(n)]]))
    covariance = np.linalg.inv(P[:m, :m])
    mean, C = gp_posterior(K, K_cross, K_new, y, noise)
    assert_allclose(mean, -covariance @ P[:m, m:] @ y, rtol=1e-8, atol=1e-9)
    assert_allclose(C, covariance, rtol=1e-8, atol=1e-9)


def test_two_points_by_algebra():
    r, s, y1, y2, c1, c2 = sympy.symbols("r s y1 y2 c1 c2", real=True)
    A, c = sympy.Matrix([[1 + s, r], [r, 1 + s]]), sympy.Matrix([[c1, c2]])
    values = {r: 0.5, s: 0.3, y1: 2.0, y2: -1.0, c1: 0.7, c2: 0.2}
    expected_mean = (c * A.inv() * sympy.Matrix([y1, y2]))[0].subs(values)
    expected_variance = 1 - (c * A.inv() * c.T)[0].subs(values)
    mean, covariance = gp_posterior(
        np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([[0.7, 0.2]]), np.eye(1), np.array([2.0, -1.0]), 0.3
    )
    assert_allclose([mean[0], covariance[0, 0]], [float(expected_mean), float(expected_variance)], rtol=1e-14)


@settings(max_examples=30)
@problems
def test_the_marginals_are_the_diagonal_and_a_stored_factor_gives_the_same(seed, n, m, per_point):
    K, K_cross, K_new, y, noise = problem(seed, n, m, per_point)
    mean, covariance = gp_posterior(K, K_cross, K_new, y, noise)
    marginal_mean, variance = gp_posterior_marginals(K, K_cross, np.diag(K_new), y, noise)
    assert_allclose(marginal_mean, mean, atol=1e-12)
    assert_allclose(variance, np.diag(covariance), atol=1e-12)
    L = np.linalg.cholesky(K + noise * np.eye(n))
    assert_allclose(posterior_covariance_from_factor(L, K_cross, K_new), covariance, atol=1e-12)
    assert_allclose(posterior_variance_from_factor(L, K_cross, np.diag(K_new)), variance, atol=1e-12)


def test_the_mean_is_kernel_ridge_regression_with_alpha_the_variance_of_the_noise():
    K, K_cross, K_new, y, _ = problem(1, 30, 7)
    mean, _ = gp_posterior(K, K_cross, K_new, y, noise=0.3)
    assert_allclose(mean, kernel_predictions(K_cross, kernel_ridge_coefficients(K, y, alpha=0.3)), rtol=1e-10)


def test_many_measurements_of_one_value_update_a_normal_prior():
    """Prior N(0, v), n values with variance s: posterior variance 1/(1/v + n/s), mean that times sum(y)/s."""
    y, v, s = np.array([1.0, 3.0, 2.5, -0.5]), 4.0, 0.5
    mean, covariance = gp_posterior(np.full((4, 4), v), np.full((1, 4), v), np.array([[v]]), y, s)
    precision = 1 / v + 4 / s
    assert_allclose([mean[0], covariance[0, 0]], [y.sum() / s / precision, 1 / precision], rtol=1e-13)


def test_limits_of_exact_and_of_worthless_data():
    K, _, _, y, _ = problem(2, 8, 1)
    mean, covariance = gp_posterior(K, K, K, y, noise=1e-11)
    assert_allclose(mean, y, atol=1e-7)  # it interpolates
    assert_allclose(covariance, 0, atol=1e-9)
    mean, covariance = gp_posterior(K, K, K, y, noise=1e14)
    assert_allclose(mean, 0, atol=1e-12)  # it stays the prior
    assert_allclose(covariance, K, atol=1e-12)


@settings(max_examples=30)
@problems
def test_data_never_add_variance_and_two_halves_teach_as_much_as_the_whole(seed, n, m, per_point):
    K, K_cross, K_new, y, noise = problem(seed, n, m, per_point)
    whole, covariance = gp_posterior(K, K_cross, K_new, y, noise)
    assert np.linalg.eigvalsh(K_new - covariance)[0] > -1e-9
    h, s = n // 2, np.broadcast_to(noise, n)
    everything = np.block(
        [[K, K_cross.T], [K_cross, K_new]]
    )  # condition all values on the first half, then on the rest
    mean, C = gp_posterior(K[:h, :h], everything[:, :h], everything, y[:h], s[:h])
    rest = slice(h, n)
    again, C2 = gp_posterior(C[rest, rest], C[n:, rest], C[n:, n:], y[rest] - mean[rest], s[rest])
    assert_allclose(mean[n:] + again, whole, atol=1e-8)
    assert_allclose(C2, covariance, atol=1e-8)


def test_a_kernel_without_noise_at_repeated_points_is_refused():
    with pytest.raises(np.linalg.LinAlgError):
        gp_posterior(np.array([[1.0, 1.0], [1.0, 1.0 - 1e-15]]), np.ones((1, 2)), np.eye(1), np.zeros(2), noise=0.0)


def test_held_out_points_are_predicted_with_honest_errors():
    """Functions drawn from the prior: whitened residuals of held-out values are independent standard normal."""
    rng, residuals = np.random.default_rng(3), []
    for _ in range(100):
        X = rng.uniform(-3, 3, (30, 1))
        K = 1.5 * gaussian_kernel(X, X, gamma=0.7)
        A = K + 0.2 * np.eye(30)
        y = np.linalg.cholesky(A) @ rng.standard_normal(30)
        mean, covariance = gp_posterior(K[:20, :20], K[20:, :20], K[20:, 20:], y[:20], 0.2)
        residuals.append(whitened_residuals(y[20:], mean, covariance + 0.2 * np.eye(10)))
    z = np.concatenate(residuals)
    assert 1e-4 < chi2.cdf(z @ z, len(z)) < 1 - 1e-4
    assert kstest(z, "norm").pvalue > 1e-4
    assert abs(np.mean(z[1:] * z[:-1])) < 4 / np.sqrt(len(z))


def test_residuals_are_whitened_to_the_quadratic_form():
    rng = np.random.default_rng(4)
    B, y, mean = rng.standard_normal((6, 6)), rng.standard_normal(6), rng.standard_normal(6)
    C = B @ B.T + np.eye(6)
    z = whitened_residuals(y, mean, C)
    assert_allclose(z @ z, (y - mean) @ np.linalg.inv(C) @ (y - mean), rtol=1e-12)
    assert_allclose(whitened_residuals(y[:3], mean[:3], C[:3, :3]), z[:3], rtol=1e-12)  # from the first entries alone
