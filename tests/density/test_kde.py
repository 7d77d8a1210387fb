"""The kernel density estimate against theory for normal samples, scipy, scikit-learn, and its own moments."""

import numpy as np
import pytest
import sklearn.neighbors
from numpy.testing import assert_allclose
from scipy.stats import gaussian_kde, norm

from abinitio.density.kde import kernel_log_density, sample_kernel_density, scott_factor, silverman_factor


@pytest.mark.parametrize("d", [1, 2, 5])
def test_densities_are_those_of_scipy_and_scikit_learn(d):
    rng = np.random.default_rng(d)
    X, queries, weights = rng.standard_normal((80, d)), 2 * rng.standard_normal((30, d)), rng.uniform(0, 1, 80)
    theirs = sklearn.neighbors.KernelDensity(bandwidth=0.7).fit(X).score_samples(queries)
    assert_allclose(kernel_log_density(X, queries, 0.7), theirs, rtol=1e-10)
    theirs = sklearn.neighbors.KernelDensity(bandwidth=0.7).fit(X, sample_weight=weights).score_samples(queries)
    assert_allclose(kernel_log_density(X, queries, 0.7, weights), theirs, rtol=1e-10)
    white = np.linalg.solve(np.linalg.cholesky(np.cov(X.T).reshape(d, d)), X.T).T  # scipy scales by the covariance
    theirs = gaussian_kde(white.T, bw_method=0.7).logpdf(queries.T)
    assert_allclose(kernel_log_density(white, queries, 0.7), theirs, rtol=1e-8)


def test_it_integrates_to_one():
    X = np.random.default_rng(0).standard_normal((20, 2))
    axis, step = np.linspace(-7, 7, 281, retstep=True)
    mesh = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    assert step**2 * np.exp(kernel_log_density(X, mesh, 0.4)).sum() == pytest.approx(1, abs=1e-10)


def test_a_sample_of_weight_zero_is_no_sample_even_where_it_is_the_nearest():
    X, weights = np.array([[0.0], [100.0]]), np.array([1.0, 0.0])
    queries = np.array([[1.0], [100.0]])
    assert_allclose(kernel_log_density(X, queries, 1.0, weights), kernel_log_density(X[:1], queries, 1.0), rtol=1e-14)


def test_far_away_the_logarithm_is_still_right():
    X = np.array([[0.0], [1.0]])
    assert kernel_log_density(X, np.array([[1e4]]), 1e-3)[0] == pytest.approx(-((1e4 - 1) ** 2) / 2e-6, rel=1e-9)
    near, far = (kernel_log_density(X + shift, X + shift + 0.5, 1.0) for shift in (0, 2.0**30))
    assert_allclose(far, near, rtol=1e-12)


def test_bias_and_variance_are_those_of_theory():
    n, h, sets, rng = 400, 0.2, 1500, np.random.default_rng(1)
    q = np.array([[0.0], [1.0], [2.0]])
    f = np.exp([kernel_log_density(rng.standard_normal((n, 1)), q, h) for _ in range(sets)])
    wide = lambda s: norm.pdf(q[:, 0], scale=np.sqrt(s))
    mean = wide(1 + h**2)  # a Gaussian smeared by a Gaussian
    variance = (wide(1 + h**2 / 2) / np.sqrt(4 * np.pi) / h - mean**2) / n  # K_h² is a narrower Gaussian times R/h
    assert np.all(np.abs(f.mean(axis=0) - mean) < 4 * np.sqrt(variance / sets))
    assert np.all(np.abs(f.var(axis=0) / variance - 1) < 5 * np.sqrt(2 / sets))
    density, curvature = norm.pdf(q[:, 0]), (q[:, 0] ** 2 - 1) * norm.pdf(q[:, 0])
    assert_allclose(mean - density, h**2 / 2 * curvature, atol=0.5 * h**4)  # the leading terms
    assert_allclose(variance, density / np.sqrt(4 * np.pi) / n / h, atol=density.max() ** 2 * 1.5 / n)


@pytest.mark.parametrize("n", [10, 1000])
def test_silverman_minimises_the_leading_terms_for_a_normal_law(n):
    h = np.geomspace(0.05, 2, 20_001)
    roughness = 3 / (8 * np.sqrt(np.pi))  # the integral of f''² of the standard normal law
    risk = h**4 / 4 * roughness + 1 / (n * h * np.sqrt(4 * np.pi))
    assert silverman_factor(n, 1) == pytest.approx(h[np.argmin(risk)], rel=3e-4)
    assert silverman_factor(n, 2) == pytest.approx(scott_factor(n, 2), rel=1e-12)  # d = 2: the same


@pytest.mark.parametrize("weighted", [False, True])
def test_draws_have_the_moments_of_the_estimate(weighted):
    rng, m, h = np.random.default_rng(2), 40_000, 0.5
    X = rng.standard_normal((10, 2))
    weights = rng.uniform(0, 1, 10) if weighted else None
    draws = sample_kernel_density(X, h, m, weights, rng)
    expected = np.cov(X.T, ddof=0, aweights=weights) + h**2 * np.eye(2)
    sigma = np.sqrt(np.diag(expected))
    assert np.all(np.abs(draws.mean(axis=0) - np.average(X, axis=0, weights=weights)) < 4 * sigma / np.sqrt(m))
    assert np.all(np.abs(np.cov(draws.T) - expected) < 5 * np.outer(sigma, sigma) * np.sqrt(3 / m))
