"""Kernel ridge regression: normal equations, ridge regression in feature space, limits, scikit-learn."""

import numpy as np
import pytest
import sklearn.kernel_ridge
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.functions import gaussian_kernel, linear_kernel, matern_kernel
from abinitio.kernels.mercer import kernel_features
from abinitio.kernels.ridge import (
    KernelRidge,
    kernel_predictions,
    kernel_ridge_coefficients,
    kernel_ridge_with_intercept,
)
from abinitio.kernels.rkhs import penalised_squares
from abinitio.linear_model import Ridge
from abinitio.linear_model.ridge import ridge_coefficients

problems = given(seed=st.integers(0, 10**6), n=st.integers(2, 25), log_alpha=st.floats(-3, 3))


def problem(seed, n, d=2):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, gaussian_kernel(X, X, 0.5), rng.standard_normal(n), rng


@settings(max_examples=40, deadline=None)
@problems
def test_the_minimum_of_the_penalised_squares(seed, n, log_alpha):
    _, K, y, rng = problem(seed, n)
    alpha = 10.0**log_alpha
    a = kernel_ridge_coefficients(K, y, alpha)
    assert_allclose(K @ a + alpha * a, y, atol=1e-9)
    least = penalised_squares(a, K, y, alpha)
    assert least == pytest.approx(alpha * y @ a, rel=1e-6)  # the value at the minimum
    for _ in range(5):
        assert penalised_squares(a + 0.1 * rng.standard_normal(n), K, y, alpha) >= least - 1e-12
    assert_allclose(kernel_ridge_coefficients.fast(K, y, alpha), a, rtol=1e-7, atol=1e-7)


@settings(max_examples=40, deadline=None)
@problems
def test_ridge_regression_on_the_kernel_s_features(seed, n, log_alpha):
    X, K, y, _ = problem(seed, n)
    alpha = 10.0**log_alpha
    Z = kernel_features(K)
    a, w = kernel_ridge_coefficients(K, y, alpha), ridge_coefficients(Z, y, alpha)
    assert_allclose(K @ a, Z @ w, atol=1e-7)
    a = kernel_ridge_coefficients(linear_kernel(X, X), y, alpha)
    assert_allclose(linear_kernel(X[:2], X) @ a, X[:2] @ ridge_coefficients(X, y, alpha), atol=1e-6)


@settings(max_examples=30, deadline=None)
@problems
def test_an_intercept_as_in_ridge_regression(seed, n, log_alpha):
    _, K, y, _ = problem(seed, n)
    alpha = 10.0**log_alpha
    a, b = kernel_ridge_with_intercept(K, y + 50, alpha)
    ridge = Ridge(alpha).fit(kernel_features(K), y + 50)
    assert abs(a.sum()) < 1e-8 * max(1, np.abs(a).max())
    assert_allclose(K @ a + b, ridge.predict(kernel_features(K)), rtol=1e-7)


def test_no_penalty_interpolates_and_an_infinite_one_gives_zero():
    X, _, y, _ = problem(0, 30)
    K = matern_kernel(X, X, 1.0, 0.5)
    assert_allclose(K @ kernel_ridge_coefficients(K, y, 1e-11), y, atol=1e-8)
    assert_allclose(1e9 * kernel_ridge_coefficients(K, y, 1e9), y, rtol=1e-6)
    assert_allclose(KernelRidge(alpha=0, kernel="rbf", gamma=0.5).fit(X, y).predict(X), y, atol=1e-5)


def test_the_risk_over_repeated_noise_is_what_theory_says():
    """E|Ka - f|² = s² Σ (λ/(λ+α))² + α² Σ (qᵀf)²/(λ+α)²: variance and squared bias."""
    X, K, _, rng = problem(1, 25)
    f, s, alpha, repeats = np.sin(2 * X[:, 0]), 0.5, 0.3, 4000
    values = np.array(
        [K @ kernel_ridge_coefficients(K, f + s * rng.standard_normal(25), alpha) for _ in range(repeats)]
    )
    squares = np.sum((values - f) ** 2, axis=1)
    eigenvalues, Q = np.linalg.eigh(K)
    shrink = eigenvalues / (eigenvalues + alpha)
    risk = s**2 * np.sum(shrink**2) + np.sum(((1 - shrink) * (Q.T @ f)) ** 2)
    assert abs(squares.mean() - risk) < 4 * squares.std() / np.sqrt(repeats)


