"""Ridge regression: its normal equations, its limits, its path, and leave-one-out against n fits."""

import numpy as np
import pytest
import sklearn.linear_model
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model.least_squares import least_squares_coefficients
from abinitio.linear_model.ridge import Ridge, ridge_coefficients, ridge_leave_one_out, ridge_path

problems = given(seed=st.integers(0, 10**6), n=st.integers(6, 25), d=st.integers(1, 8), log_alpha=st.floats(-3, 3))


def problem(seed, n, d):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    return X - X.mean(axis=0), y - y.mean(), rng


@settings(max_examples=50, deadline=None)
@problems
def test_gradient_vanishes_and_the_path_agrees(seed, n, d, log_alpha):
    X, y, _ = problem(seed, n, d)
    alpha = 10.0**log_alpha
    w = ridge_coefficients(X, y, alpha)
    assert_allclose(X.T @ (X @ w - y) + alpha * w, 0, atol=1e-9)
    alphas = np.array([3 * alpha, alpha, 0.1 * alpha])  # in any order
    expected = [ridge_coefficients(X, y, a) for a in alphas]
    assert_allclose(ridge_path(X, y, alphas), expected, rtol=1e-7, atol=1e-9)


@settings(max_examples=30, deadline=None)
@problems
def test_a_penalty_is_d_more_samples(seed, n, d, log_alpha):
    X, y, _ = problem(seed, n, d)
    alpha = 10.0**log_alpha
    longer = np.vstack([X, np.sqrt(alpha) * np.eye(d)]), np.append(y, np.zeros(d))
    assert_allclose(ridge_coefficients(X, y, alpha), least_squares_coefficients(*longer), rtol=1e-7, atol=1e-9)


def test_limits_of_no_and_of_infinite_penalty():
    X, y, _ = problem(0, 30, 4)
    w = least_squares_coefficients(X, y)
    assert_allclose(ridge_coefficients(X, y, 1e-9), w, rtol=1e-9)
    assert_allclose(ridge_path(X, y, np.array([1e-9]))[0], w, rtol=1e-9)
    assert_allclose(1e12 * ridge_coefficients(X, y, 1e12), X.T @ y, rtol=1e-9)  # w → Xᵀy / α


def test_orthonormal_features_shrink_by_one_over_one_plus_alpha():
    X = np.linalg.qr(np.random.default_rng(1).standard_normal((20, 5)))[0]
    y = np.random.default_rng(2).standard_normal(20)
    alphas = np.array([0.0, 0.5, 4.0])
    assert_allclose(ridge_path(X, y, alphas), X.T @ y / (1 + alphas[:, None]), rtol=1e-12)


def test_norm_falls_and_residual_rises_along_the_path():
    X, y, _ = problem(3, 30, 6)
    path = ridge_path(X, y, np.logspace(-4, 4, 50))
    assert np.all(np.diff(np.sum(path**2, axis=1)) < 0)
    assert np.all(np.diff(np.sum((y - path @ X.T) ** 2, axis=1)) > 0)


def test_expected_risk_of_ridge():
    """E|w - β|² = s² Σ λ/(λ+α)² + α² Σ (vᵀβ)²/(λ+α)²: variance and squared bias, over repeated noise."""
    X, _, rng = problem(4, 20, 3)
    beta, s, alpha, repeats = np.array([1.0, -1.0, 2.0]), 0.8, 5.0, 4000
    w = [ridge_coefficients(X, X @ beta + s * rng.standard_normal(20), alpha) for _ in range(repeats)]
    squares = np.sum((np.array(w) - beta) ** 2, axis=1)
    eigenvalues, V = np.linalg.eigh(X.T @ X)
    variance = s**2 * np.sum(eigenvalues / (eigenvalues + alpha) ** 2)
    bias2 = alpha**2 * np.sum((V.T @ beta) ** 2 / (eigenvalues + alpha) ** 2)
    assert abs(squares.mean() - variance - bias2) < 4 * squares.std() / np.sqrt(repeats)


