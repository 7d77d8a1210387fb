"""Draws of a Gaussian process: their moments, their laws of conditioning, and the policy for the jitter."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import kstest

from abinitio.gaussian_process.posterior import gp_posterior
from abinitio.gaussian_process.samples import gaussian_samples, sufficient_jitter
from abinitio.kernels.functions import gaussian_kernel, matern_kernel


def test_moments_of_the_draws():
    X = np.linspace(0, 3, 6)[:, None]
    mean, C, count = np.arange(6.0), matern_kernel(X, X, length=1.0, nu=1.5), 20_000
    draws = gaussian_samples(mean, C, 0.0, count, np.random.default_rng(0)) - mean[:, None]
    assert draws.shape == (6, count)
    assert np.all(np.abs(draws.mean(axis=1)) < 4 * np.sqrt(np.diag(C) / count))
    errors = np.sqrt((np.outer(np.diag(C), np.diag(C)) + C**2) / count)  # of an entry of the sample covariance
    assert np.all(np.abs(draws @ draws.T / count - C) < 4.5 * errors)
    assert kstest((draws.sum(axis=0)) / np.sqrt(C.sum()), "norm").pvalue > 1e-4


def test_posterior_draws_have_the_posterior_covariance():
    rng = np.random.default_rng(1)
    X, X_new = rng.uniform(0, 3, (8, 1)), np.linspace(0, 3, 5)[:, None]
    k = lambda A, B: gaussian_kernel(A, B, 1.0)
    mean, C = gp_posterior(k(X, X), k(X_new, X), k(X_new, X_new), rng.standard_normal(8), 0.1)
    draws = gaussian_samples(mean, C, 1e-12, 20_000, rng) - mean[:, None]
    errors = np.sqrt((np.outer(np.diag(C), np.diag(C)) + C**2) / 20_000)
    assert np.all(np.abs(draws @ draws.T / 20_000 - C) < 4.5 * errors)


def test_prior_draws_conditioned_by_rejection_have_the_posterior_mean():
    """Of draws of (f1, f2, f3), those whose f1 is near 1: the mean of the others is the posterior's."""
    X = np.array([[0.0], [0.7], [1.5]])
    K = gaussian_kernel(X, X, 0.5)
    draws = gaussian_samples(np.zeros(3), K, 1e-12, 400_000, np.random.default_rng(2))
    near = draws[1:, np.abs(draws[0] - 1) < 0.02]
    mean, C = gp_posterior(K[:1, :1], K[1:, :1], K[1:, 1:], np.ones(1), 1e-12)
    assert np.all(np.abs(near.mean(axis=1) - mean) < 4 * np.sqrt(np.diag(C) / near.shape[1]) + 0.02**2)


def test_the_same_generator_gives_the_same_draws_and_the_next_are_new():
    one, other = (gaussian_samples(np.zeros(3), np.eye(3), 0.0, 2, np.random.default_rng(3)) for _ in range(2))
    assert_allclose(one, other, rtol=0)
    rng = np.random.default_rng(3)
    gaussian_samples(np.zeros(3), np.eye(3), 0.0, 2, rng)
    assert np.all(gaussian_samples(np.zeros(3), np.eye(3), 0.0, 2, rng) != one)


def test_the_jitter_is_what_a_smooth_covariance_needs_and_no_more():
    x = np.linspace(0, 1, 200)[:, None]
    K = 7.0 * gaussian_kernel(x, x, 0.5)
    with pytest.raises(np.linalg.LinAlgError):
        gaussian_samples(np.zeros(200), K, 0.0, 1, np.random.default_rng(0))
    jitter = sufficient_jitter(K, 7.0)
    assert 0 < jitter <= 7e-12
    f = gaussian_samples(np.zeros(200), K, jitter, 1, np.random.default_rng(0))[:, 0]
    assert np.abs(np.diff(f)).max() < 0.2  # smooth: neighbours differ by 0.005 times a slope of order sqrt(7)
    with pytest.raises(np.linalg.LinAlgError):
        np.linalg.cholesky(K + jitter / 100 * np.eye(200))


def test_a_definite_covariance_gets_none_and_an_indefinite_one_is_named():
    assert sufficient_jitter(np.eye(3), 1.0) == 0
    with pytest.raises(np.linalg.LinAlgError, match="smallest eigenvalue of the covariance is -1"):
        sufficient_jitter(np.array([[1.0, 2.0], [2.0, 1.0]]), 1.0)
