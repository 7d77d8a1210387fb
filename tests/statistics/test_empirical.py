"""The empirical distribution against scipy, the exact law of the Kolmogorov distance, and exact variances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from abinitio.statistics import (
    autoregressive_effective_size,
    autoregressive_sample,
    band_coverage,
    dkw_band,
    empirical_cdf,
    kolmogorov_distance,
    mean_with_error,
)

samples = arrays(float, st.integers(1, 12), elements=st.integers(-5, 5).map(lambda i: i / 2))


def test_mean_with_error_is_scipy_sem():
    x = np.random.default_rng(0).normal(3, 2, 50)
    mean, error = mean_with_error(x)
    assert mean == pytest.approx(np.sum(x) / 50, rel=1e-14)
    assert error == pytest.approx(stats.sem(x), rel=1e-12)


def test_squared_error_is_an_unbiased_estimate_of_the_variance_of_the_mean():
    rng, n, m = np.random.default_rng(1), 5, 20_000
    means, errors = np.array([mean_with_error(x) for x in rng.normal(0, 2, (m, n))]).T
    # s² n ~ 4 χ²_4 / 4: standard deviation of s²/n is (4/5) sqrt(2/4)
    assert np.mean(errors**2) == pytest.approx(4 / n, abs=4 * (4 / n) * np.sqrt(2 / (n - 1)) / np.sqrt(m))
    assert np.var(means) == pytest.approx(4 / n, abs=4 * (4 / n) * np.sqrt(2 / m))


@settings(max_examples=100, deadline=None)
@given(samples, arrays(float, 7, elements=st.floats(-4, 4)))
def test_empirical_cdf_equals_scipy_and_the_definition(sample, t):
    assert np.array_equal(empirical_cdf(sample, t), [np.mean(sample <= u) for u in t])
    theirs = stats.ecdf(sample).cdf
    np.testing.assert_allclose(empirical_cdf(sample, theirs.quantiles), theirs.probabilities, rtol=1e-14)


@settings(max_examples=50, deadline=None)
@given(samples)
def test_empirical_cdf_is_a_right_continuous_distribution_function(sample):
    before = sample.copy()
    grid = np.linspace(-4, 4, 33)  # holds every possible jump
    F = empirical_cdf(sample, grid)
    assert np.all(np.diff(F) >= 0) and F[0] == 0 and F[-1] == 1
    assert np.array_equal(F, empirical_cdf(sample, grid + 1e-9))
    mirrored = 1 - empirical_cdf(sample, grid - 1e-9)  # P(-x <= -t) = P(x >= t)
    np.testing.assert_allclose(empirical_cdf(-sample, -grid), mirrored, atol=1e-15)
    assert np.array_equal(sample, before)


def test_dkw_band_inverts_massarts_bound():
    for n, confidence in [(1, 0.0), (30, 0.68), (1000, 0.95), (10**9, 1 - 1e-12)]:
        assert 2 * np.exp(-2 * n * dkw_band(n, confidence) ** 2) == pytest.approx(1 - confidence, rel=1e-9)


def test_dkw_band_holds_for_every_n_and_its_constant_is_the_best():
    for confidence in (0.5, 0.9, 0.99):
        outside = np.array([stats.kstwo.sf(dkw_band(n, confidence), n) for n in (1, 2, 5, 20, 100, 10_000)])
        assert np.all(outside <= 1 - confidence)
    assert outside[-1] > 0.97 * 0.01  # for many draws and a wide band the bound becomes an equality


@settings(max_examples=50, deadline=None)
@given(samples)
def test_kolmogorov_distance_is_kstest(sample):
    ours = kolmogorov_distance(sample, stats.norm.cdf)
    assert ours == pytest.approx(stats.kstest(sample, "norm").statistic, rel=1e-12)
    fine = np.unique(np.concatenate([np.linspace(-6, 6, 4001), sample, np.nextafter(sample, -np.inf)]))
    assert ours == pytest.approx(np.abs(empirical_cdf(sample, fine) - stats.norm.cdf(fine)).max(), abs=2e-3)


def test_band_coverage_is_that_of_the_exact_law():
    n, m = 25, 2000
    for cdf, draw in [(stats.norm.cdf, "standard_normal"), (stats.expon.cdf, "standard_exponential")]:
        samples = getattr(np.random.default_rng(2), draw)((m, n))
        coverage, error = band_coverage(samples, cdf, dkw_band(n, 0.9))
        exact = stats.kstwo.cdf(dkw_band(n, 0.9), n)
        assert exact >= 0.9
        assert coverage == pytest.approx(exact, abs=3.5 * np.sqrt(exact * (1 - exact) / m))
        assert error == pytest.approx(np.sqrt(coverage * (1 - coverage) / (m - 1)), rel=1e-9)


def test_band_fails_without_independence_and_without_identical_distributions():
    rng, n, m = np.random.default_rng(3), 200, 500
    width = dkw_band(n, 0.95)
    correlated, error = band_coverage(autoregressive_sample((m, n), 0.9, rng), stats.norm.cdf, width)
    assert correlated + 5 * error < 0.7
    drifting, error = band_coverage(rng.standard_normal((m, n)) + np.linspace(0, 1, n), stats.norm.cdf, width)
    assert drifting + 5 * error < 0.7


@pytest.mark.parametrize("rho", [-0.7, 0.0, 0.9])
def test_autoregressive_sample_is_stationary_with_the_promised_correlation(rho):
    m, n = 20_000, 6
    x = autoregressive_sample((m, n), rho, np.random.default_rng(4))
    covariance = x.T @ x / m
    i = np.arange(n)
    exact = rho ** np.abs(i[:, None] - i)
    assert np.all(np.abs(covariance - exact) < 4.5 * np.sqrt((1 + exact**2) / m))  # Wick: Var(x_i x_j) = 1 + c²
    assert stats.kstest(x[:, -1], "norm").pvalue > 1e-3


def test_autoregressive_sample_of_one_sequence_and_one_draw():
    assert autoregressive_sample(5, 0.5, np.random.default_rng(0)).shape == (5,)
    assert autoregressive_sample(1, 0.5, np.random.default_rng(0)) == np.random.default_rng(0).standard_normal(1)


@pytest.mark.parametrize("rho", [-0.5, 0.0, 0.8])
def test_effective_size_is_the_exact_variance_of_the_mean(rho):
    n = 40
    i = np.arange(n)
    variance = np.mean(rho ** np.abs(i[:, None] - i))  # (1/n²) Σ_st ρ^|s-t|
    assert autoregressive_effective_size(n, rho) == pytest.approx(1 / variance, rel=1e-12)
    assert autoregressive_effective_size(10**6, rho) == pytest.approx(1e6 * (1 - rho) / (1 + rho), rel=1e-4)