@settings(max_examples=30, deadline=None)
@problems
def test_leave_one_out_equals_n_fits(seed, n, d, log_alpha):
    X, y, rng = problem(seed, n, d)
    X, y, alpha = X + rng.standard_normal(d), y + 2, 10.0**log_alpha
    errors = np.zeros((2, n))
    for i in range(n):
        rest = np.arange(n) != i
        x_mean, y_mean = X[rest].mean(axis=0), y[rest].mean()
        for j, a in enumerate([alpha, 2 * alpha]):
            w = ridge_coefficients(X[rest] - x_mean, y[rest] - y_mean, a)
            errors[j, i] = y[i] - y_mean - (X[i] - x_mean) @ w
    result = ridge_leave_one_out(X, y, np.array([alpha, 2 * alpha]))
    assert_allclose(result, np.mean(errors**2, axis=1), rtol=1e-7)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("k", [0, 2])
@pytest.mark.parametrize("shape", [(60, 5), (5, 60), (30000, 6)])
@pytest.mark.parametrize("alpha", [1e-3, 1.0, 100.0])
def test_equal_to_scikit_learn(weighted, fit_intercept, k, shape, alpha):
    rng = np.random.default_rng(5)
    X, s = rng.standard_normal(shape) + 2, rng.uniform(size=shape[0]) if weighted else None
    y = rng.standard_normal((shape[0], k) if k else shape[0])
    ours = Ridge(alpha, fit_intercept=fit_intercept).fit(X, y, s)
    theirs = sklearn.linear_model.Ridge(alpha, fit_intercept=fit_intercept).fit(X, y, s)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9, atol=1e-11)
    assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-9, atol=1e-11)


def test_the_intercept_is_not_shrunk():
    X, y, _ = problem(6, 40, 3)
    model = Ridge(alpha=1e12).fit(X + 5, y + 1000)
    assert_allclose(model.intercept_, 1000, rtol=1e-6)


def test_one_alpha_for_each_target():
    X, _, rng = problem(7, 40, 3)
    Y, alphas = rng.standard_normal((40, 2)), [0.1, 50.0]
    model = Ridge(alpha=alphas).fit(X, Y)
    for j, alpha in enumerate(alphas):
        single = Ridge(alpha=alpha).fit(X, Y[:, j])
        assert_allclose(model.coef_[j], single.coef_, rtol=1e-12)
        assert_allclose(model.intercept_[j], single.intercept_, atol=1e-14)
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        Ridge(alpha=[1.0, 2.0, 3.0]).fit(X, Y)
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        Ridge(alpha=[1.0, 2.0]).fit(X, Y[:, 0])


@pytest.mark.parametrize("alpha", [-1.0, np.nan])
def test_a_penalty_that_is_not_one_is_refused(alpha):
    with pytest.raises(ValueError, match=r"alpha is .* must be >= 0"):
        Ridge(alpha=alpha).fit(np.eye(3), np.ones(3))


def test_no_penalty_is_least_squares_even_without_full_rank():
    X, y, _ = problem(8, 10, 3)
    X = np.column_stack([X, X[:, 0]])
    expected = np.linalg.lstsq(X, y)[0]
    assert_allclose(Ridge(alpha=0).fit(X, y).coef_, expected, rtol=1e-9)


@parametrize_with_checks([Ridge(), Ridge(alpha=10.0, fit_intercept=False)])
def test_estimator_contract(estimator, check):
    check(estimator)


def test_works_with_scikit_learns_tools():
    X, y, _ = problem(9, 60, 4)
    grid = {"ridge__alpha": np.logspace(-2, 3, 6)}
    ours, theirs = (
        GridSearchCV(make_pipeline(StandardScaler(), cls()), grid, cv=4, n_jobs=1).fit(X, y)
        for cls in (Ridge, sklearn.linear_model.Ridge)
    )
    assert_allclose(ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"], rtol=1e-9)
    assert clone(ours.best_estimator_)[1].alpha == theirs.best_params_["ridge__alpha"]


def test_the_estimator_uses_the_function_of_the_module(monkeypatch):
    X, y, _ = problem(10, 30, 2)
    monkeypatch.setattr("abinitio.linear_model.ridge.ridge_coefficients", lambda X, y, alpha: alpha * np.ones(2))
    assert Ridge(alpha=7.0).fit(X, y).coef_.tolist() == [7, 7]
