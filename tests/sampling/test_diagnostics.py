"""Diagnostics: AR(1) chains with their exact autocorrelation time, what moves R-hat and what must not, definitions."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from abinitio._core.series import effective_sample_size
from abinitio.sampling.diagnostics import (
    autocovariance,
    bulk_effective_sample_size,
    geyer_effective_sample_size,
    halves,
    monte_carlo_error,
    normal_scores,
    rank_r_hat,
    split_r_hat,
    tail_effective_sample_size,
)


def autoregressive(phi, n, chains, rng):
    """x_t = φ x_(t-1) + noise, stationary with variance 1: autocorrelation φ^t, time (1 + φ) / (1 - φ)."""
    noise = np.sqrt(1 - phi**2) * rng.standard_normal((n, chains))
    x = np.empty((n, chains))
    x[0] = rng.standard_normal(chains)
    for t in range(1, n):
        x[t] = phi * x[t - 1] + noise[t]
    return x


def repeated(measure, repeats, make):
    """Mean of a diagnostic over sets of chains, and the standard error of that mean."""
    values = np.array([measure(make()) for _ in range(repeats)])
    return values.mean(), values.std(ddof=1) / np.sqrt(repeats)


@pytest.mark.parametrize("phi", [-0.5, 0.0, 0.5, 0.9])
def test_effective_sizes_are_those_of_theory(phi):
    rng, n, chains = np.random.default_rng(0), 2000, 4
    make = lambda: autoregressive(phi, n, chains, rng)
    exact = n * chains * (1 - phi) / (1 + phi)
    for measure in (bulk_effective_sample_size, lambda x: geyer_effective_sample_size(halves(x))):
        mean, error = repeated(measure, 30, make)
        assert abs(mean / exact - 1) < 4 * error / exact + 0.03  # Geyer's sum of pairs has a bias of some per cent
    mean, error = repeated(monte_carlo_error, 30, make)
    assert abs(mean * np.sqrt(exact) - 1) < 4 * error * np.sqrt(exact) + 0.03


def test_tail_size_is_that_of_theory():
    """The indicator of a tail of an AR(1) process has the autocorrelations of a bivariate normal law's quadrant."""
    rng, phi, q = np.random.default_rng(1), 0.7, stats.norm.ppf(0.05)
    both = [stats.multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([q, q]) for r in phi ** np.arange(1, 25.0)]
    tau = 1 + 2 * np.sum((np.array(both) - 0.05**2) / (0.05 * 0.95))
    mean, error = repeated(tail_effective_sample_size, 30, lambda: autoregressive(phi, 2000, 4, rng))
    assert abs(mean * tau / 8000 - 1) < 4 * error * tau / 8000 + 0.08  # the less of two: below the mean by a spread
    assert mean * tau / 8000 < 1.03


def test_size_agrees_with_the_series_for_chains_with_one_mean():
    x = autoregressive(0.8, 20_000, 4, np.random.default_rng(2))
    assert_allclose(geyer_effective_sample_size(x), effective_sample_size(x), rtol=0.1)


def test_antithetic_chains_are_worth_more_than_their_length():
    x = autoregressive(-0.9, 1000, 4, np.random.default_rng(3))
    assert 4000 * 3 < geyer_effective_sample_size(x) <= 4000 * np.log10(4000)


def test_r_hat_of_independent_chains_is_one_within_its_error():
    """(R² - 1) n = B/W - 1, and B/W has the F law with (halves - 1, n - halves) degrees of freedom."""
    rng, n, chains = np.random.default_rng(4), 500, 4
    ratios = [1 + (n / 2) * (split_r_hat(rng.standard_normal((n, chains))) ** 2 - 1) for _ in range(1000)]
    law = stats.f(2 * chains - 1, 2 * chains * (n / 2 - 1))
    assert stats.kstest(ratios, law.cdf).pvalue > 1e-3
    assert np.mean([rank_r_hat(rng.standard_normal((n, chains))) for _ in range(100)]) < 1.01


def test_r_hat_of_shifted_chains_is_that_of_theory():
    rng, shift = np.random.default_rng(5), np.array([0.0, 0.0, 0.0, 1.0])
    x = rng.standard_normal((50_000, 4)) + shift
    halves_of_shift = np.repeat(shift, 2)
    wanted = np.sqrt(1 + halves_of_shift.var(ddof=1))
    assert_allclose(split_r_hat(x), wanted, rtol=5e-3)
    assert rank_r_hat(x) > 1.05


