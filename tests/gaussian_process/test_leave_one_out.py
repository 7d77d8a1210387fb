"""Leave-one-out of a Gaussian process: n posteriors, closed forms, calibration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import norm

from abinitio.gaussian_process.leave_one_out import gp_leave_one_out, leave_one_out_log_density
from abinitio.gaussian_process.posterior import gp_posterior_marginals
from abinitio.kernels.functions import matern_kernel
from abinitio.kernels.ridge_path import kernel_ridge_leave_one_out


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 12), per_point=st.booleans())
def test_equal_to_n_posteriors(seed, n, per_point):
    rng = np.random.default_rng(seed)
    X, y = rng.uniform(-2, 2, (n, 2)), rng.standard_normal(n)
    noise = rng.uniform(0.1, 1, n) if per_point else np.full(n, 0.2)
    K = matern_kernel(X, X, length=1.0, nu=2.5)
    mean, variance = gp_leave_one_out(K, y, noise if per_point else 0.2)
    log_density = 0.0
    for i in range(n):
        rest = np.arange(n) != i
        mu, v = gp_posterior_marginals(K[np.ix_(rest, rest)], K[i : i + 1, rest], K[[i], [i]], y[rest], noise[rest])
        assert_allclose([mean[i], variance[i]], [mu[0], v[0] + noise[i]], rtol=1e-7, atol=1e-9)
        log_density += norm.logpdf(y[i], mu[0], np.sqrt(v[0] + noise[i]))
    assert_allclose(leave_one_out_log_density(K, y, noise), log_density, rtol=1e-7)


def test_independent_points_are_predicted_by_the_prior():
    mean, variance = gp_leave_one_out(3 * np.eye(4), np.arange(4.0), noise=0.5)
    assert_allclose(mean, 0, atol=1e-15)
    assert_allclose(variance, 3.5)


def test_a_constant_is_predicted_by_the_shrunken_mean_of_the_others():
    y, v, s = np.array([1.0, 2.0, 4.0]), 5.0, 0.5
    mean, variance = gp_leave_one_out(np.full((3, 3), v), y, s)
    precision = 1 / v + 2 / s
    assert_allclose(mean, (y.sum() - y) / s / precision, rtol=1e-12)
    assert_allclose(variance, s + 1 / precision, rtol=1e-12)


def test_the_mean_squared_residual_is_that_of_kernel_ridge_regression():
    rng = np.random.default_rng(1)
    X, y = rng.uniform(-2, 2, (25, 1)), rng.standard_normal(25)
    K = matern_kernel(X, X, length=1.0, nu=1.5)
    mean, _ = gp_leave_one_out(K, y, 0.3)
    expected = np.ravel(kernel_ridge_leave_one_out(K, y, np.array([0.3])))
    assert_allclose(np.mean((y - mean) ** 2), expected, rtol=1e-9)


def test_residuals_have_the_stated_variance():
    rng, draws = np.random.default_rng(2), 2000
    X = rng.uniform(-2, 2, (10, 1))
    K = matern_kernel(X, X, length=1.0, nu=1.5)
    L = np.linalg.cholesky(K + 0.1 * np.eye(10))
    Y = (L @ rng.standard_normal((10, draws))).T
    z2 = np.array([(y - m) ** 2 / v for y in Y for m, v in [gp_leave_one_out(K, y, 0.1)]])
    assert np.all(np.abs(z2.mean(axis=0) - 1) < 4.5 * np.sqrt(2 / draws))  # chi-squared with one degree of freedom


def test_a_singular_covariance_is_refused():
    with pytest.raises(np.linalg.LinAlgError):
        gp_leave_one_out(np.ones((2, 2)), np.zeros(2), 0.0)
