"""Bayesian linear regression: the Gaussian process with the linear kernel, ridge, and the maximum of the evidence."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.gaussian_process import gp_posterior, log_evidence
from abinitio.linear_model.ridge import ridge_coefficients
from abinitio.optimize.gradient_check import central_difference
from abinitio.statistics.bayes import normal_posterior, ridge_alpha_of_prior
from abinitio.statistics.bayesian_regression import (
    effective_parameters,
    expectation_maximisation_step,
    linear_log_evidence,
    linear_posterior,
    linear_predictive,
    mackay_step,
    maximise_evidence,
)

NOISE, PRIOR = 0.6, 1.7


def problem(n, d, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, X @ rng.standard_normal(d) + np.sqrt(NOISE) * rng.standard_normal(n)


@pytest.mark.parametrize("n, d", [(30, 4), (5, 9), (1, 1)])
def test_evidence_and_predictions_are_those_of_the_gaussian_process(n, d):
    X, y = problem(n, d)
    queries = np.random.default_rng(1).standard_normal((3, d))
    K = PRIOR * X @ X.T
    assert linear_log_evidence(X, y, NOISE, PRIOR) == pytest.approx(log_evidence(K, y, NOISE), rel=1e-10)
    mean, variance = linear_predictive(queries, *linear_posterior(X, y, NOISE, PRIOR), 0.0)
    gp_mean, gp_covariance = gp_posterior(K, PRIOR * queries @ X.T, PRIOR * queries @ queries.T, y, NOISE)
    assert_allclose(mean, gp_mean, rtol=1e-9)
    assert_allclose(variance, np.diag(gp_covariance), rtol=1e-8)


def test_the_mean_is_ridge_regression():
    X, y = problem(20, 5)
    alpha = ridge_alpha_of_prior(np.sqrt(NOISE), np.sqrt(PRIOR))
    assert_allclose(linear_posterior(X, y, NOISE, PRIOR)[0], ridge_coefficients(X, y, alpha), rtol=1e-10)


def test_one_constant_feature_is_the_conjugate_normal():
    y = np.array([1.0, 2.0, 4.0])
    mean, covariance = linear_posterior(np.ones((3, 1)), y, NOISE, PRIOR)
    assert_allclose((mean[0], covariance[0, 0]), normal_posterior(0.0, PRIOR, y, np.sqrt(NOISE)), rtol=1e-12)


def test_truths_drawn_from_the_prior_lie_where_the_posterior_says():
    """(w - m)ᵀ Σ⁻¹ (w - m) is chi-square of d degrees of freedom: mean d, variance 2d."""
    rng, d, repeats, squares = np.random.default_rng(2), 3, 2000, []
    for _ in range(repeats):
        X, w = rng.standard_normal((6, d)), np.sqrt(PRIOR) * rng.standard_normal(d)
        mean, covariance = linear_posterior(X, X @ w + np.sqrt(NOISE) * rng.standard_normal(6), NOISE, PRIOR)
        squares.append((w - mean) @ np.linalg.solve(covariance, w - mean))
    assert abs(np.mean(squares) - d) < 4 * np.sqrt(2 * d / repeats)


@pytest.mark.parametrize("step, count", [(mackay_step, 200), (expectation_maximisation_step, 3000)])
@pytest.mark.parametrize("n, d", [(40, 5), (8, 12)])
def test_where_the_steps_end_the_evidence_is_flat(step, count, n, d):
    X, y = problem(n, d, seed=3)
    *_, (noise, prior) = islice(maximise_evidence(step, X, y, 1.0, 1.0), count)
    slope = central_difference(lambda t: linear_log_evidence(X, y, *np.exp(t)), np.log([noise, prior]))
    assert_allclose(slope, 0, atol=1e-5)
    best = linear_log_evidence(X, y, noise, prior)
    assert all(
        linear_log_evidence(X, y, noise * a, prior * b) < best for a, b in [(1.2, 1), (0.8, 1), (1, 1.5), (1, 0.7)]
    )


def test_expectation_maximisation_never_goes_downhill():
    X, y = problem(15, 6, seed=4)
    walk = [(3.0, 0.01), *islice(maximise_evidence(expectation_maximisation_step, X, y, 3.0, 0.01), 60)]
    values = [linear_log_evidence(X, y, *variances) for variances in walk]
    assert np.all(np.diff(values) > -1e-12) and values[-1] - values[0] > 5


def test_the_data_determine_a_number_of_coefficients():
    X, y = problem(50, 4)
    count = lambda prior: effective_parameters(linear_posterior(X, y, NOISE, prior)[1], prior)
    assert count(1e8) == pytest.approx(4, abs=1e-6) and count(1e-8) == pytest.approx(0, abs=1e-5)
    s = np.linalg.svd(X)[1] ** 2
    assert count(PRIOR) == pytest.approx(np.sum(s / (s + NOISE / PRIOR)), rel=1e-10)
