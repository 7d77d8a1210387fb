"""Bayesian ridge regression: the readable functions, scikit-learn, the Gaussian process, the contract."""

from itertools import islice

import numpy as np
import pytest
import sklearn.linear_model
from numpy.testing import assert_allclose
from sklearn.datasets import load_diabetes
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.gaussian_process import log_evidence
from abinitio.statistics.bayesian_regression import (
    linear_log_evidence,
    linear_posterior,
    mackay_step,
    maximise_evidence,
)
from abinitio.statistics.bayesian_ridge import BayesianRidge

NO_PRIOR = {"alpha_1": 0.0, "alpha_2": 0.0, "lambda_1": 0.0, "lambda_2": 0.0}


def problem(n, d, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) + 3
    return X, X @ rng.standard_normal(d) + rng.standard_normal(n) - 7, rng


@pytest.mark.parametrize("n, d", [(60, 5), (10, 25), (20, 20)])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    "options", [{}, {"fit_intercept": False}, {"alpha_1": 2.0, "lambda_2": 0.5, "lambda_init": 3.0}]
)
def test_equal_to_scikit_learn(n, d, weighted, options):
    X, y, rng = problem(n, d)
    s = rng.uniform(0.2, 2, n) if weighted else None
    settings = {"max_iter": 12, "tol": 1e-12, "compute_score": True, **options}
    ours, theirs = (cls(**settings).fit(X, y, s) for cls in (BayesianRidge, sklearn.linear_model.BayesianRidge))
    for name in ("coef_", "intercept_", "alpha_", "lambda_", "n_iter_"):
        assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-6, atol=1e-9, err_msg=name)
    assert_allclose(ours.sigma_, theirs.sigma_, rtol=1e-6, atol=1e-6 / ours.lambda_)
    assert_allclose(ours.scores_[:-1], theirs.scores_[:-1], rtol=1e-7)  # their last one mixes two steps
    assert_allclose(ours.predict(X, return_std=True), theirs.predict(X, return_std=True), rtol=1e-6, atol=1e-9)


def test_equal_steps_and_predictions_on_the_diabetes_data():
    X, y = load_diabetes(return_X_y=True)
    ours, theirs = BayesianRidge().fit(X, y), sklearn.linear_model.BayesianRidge().fit(X, y)
    assert ours.n_iter_ == theirs.n_iter_
    assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-9)
    assert list(ours.scores_) == list(theirs.scores_) == []


def test_without_hyperpriors_it_is_mackays_iteration():
    X, y, _ = problem(40, 4)
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    *_, (noise, prior) = islice(maximise_evidence(mackay_step, Xc, yc, y.var(), 1.0), 30)
    model = BayesianRidge(max_iter=30, tol=0.0, compute_score=True, **NO_PRIOR).fit(X, y)
    assert_allclose((1 / model.alpha_, 1 / model.lambda_), (noise, prior), rtol=1e-10)
    mean, covariance = linear_posterior(Xc, yc, noise, prior)
    assert_allclose(model.coef_, mean, rtol=1e-10)
    assert_allclose(model.sigma_, covariance, rtol=1e-9)
    assert model.scores_[-1] == pytest.approx(linear_log_evidence(Xc, yc, noise, prior), rel=1e-12)
    assert model.scores_[-1] == pytest.approx(log_evidence(prior * Xc @ Xc.T, yc, noise), rel=1e-10)


def test_weights_are_repetitions():
    X, y, rng = problem(25, 3)
    s = rng.integers(0, 4, 25)
    weighted = BayesianRidge(tol=1e-12).fit(X, y, s)
    repeated = BayesianRidge(tol=1e-12).fit(np.repeat(X, s, axis=0), np.repeat(y, s))
    assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-9)
    assert_allclose(weighted.sigma_, repeated.sigma_, rtol=1e-8, atol=1e-12)


def test_its_intervals_hold_new_targets():
    inside = []
    for seed in range(40):
        X, y, _ = problem(60, 4, seed)
        mean, deviation = BayesianRidge().fit(X[:30], y[:30]).predict(X[30:], return_std=True)
        inside += list(np.abs(y[30:] - mean) < deviation)
    assert np.mean(inside) == pytest.approx(0.6827, abs=0.05)


@parametrize_with_checks([BayesianRidge(), BayesianRidge(fit_intercept=False, compute_score=True)])
def test_estimator_contract(estimator, check):
    check(estimator)
