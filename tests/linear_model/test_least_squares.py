"""Least squares: normal equations, Gauss-Markov covariance, equivariance, and scikit-learn's contract."""

import itertools

import numpy as np
import pytest
import sklearn.linear_model
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import Parallel, delayed
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.datasets import load_diabetes
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model.least_squares import (
    LinearRegression,
    least_squares,
    least_squares_coefficients,
    mse_gradient,
)
from abinitio.optimize.descent import gradient_descent
from abinitio.optimize.gradient_check import complex_step, gradient_error

problems = given(seed=st.integers(0, 10**6), n=st.integers(8, 40), d=st.integers(1, 5))


def problem(seed, n, d):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, X @ rng.standard_normal(d) + rng.standard_normal(n), rng


@settings(max_examples=50, deadline=None)
@problems
def test_gradient_is_the_derivative_of_the_mean_squared_error(seed, n, d):
    X, y, rng = problem(seed, n, d)
    w = rng.standard_normal(d)
    loss = lambda w: ((y - X @ w) @ (y - X @ w)) / n
    assert_allclose(mse_gradient(w, X, y), complex_step(loss, w), rtol=1e-10, atol=1e-12)
    assert gradient_error(loss, lambda w: mse_gradient(w, X, y), w) < 1e-7
    assert_allclose(mse_gradient(least_squares_coefficients(X, y), X, y), 0, atol=1e-10)


@settings(max_examples=50, deadline=None)
@problems
def test_residuals_are_orthogonal_and_no_other_point_is_better(seed, n, d):
    X, y, rng = problem(seed, n, d)
    w = least_squares_coefficients(X, y)
    assert_allclose(X.T @ (y - X @ w), 0, atol=1e-9)
    step = rng.standard_normal(d)
    excess = np.sum((y - X @ (w + step)) ** 2) - np.sum((y - X @ w) ** 2)
    assert_allclose(excess, np.sum((X @ step) ** 2), rtol=1e-9)  # the paraboloid: Pythagoras
    assert_allclose(w, least_squares(X, y), rtol=1e-8, atol=1e-10)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), scale=st.floats(-1e3, 1e3), shift=st.floats(-1e4, 1e4))
def test_equivariance(seed, scale, shift):
    X, y, rng = problem(seed, 30, 3)
    model, w = LinearRegression().fit(X, y), least_squares(X, y)
    assert_allclose(least_squares(X, scale * y), scale * w, rtol=1e-10, atol=1e-13)
    M = rng.standard_normal((3, 3)) + 3 * np.eye(3)
    assert_allclose(M @ least_squares(X @ M, y), w, rtol=1e-7, atol=1e-9)
    extra = rng.standard_normal(3)
    assert_allclose(least_squares(X, y + X @ extra), w + extra, rtol=1e-9, atol=1e-10)
    moved = LinearRegression().fit(X + shift, y)
    assert_allclose(moved.coef_, model.coef_, rtol=1e-9, atol=1e-10)
    assert_allclose(moved.predict(X + shift), model.predict(X), atol=1e-9)
    lifted = LinearRegression().fit(X, y + shift)
    assert_allclose(lifted.intercept_, model.intercept_ + shift, rtol=1e-10, atol=1e-9)


def test_gauss_markov_covariance():
    """Over repeated noise of variance s² the estimate is unbiased with covariance s² (XᵀX)⁻¹."""
    rng, n, d, s, repeats = np.random.default_rng(0), 25, 3, 0.7, 20000
    X, truth = rng.standard_normal((n, d)) @ np.array([[1, 0.8, 0], [0, 1, 0], [0, 0, 2.0]]), np.array([1.0, -2.0, 0.5])
    w = least_squares(X, (X @ truth)[:, None] + s * rng.standard_normal((n, repeats))).T
    C = s**2 * np.linalg.inv(X.T @ X)
    assert np.all(np.abs(w.mean(axis=0) - truth) < 4 * np.sqrt(C.diagonal() / repeats))
    error = np.sqrt((C**2 + np.outer(C.diagonal(), C.diagonal())) / repeats)  # of a covariance of Gaussians
    assert np.all(np.abs(np.cov(w.T) - C) < 4 * error)
    residual_variance = np.var(X @ w.T - (X @ truth)[:, None]) * n / d  # E|X(w - truth)|² = d s²
    assert abs(residual_variance - s**2) < 4 * s**2 * np.sqrt(2 / (d * repeats))


def test_gradient_descent_arrives_at_the_exact_solution():
    X, y, _ = problem(1, 50, 4)
    eigenvalues = np.linalg.eigvalsh(2 / 50 * X.T @ X)
    walk = gradient_descent(lambda w: mse_gradient(w, X, y), np.zeros(4), 2 / (eigenvalues[0] + eigenvalues[-1]))
    *_, end = itertools.islice(walk, 300)
    assert_allclose(end, least_squares_coefficients(X, y), rtol=1e-12)


def test_singular_normal_equations_are_an_error_and_least_squares_is_not():
    X, y = np.array([[1.0, 1.0], [2.0, 2.0]]), np.array([2.0, 4.0])
    with pytest.raises(np.linalg.LinAlgError):
        least_squares_coefficients(X, y)
    assert_allclose(least_squares(X, y), [1.0, 1.0])


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("k", [0, 2])
@pytest.mark.parametrize("shape", [(60, 5), (5, 60), (30000, 6)])
def test_equal_to_scikit_learn(weighted, fit_intercept, k, shape):
    rng = np.random.default_rng(2)
    X, s = rng.standard_normal(shape) + 2, rng.uniform(size=shape[0]) if weighted else None
    y = rng.standard_normal((shape[0], k) if k else shape[0])
    ours = LinearRegression(fit_intercept=fit_intercept).fit(X, y, s)
    theirs = sklearn.linear_model.LinearRegression(fit_intercept=fit_intercept).fit(X, y, s)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-10, atol=1e-12)
    assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-10, atol=1e-12)
    assert_allclose(ours.score(X, y, s), theirs.score(X, y, s), rtol=1e-10)


def test_diabetes():
    X, y = load_diabetes(return_X_y=True)
    ours, theirs = (cls().fit(X, y) for cls in (LinearRegression, sklearn.linear_model.LinearRegression))
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-10)


@parametrize_with_checks([LinearRegression(), LinearRegression(fit_intercept=False)])
def test_estimator_contract(estimator, check):
    check(estimator)


def test_works_with_scikit_learns_tools():
    X, y, _ = problem(3, 60, 2)
    pipeline = make_pipeline(PolynomialFeatures(include_bias=False), LinearRegression())
    grid = {"polynomialfeatures__degree": [1, 2, 3], "linearregression__fit_intercept": [True, False]}
    search = GridSearchCV(pipeline, grid, cv=3).fit(X, y)
    peer = clone(pipeline).set_params(linearregression=sklearn.linear_model.LinearRegression())
    assert_allclose(
        search.cv_results_["mean_test_score"], GridSearchCV(peer, grid, cv=3).fit(X, y).cv_results_["mean_test_score"]
    )
    fits = Parallel(n_jobs=2, prefer="threads")(delayed(clone(pipeline).fit)(X, y + i) for i in range(3))
    assert_allclose(fits[2].predict(X), fits[0].predict(X) + 2, rtol=1e-9)


def test_the_estimator_uses_the_function_of_the_module(monkeypatch):
    X, y, _ = problem(4, 30, 2)
    monkeypatch.setitem(least_squares.__globals__, "least_squares_coefficients", lambda X, y: np.array([3, 4]))
    assert LinearRegression().fit(X, y).coef_.tolist() == [3, 4]
