"""Fits to measured errors: the distribution of chi squared, the covariance by Monte Carlo, scipy's curve_fit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats
from scipy.optimize import curve_fit

from abinitio.linear_model.least_squares import least_squares
from abinitio.linear_model.measured import (
    chi_squared,
    chi_squared_p_value,
    generalized_least_squares,
    prediction_band,
    weighted_least_squares,
)


def problem(seed, n=15, d=3):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0, 2, n))
    X, sigma = x[:, None] ** np.arange(d), rng.uniform(0.1, 1, n)
    return X, X @ rng.standard_normal(d) + sigma * rng.standard_normal(n), sigma, rng


def correlated(rng, n):
    A = rng.standard_normal((n, n)) / np.sqrt(n)
    return A @ A.T + 0.3 * np.eye(n)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_equal_to_curve_fit(seed):
    X, y, sigma, rng = problem(seed)
    C = correlated(rng, len(y))
    for errors, ours in [
        (sigma, weighted_least_squares(X, y, sigma)),
        (C, generalized_least_squares(X, y, C)),
    ]:
        settings = {"absolute_sigma": True, "jac": lambda x, *w: X}
        theirs = curve_fit(lambda x, *w: X @ w, None, y, np.zeros(3), errors, **settings)
        assert_allclose(ours[0], theirs[0], rtol=1e-6, atol=1e-7)
        assert_allclose(ours[1], theirs[1], rtol=1e-7, atol=1e-10)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), scale=st.floats(0.01, 100))
def test_the_minimum_the_curvature_and_the_units(seed, scale):
    X, y, sigma, rng = problem(seed)
    w, C = weighted_least_squares(X, y, sigma)
    step = rng.standard_normal(3)
    rise = chi_squared(w + step, X, y, sigma) - chi_squared(w, X, y, sigma)
    assert_allclose(rise, step @ np.linalg.solve(C, step), rtol=1e-6)  # χ² is a paraboloid of curvature C⁻¹
    one_sigma = w + np.linalg.cholesky(C) @ np.array([0.6, 0.0, 0.8])
    assert_allclose(chi_squared(one_sigma, X, y, sigma) - chi_squared(w, X, y, sigma), 1, rtol=1e-6)
    scaled, scaled_C = weighted_least_squares(X, scale * y, scale * sigma)
    assert_allclose(scaled, scale * w, rtol=1e-9, atol=1e-9 * scale)
    assert_allclose(scaled_C, scale**2 * C, rtol=1e-9)
    assert_allclose(weighted_least_squares(X, y, scale * sigma)[0], w, rtol=1e-7, atol=1e-9)


def test_equal_errors_are_ordinary_least_squares_and_independent_errors_a_diagonal_covariance():
    X, y, sigma, _ = problem(1)
    w, C = weighted_least_squares(X, y, np.full(len(y), 0.3))
    assert_allclose(w, least_squares(X, y), rtol=1e-9)
    assert_allclose(C, 0.09 * np.linalg.inv(X.T @ X), rtol=1e-9)
    for a, b in zip(generalized_least_squares(X, y, np.diag(sigma**2)), weighted_least_squares(X, y, sigma)):
        assert_allclose(a, b, rtol=1e-9)


def test_a_tiny_error_pins_the_curve_and_a_huge_one_does_not_count():
    X, y, sigma, _ = problem(2)
    sigma[4], sigma[7] = 1e-4, 1e6
    w, C = weighted_least_squares(X, y, sigma)
    assert abs(X[4] @ w - y[4]) < 1e-5
    rest = np.arange(len(y)) != 7
    assert_allclose(w, weighted_least_squares(X[rest], y[rest], sigma[rest])[0], rtol=1e-6, atol=1e-6)
    assert_allclose(prediction_band(X[[4]], C), 1e-4, rtol=1e-3)


@pytest.mark.parametrize("kind", ["independent", "correlated"])
def test_estimates_and_chi_squared_over_repeated_measurements(kind):
    """Unbiased with the stated covariance; χ² follows chi squared with n - d degrees of freedom (by KS tests)."""
    X, _, sigma, rng = problem(3, n=8, d=2)
    truth, repeats = np.array([1.0, -0.5]), 1500
    noise = np.diag(sigma**2) if kind == "independent" else correlated(rng, 8)
    L = np.linalg.cholesky(noise)
    whiten = np.linalg.inv(L)
    w, chi2 = np.empty((repeats, 2)), np.empty(repeats)
    for i in range(repeats):
        y = X @ truth + L @ rng.standard_normal(8)
        if kind == "independent":
            w[i], C = weighted_least_squares(X, y, sigma)
            chi2[i] = chi_squared(w[i], X, y, sigma)
        else:
            w[i], C = generalized_least_squares(X, y, noise)
            chi2[i] = chi_squared(w[i], whiten @ X, whiten @ y, 1.0)
    assert np.all(np.abs(w.mean(axis=0) - truth) < 4 * np.sqrt(C.diagonal() / repeats))
    error = np.sqrt((C**2 + np.outer(C.diagonal(), C.diagonal())) / repeats)
    assert np.all(np.abs(np.cov(w.T) - C) < 4 * error)
    assert stats.kstest(chi2, stats.chi2(8 - 2).cdf).pvalue > 1e-4
    assert stats.kstest(chi_squared_p_value(chi2, 6), "uniform").pvalue > 1e-4
    assert stats.kstest(chi2, stats.chi2(8).cdf).pvalue < 1e-10  # the test would see a wrong number of degrees
    band = prediction_band(X, C)
    scatter = (X @ (w - truth).T).std(axis=1)
    assert np.all(np.abs(scatter / band - 1) < 4 / np.sqrt(2 * repeats))


def test_p_value_is_scipys_survival_function():
    chi2, dof = np.array([0.0, 0.1, 5.0, 30.0, 300.0]), np.array([1, 2, 5, 10, 20])
    assert_allclose(chi_squared_p_value(chi2, dof), stats.chi2(dof).sf(chi2), rtol=1e-12)


def test_a_covariance_that_is_not_definite_is_an_error():
    X, y, _, _ = problem(4, n=2, d=1)
    with pytest.raises(np.linalg.LinAlgError):
        generalized_least_squares(X, y, np.array([[1.0, 2.0], [2.0, 1.0]]))