@pytest.mark.parametrize("k", [0, 3])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kernel", ["linear", "poly", "polynomial", "rbf", "laplacian", "precomputed"])
@pytest.mark.parametrize("n", [40, 320])
def test_equal_to_scikit_learn(n, kernel, weighted, k):
    rng = np.random.default_rng(2)
    X, Q = rng.standard_normal((n, 4)), rng.standard_normal((7, 4))
    y, s = rng.standard_normal((n, k) if k else n), rng.uniform(0, 2, n) if weighted else None
    if kernel == "precomputed":
        X, Q = gaussian_kernel(X, X, 0.2), gaussian_kernel(Q, X, 0.2)
    settings = {"alpha": 0.3, "kernel": kernel, "gamma": 0.2, "degree": 2, "coef0": 0.5}
    ours, theirs = (cls(**settings).fit(X, y, s) for cls in (KernelRidge, sklearn.kernel_ridge.KernelRidge))
    assert_allclose(ours.dual_coef_, theirs.dual_coef_, rtol=1e-7, atol=1e-9)
    assert_allclose(ours.predict(Q), theirs.predict(Q), rtol=1e-8, atol=1e-9)


def test_one_alpha_for_each_target():
    X, _, _, rng = problem(3, 30)
    Y, alphas = rng.standard_normal((30, 2)), [0.01, 5.0]
    model = KernelRidge(alphas, kernel="rbf").fit(X, Y)
    theirs = sklearn.kernel_ridge.KernelRidge(alphas, kernel="rbf").fit(X, Y)
    assert_allclose(model.dual_coef_, theirs.dual_coef_, rtol=1e-7)
    for wrong in ([1.0, 2.0, 3.0], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match="one alpha, or one for each target"):
            KernelRidge(wrong).fit(X, Y)


def test_queries_are_rows():
    X, K, y, rng = problem(4, 30)
    a, Q = kernel_ridge_coefficients(K, y, 0.1), rng.standard_normal((30, 2))
    ours = kernel_predictions(gaussian_kernel(Q, X, 0.5), a)
    by_hand = [sum(a[j] * np.exp(-0.5 * np.sum((q - X[j]) ** 2)) for j in range(30)) for q in Q]
    assert_allclose(ours, by_hand, rtol=1e-10, atol=1e-12)
    assert np.abs(ours - kernel_predictions(gaussian_kernel(X, Q, 0.5), a)).max() > 0.1  # the transposed one differs


def test_weights_are_repetitions():
    X, _, y, rng = problem(5, 20)
    s = rng.integers(0, 4, 20)
    weighted = KernelRidge(0.4, kernel="rbf").fit(X, y, s)
    repeated = KernelRidge(0.4, kernel="rbf").fit(np.repeat(X, s, axis=0), np.repeat(y, s))
    assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-9)


@pytest.mark.parametrize("alpha", [-1.0, np.nan])
def test_a_penalty_that_is_not_one_is_refused(alpha):
    with pytest.raises(ValueError, match=r"alpha is .* must be >= 0"):
        KernelRidge(alpha=alpha).fit(np.eye(3), np.ones(3))


@parametrize_with_checks([KernelRidge(), KernelRidge(alpha=0.1, kernel="rbf"), KernelRidge(kernel="precomputed")])
def test_estimator_contract(estimator, check):
    check(estimator)


def test_works_with_scikit_learns_tools():
    X, K, y, _ = problem(6, 60)
    grid = {"alpha": [0.1, 1.0], "gamma": [0.1, 1.0]}
    ours, theirs = (
        GridSearchCV(cls(kernel="rbf"), grid, cv=4).fit(X, y) for cls in (KernelRidge, sklearn.kernel_ridge.KernelRidge)
    )
    assert_allclose(ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"], rtol=1e-8)
    by_name = cross_val_score(clone(KernelRidge(kernel="rbf", gamma=0.5)), X, y)
    assert_allclose(cross_val_score(KernelRidge(kernel="precomputed"), K, y), by_name, rtol=1e-9)


def test_the_estimator_uses_the_functions_of_the_module(monkeypatch):
    X, _, y, _ = problem(7, 10)
    monkeypatch.setattr("abinitio.kernels.ridge.kernel_ridge_coefficients", lambda K, y, alpha: alpha * np.ones(10))
    assert KernelRidge(alpha=7.0).fit(X, y).dual_coef_.tolist() == [7] * 10
    monkeypatch.setattr("abinitio.kernels.ridge.kernel_predictions", lambda K, a: a[: len(K)])
    assert KernelRidge(alpha=7.0).fit(X, y).predict(X[:3]).tolist() == [7] * 3