def test_what_each_diagnostic_sees():
    rng = np.random.default_rng(6)
    x = rng.standard_normal((1000, 4))
    drift = x + np.linspace(0, 1, 1000)[:, None]  # the same in all chains: only halves show it
    wide = x * np.array([1, 1, 1, 3])
    heavy = np.tan(np.pi * (stats.norm.cdf(x) - 0.5)) + np.array([0, 0, 0, 3.0])  # Cauchy, one chain shifted
    assert rank_r_hat(x) < 1.01 and split_r_hat(x) < 1.01
    assert split_r_hat(drift) > 1.03
    assert split_r_hat(wide) < 1.01 < 1.05 < rank_r_hat(wide)
    assert split_r_hat(heavy) < 1.02 < 1.1 < rank_r_hat(heavy)
    assert bulk_effective_sample_size(heavy) < 100 < 3000 < bulk_effective_sample_size(x)
    assert tail_effective_sample_size(wide) < 1000 < 3000 < tail_effective_sample_size(x)


def test_invariances():
    rng = np.random.default_rng(7)
    x = autoregressive(0.6, 501, 3, rng)
    permuted = x[:, [2, 0, 1]]
    for measure in (split_r_hat, rank_r_hat, bulk_effective_sample_size, tail_effective_sample_size):
        assert_allclose(measure(permuted), measure(x), rtol=1e-10)
        assert_allclose(measure(1e3 * x - 7), measure(x), rtol=1e-9)
    assert_allclose(bulk_effective_sample_size(np.exp(x)), bulk_effective_sample_size(x), rtol=1e-12)  # ranks alone
    assert_allclose(monte_carlo_error(1e3 * x - 7), 1e3 * monte_carlo_error(x), rtol=1e-9)


def test_definitions_by_hand():
    x = np.random.default_rng(8).standard_normal((9, 2))
    parts = halves(x)
    assert_array_equal(parts, np.column_stack([x[:4, 0], x[:4, 1], x[5:, 0], x[5:, 1]]))
    by_hand = np.zeros((4, 4))
    for lag in range(4):
        for t in range(4 - lag):
            by_hand[lag] += (parts[t] - parts.mean(axis=0)) * (parts[t + lag] - parts.mean(axis=0)) / 4
    assert_allclose(autocovariance(parts), by_hand, atol=1e-14)
    B, W = 4 * parts.mean(axis=0).var(ddof=1), parts.var(axis=0, ddof=1).mean()
    assert_allclose(split_r_hat(x), np.sqrt((3 / 4 * W + B / 4) / W), rtol=1e-13)
    ranks = np.array([[1, 2.5], [2.5, 4]])
    assert_allclose(normal_scores(np.array([[0.0, 1], [1, 5]])), stats.norm.ppf((ranks - 0.375) / 4.25), rtol=1e-12)


def test_geyer_sum_by_hand():
    x = autoregressive(0.5, 60, 2, np.random.default_rng(9))
    C = autocovariance(x).mean(axis=1)
    W, V = C[0] * 60 / 59, C[0] + x.mean(axis=0).var(ddof=1)
    rho = [1.0] + [1 - (W - C[t]) / V for t in range(1, 60)]
    tau, k, least = -1.0, 0, np.inf
    while rho[2 * k] + rho[2 * k + 1] >= 0:
        least = min(least, rho[2 * k] + rho[2 * k + 1])
        tau, k = tau + 2 * least, k + 1
    tau += max(rho[2 * k], 0)
    assert_allclose(geyer_effective_sample_size(x), 120 / tau, rtol=1e-12)


def test_constants_and_what_cannot_be_judged():
    constant = np.ones((20, 2))
    for measure in (split_r_hat, rank_r_hat, bulk_effective_sample_size, tail_effective_sample_size, monte_carlo_error):
        assert np.isnan(measure(constant))
    assert split_r_hat(np.tile([0.0, 1.0], (20, 1))) == np.inf  # every chain stuck at its own place
    signs = np.where(np.random.default_rng(11).random((200, 2)) < 0.5, -1.0, 1.0)  # |x - median| may be constant
    assert 0.9 < rank_r_hat(signs) < 1.05
    common = np.where(np.random.default_rng(10).random((200, 2)) < 0.2, 0.0, 1.0)
    assert 200 < tail_effective_sample_size(common) < 700  # the largest value being the 95 % quantile
    with pytest.raises(ValueError, match=r"x has shape \(3, 2\); give"):
        split_r_hat(np.ones((3, 2)))
    with pytest.raises(ValueError, match="x has the value nan"):
        rank_r_hat(np.array([1.0, np.nan, 2.0, 3.0]))
