"""Estimators: simulated bias, variance and error against exact moments; exact moments against order statistics."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from abinitio.statistics.estimators import (
    bias_with_error,
    maximum_moments,
    median_moments,
    mse_with_error,
    repeated_estimates,
    scaled_maximum,
    sum_of_squares_moments,
    sum_of_squares_over,
    variance_with_error,
)

NORMAL = lambda shape, rng: rng.normal(3.0, 2.0, shape)
UNIFORM = lambda shape, rng: rng.uniform(0.0, 2.0, shape)
LAPLACE = lambda shape, rng: rng.laplace(0.0, 1.0, shape)
N = 7
CASES = {  # estimator, law, true value, exact (bias, variance)
    "mean": (lambda x: x.mean(axis=-1), NORMAL, 3.0, (0.0, 4 / N)),
    "variance, 1/n": (lambda x: sum_of_squares_over(x, N), NORMAL, 4.0, sum_of_squares_moments(2.0, N, N)),
    "variance, 1/(n-1)": (lambda x: sum_of_squares_over(x, N - 1), NORMAL, 4.0, sum_of_squares_moments(2.0, N, N - 1)),
    "maximum": (lambda x: x.max(axis=-1), UNIFORM, 2.0, maximum_moments(2.0, N)),
    "scaled maximum": (scaled_maximum, UNIFORM, 2.0, maximum_moments(2.0, N, (N + 1) / N)),
    "twice the mean": (lambda x: 2 * x.mean(axis=-1), UNIFORM, 2.0, (0.0, 2.0**2 / (3 * N))),
    "median": (lambda x: np.median(x, axis=-1), LAPLACE, 0.0, median_moments(stats.laplace.ppf, N)),
}


@pytest.mark.parametrize("name", CASES)
def test_simulated_moments_are_the_exact_ones_within_errors(name):
    estimator, draw, theta, (bias, variance) = CASES[name]
    estimates = repeated_estimates(estimator, draw, N, 40_000, np.random.default_rng(0))
    pull = lambda measured, exact: (measured[0] - exact) / measured[1]
    assert abs(pull(bias_with_error(estimates, theta), bias)) < 4
    assert abs(pull(variance_with_error(estimates), variance)) < 4
    assert abs(pull(mse_with_error(estimates, theta), bias**2 + variance)) < 4


def test_bias_squared_and_variance_make_the_mean_squared_error():
    estimates, m = np.random.default_rng(1).gamma(2.0, size=50), 50
    bias, variance = bias_with_error(estimates, 1.5)[0], variance_with_error(estimates)[0]
    assert_allclose(mse_with_error(estimates, 1.5)[0], bias**2 + (m - 1) / m * variance, rtol=1e-13)


def test_the_errors_are_the_scatter_of_repeated_simulations():
    rng = np.random.default_rng(2)
    found = np.array([variance_with_error(rng.exponential(size=400)) for _ in range(2000)])
    exact = np.sqrt((9 - 397 / 399) / 400)  # fourth central moment of the exponential law: 9
    assert found[:, 0].std() == pytest.approx(exact, rel=0.1)
    assert np.sqrt(np.mean(found[:, 1] ** 2)) == pytest.approx(exact, rel=0.1)


def test_the_divisor_of_least_error_is_n_plus_one():
    error = lambda divisor: np.square((moments := sum_of_squares_moments(1.3, 6, divisor))[0]) + moments[1]
    divisors = np.linspace(3, 12, 901)
    assert divisors[np.argmin(error(divisors))] == pytest.approx(7.0)
    assert sum_of_squares_moments(1.3, 6, 5)[0] == pytest.approx(0, abs=1e-15)


def test_along_the_last_axis():
    x = np.random.default_rng(3).random((2, 3, 5))
    assert_allclose(sum_of_squares_over(x, 4), x.var(axis=-1, ddof=1), rtol=1e-12)
    assert scaled_maximum(x).shape == (2, 3)
    assert scaled_maximum(x)[1, 2] == pytest.approx(1.2 * max(x[1, 2]))


def test_the_median_of_known_laws():
    """Uniform: a beta variable. Exponential: a sum of independent spacings. Normal: the table of order statistics."""
    for n in (1, 3, 9, 301):
        assert_allclose(median_moments(lambda u: u, n), (0.5, 1 / (4 * (n + 2))), rtol=1e-8)
        j = np.arange((n + 1) // 2, n + 1)
        assert_allclose(median_moments(stats.expon.ppf, n), (np.sum(1 / j), np.sum(1 / j**2)), rtol=1e-7)
    assert_allclose(median_moments(stats.norm.ppf, 3)[1], 1 - np.sqrt(3) / np.pi, rtol=1e-7)
    assert_allclose(median_moments(stats.norm.ppf, 5)[1], 0.2868336616, rtol=1e-7)  # Sarhan and Greenberg
    with pytest.raises(ValueError, match="n is 4"):
        median_moments(stats.norm.ppf, 4)


def test_the_median_of_many_draws_has_variance_one_over_four_n_f_squared():
    for law in (stats.norm, stats.laplace, stats.cauchy):
        n = 20_001
        limit = 1 / (4 * n * law.pdf(0) ** 2)
        assert median_moments(law.ppf, n)[1] == pytest.approx(limit, rel=0.02)
