"""EM against theory (the likelihood never falls, its gradient vanishes at the end), scipy, scikit-learn."""

from itertools import islice

import numpy as np
import pytest
import sklearn.mixture
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import multivariate_normal

from abinitio.density.mixture import (
    bayesian_information_criterion,
    diagonal,
    expectation_maximisation,
    gaussian_log_densities,
    mixture_step,
    responsibilities,
    sample_mixture,
    spherical,
    tied,
    weighted_gaussians,
)

SHAPES = {"full": None, "tied": tied, "diag": diagonal, "spherical": spherical}


def problem(seed, n=60, d=2, k=3):
    """Samples of k overlapping groups, and parameters to start from."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) + 3 * rng.integers(0, k, (n, 1))
    A = rng.standard_normal((k, d, d))
    weights = rng.uniform(0.2, 1, k)
    return X, weights / weights.sum(), X[:k].copy(), A @ A.transpose(0, 2, 1) + 0.5 * np.eye(d)


def log_likelihood(X, weights, means, covariances):
    return responsibilities(gaussian_log_densities(X, means, covariances), weights)[1].sum()


@pytest.mark.parametrize("scales", [(1, 1, 1), (1e-9, 1, 1e9)])
def test_log_densities_are_those_of_scipy_also_for_badly_scaled_features(scales):
    X, _, means, covariances = problem(0, d=3)
    D = np.diag(scales)
    expected = [multivariate_normal(mean, C).logpdf(X) for mean, C in zip(means, covariances)]
    ours = gaussian_log_densities(X @ D, means @ D, D @ covariances @ D)
    assert_allclose(ours, np.transpose(expected) - np.log(scales).sum(), rtol=1e-9)


def test_a_density_of_one_dimension_integrates_to_one():
    x, h = np.linspace(-40, 40, 4001, retstep=True)
    weights, means, covariances = np.array([0.3, 0.7]), np.array([[-2.0], [3.0]]), np.array([[[0.5]], [[4.0]]])
    _, logs = responsibilities(gaussian_log_densities(x[:, None], means, covariances), weights)
    assert h * np.exp(logs).sum() == pytest.approx(1, abs=1e-12)


def test_responsibilities_are_bayes_rule_and_survive_underflow():
    X, weights, means, covariances = problem(1)
    logs = gaussian_log_densities(X, means, covariances)
    joint = weights * np.exp(logs)
    R, log_likelihoods = responsibilities(logs, weights)
    assert_allclose(R, joint / joint.sum(axis=1, keepdims=True), rtol=1e-12)
    assert_allclose(log_likelihoods, np.log(joint.sum(axis=1)), rtol=1e-12)
    far, shifted = responsibilities(logs - 1e5, weights)
    assert_allclose(far, R, rtol=1e-9)
    assert_allclose(shifted, log_likelihoods - 1e5, rtol=1e-12)


def test_one_component_is_mean_and_covariance_after_one_step():
    X, _, means, covariances = problem(2)
    for floor in (0.0, 0.3):
        weights, mean, C, _ = mixture_step(X, np.ones(1), means[:1], covariances[:1], floor)
        assert_allclose(weights, 1)
        assert_allclose(mean[0], X.mean(axis=0), rtol=1e-12)
        assert_allclose(C[0], np.cov(X.T, ddof=0) + floor * np.eye(2), rtol=1e-12)


def test_far_from_the_origin_a_covariance_keeps_its_digits():
    X = np.random.default_rng(3).standard_normal((40, 2)) * [1.0, 1e-3]
    _, _, near = weighted_gaussians(X, np.ones((40, 1)))
    _, _, far = weighted_gaussians(X + 2.0**20, np.ones((40, 1)))
    assert_allclose(far, near, rtol=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), k=st.integers(1, 4), d=st.integers(1, 3))
def test_the_likelihood_never_falls(shape, seed, k, d):
    X, weights, means, covariances = problem(seed, k=k, d=d)
    if SHAPES[shape]:
        covariances = SHAPES[shape](weights, covariances)
    steps = islice(expectation_maximisation(X, weights, means, covariances, shape=SHAPES[shape]), 12)
    values = []
    try:
        values.extend(value for *_, value in steps)
    except np.linalg.LinAlgError:
        assert shape != "tied"  # a component shrinks onto few samples: no bound without a floor
    assert np.all(np.diff(values) >= -1e-9 * np.abs(values[1:]))


def test_at_the_end_the_gradient_of_the_likelihood_vanishes():
    X, *start = problem(5, n=300)
    *_, (weights, means, covariances, _) = islice(expectation_maximisation(X, *start), 3000)
    value, h = log_likelihood(X, weights, means, covariances), 1e-5
    assert_allclose(weights.sum(), 1, rtol=1e-14)
    for index in np.ndindex(means.shape):
        step = np.zeros(means.shape)
        step[index] = h
        up, down = (log_likelihood(X, weights, means + s, covariances) for s in (step, -step))
        assert abs(up - down) / (2 * h) < 1e-4 * np.sqrt(len(X)) and up < value and down < value
    towards = np.array([1.0, -1.0, 0.0]) * h
    up, down = (log_likelihood(X, weights + s, means, covariances) for s in (towards, -towards))
    assert abs(up - down) / (2 * h) < 1e-3 and max(up, down) < value


@pytest.mark.parametrize("shape", SHAPES)
def test_steps_are_those_of_scikit_learn(shape):
    X, weights, means, covariances = problem(6, n=200)
    stored = {"full": lambda C: C, "tied": lambda C: C[0], "diag": lambda C: np.einsum("kii->ki", C)}
    stored = {**stored, "spherical": lambda C: C[:, 0, 0]}[shape]
    start = SHAPES[shape](weights, covariances) if SHAPES[shape] else covariances
    theirs = sklearn.mixture.GaussianMixture(
        3,
        covariance_type=shape,
        tol=1e9,
        max_iter=2,  # the first step never counts as converged, the second does
        weights_init=weights,
        means_init=means,
        precisions_init=stored(np.linalg.inv(start)),
        reg_covar=1e-3,
    ).fit(X)
    *_, ours = islice(expectation_maximisation(X, weights, means, start, 1e-3, SHAPES[shape]), 2)
    assert theirs.n_iter_ == 2
    assert_allclose(ours[0], theirs.weights_, rtol=1e-10)
    assert_allclose(ours[1], theirs.means_, rtol=1e-10)
    assert_allclose(stored(ours[2]), theirs.covariances_, rtol=1e-9, atol=1e-12)
    assert ours[3] == pytest.approx(theirs.lower_bound_, rel=1e-12)


def test_a_component_without_samples_has_weight_zero_and_stays_harmless():
    X = problem(7, k=2)[0]
    R = np.zeros((len(X), 2))
    R[:, 0] = 1
    weights, new, C = weighted_gaussians(X, R)
    assert_array_equal(weights, [1, 0])
    assert_allclose(new[1], X.mean(axis=0), rtol=1e-12)
    *_, last = islice(expectation_maximisation(X, weights, new, C), 3)
    assert_array_equal(last[0], [1, 0])
    assert np.isfinite(last[1]).all() and np.isfinite(last[2]).all()


def test_the_readable_functions_run_where_one_of_them_has_no_twin(monkeypatch):
    X, *start = problem(8)
    fast = next(expectation_maximisation(X, *start))
    monkeypatch.delattr(responsibilities, "fast")
    slow = next(expectation_maximisation(X, *start))
    for ours, theirs in zip(fast, slow):
        assert_allclose(ours, theirs, rtol=1e-10)


def test_draws_have_the_moments_of_the_mixture():
    weights, means, covariances = np.array([0.25, 0.75]), np.array([[0.0, 4.0], [1.0, 0.0]]), np.zeros((2, 2, 2))
    covariances[:] = [[[2.0, 0.6], [0.6, 0.5]], [[1.0, 1.0], [1.0, 1.0]]]  # the second is singular: x1 - x2 = 1
    m = 20_000
    X, labels = sample_mixture(weights, means, covariances, m, np.random.default_rng(9))
    assert np.mean(labels) == pytest.approx(0.75, abs=4 * np.sqrt(0.75 * 0.25 / m))
    assert_allclose(X[labels == 1] @ [1, -1], 1, atol=1e-7)
    for k in range(2):
        own = X[labels == k]
        assert np.all(np.abs(own.mean(axis=0) - means[k]) < 4 * np.sqrt(np.diag(covariances[k]) / len(own)))
        C = covariances[k]
        errors = np.sqrt((C**2 + np.outer(np.diag(C), np.diag(C))) / len(own))  # Wishart
        assert np.all(np.abs(np.cov(own.T) - C) < 4.5 * errors)


def test_bic_approaches_the_log_evidence_of_a_normal_mean():
    n, rng = 10_000, np.random.default_rng(10)
    x = 0.3 + rng.standard_normal(n)
    peak = -0.5 * np.sum((x - x.mean()) ** 2) - n / 2 * np.log(2 * np.pi)
    prior = np.exp(-(x.mean() ** 2) / 2) / np.sqrt(2 * np.pi)  # N(0, 1) at the maximum: a term of order 1
    evidence = peak + np.log(prior * np.sqrt(2 * np.pi / n))  # Laplace, exact for n >> 1
    gap = -bayesian_information_criterion(peak, 1, n) / 2 - evidence
    assert gap == pytest.approx(-np.log(prior * np.sqrt(2 * np.pi)), abs=1e-9)


def test_inputs_stay():
    X, weights, means, covariances = problem(11)
    before = [array.copy() for array in (X, weights, means, covariances)]
    list(islice(expectation_maximisation(X, weights, means, covariances, 0.1, diagonal), 2))
    for old, new in zip(before, (X, weights, means, covariances)):
        assert_array_equal(old, new)
