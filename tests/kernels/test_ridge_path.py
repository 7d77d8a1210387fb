"""Every penalty at once: the path against single fits, leave-one-out against n fits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.functions import gaussian_kernel
from abinitio.kernels.ridge import KernelRidge, kernel_ridge_coefficients
from abinitio.kernels.ridge_path import (
    KernelRidgeCV,
    eigenvectors_above_rounding,
    kernel_ridge_leave_one_out,
    kernel_ridge_path,
)
from abinitio.linear_model.ridge_cv import leave_one_out_squares

ALPHAS = np.geomspace(1e-3, 1e2, 6)
problems = given(seed=st.integers(0, 10**6), n=st.integers(2, 20), log_alpha=st.floats(-3, 3))


def problem(seed, n):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 2))
    return X, gaussian_kernel(X, X, 0.5), rng.standard_normal(n)


@settings(max_examples=40, deadline=None)
@problems
def test_the_path_and_the_left_out_samples_one_by_one(seed, n, log_alpha):
    _, K, y = problem(seed, n)
    alphas = 10.0**log_alpha * np.array([3.0, 1.0, 0.5])  # in any order
    path = [kernel_ridge_coefficients(K, y, alpha) for alpha in alphas]
    assert_allclose(kernel_ridge_path(K, y, alphas), path, rtol=1e-7, atol=1e-7)
    errors = np.empty((3, n))
    for i in range(n):
        rest = np.arange(n) != i
        for j, alpha in enumerate(alphas):
            errors[j, i] = y[i] - K[i, rest] @ kernel_ridge_coefficients(K[np.ix_(rest, rest)], y[rest], alpha)
    assert_allclose(kernel_ridge_leave_one_out(K, y, alphas), np.mean(errors**2, axis=1), rtol=1e-7)


def test_leave_one_out_of_the_linear_kernel_is_that_of_ridge_regression():
    X, _, y = problem(0, 30)
    expected = np.concatenate(list(leave_one_out_squares(X, y[:, None], ALPHAS, None, False))).mean(axis=(0, 1))
    assert_allclose(kernel_ridge_leave_one_out(X @ X.T, y, ALPHAS), expected, rtol=1e-8)


def test_the_limit_of_a_large_penalty_is_the_mean_square():
    _, K, y = problem(1, 15)
    assert_allclose(kernel_ridge_leave_one_out(K, y, np.array([1e9])), np.mean(y**2), rtol=1e-6)


@pytest.mark.parametrize("k", [0, 2])
def test_the_estimator_against_cross_validation_by_scikit_learn(k):
    X, _, y = problem(2, 40)
    y = np.column_stack([y, np.sin(3 * X[:, 0])]) if k else np.sin(3 * X[:, 0]) + 0.1 * y
    model = KernelRidgeCV(ALPHAS, kernel="rbf", gamma=0.5).fit(X, y)
    for alpha, error in zip(ALPHAS, model.leave_one_out_):
        left_out = cross_val_predict(KernelRidge(alpha, kernel="rbf", gamma=0.5), X, y, cv=LeaveOneOut())
        assert error == pytest.approx(np.mean((y - left_out) ** 2), rel=1e-8)
    assert model.alpha_ == ALPHAS[np.argmin(model.leave_one_out_)] and model.best_score_ == -model.leave_one_out_.min()
    single = KernelRidge(model.alpha_, kernel="rbf", gamma=0.5).fit(X, y)
    assert_allclose(model.predict(X), single.predict(X), rtol=1e-8, atol=1e-10)


def test_the_estimator_and_the_readable_functions_agree(monkeypatch):
    X, K, y = problem(3, 30)
    model = KernelRidgeCV(ALPHAS, kernel="rbf", gamma=0.5).fit(X, y)
    assert_allclose(model.leave_one_out_, kernel_ridge_leave_one_out(K, y, ALPHAS), rtol=1e-9)
    monkeypatch.setattr("abinitio.kernels.ridge_path.kernel_ridge_leave_one_out", lambda K, y, alphas: abs(alphas - 1))
    monkeypatch.setattr(
        "abinitio.kernels.ridge_path.kernel_ridge_path", lambda K, y, alphas: np.outer(alphas, np.ones(len(y)))
    )
    other = KernelRidgeCV([0.5, 1.0, 7.0]).fit(X, y)
    assert other.alpha_ == 1 and other.dual_coef_.tolist() == [1] * 30


@pytest.mark.parametrize(("gamma", "few"), [(1.0, True), (3000.0, False)])
def test_few_eigenvectors_of_a_smooth_kernel_do_what_all_of_them_do(gamma, few):
    rng = np.random.default_rng(5)
    X = rng.uniform(0, 3, (300, 1))
    K, y = gaussian_kernel(X, X, gamma), np.sin(4 * X[:, 0]) + 0.1 * rng.standard_normal(300)
    eigenvalues, Q = eigenvectors_above_rounding(K)
    assert (len(eigenvalues) < 60) == few and Q.shape == (300, len(eigenvalues))
    assert_allclose(Q.T @ Q, np.eye(len(eigenvalues)), atol=1e-12)
    assert_allclose((Q * eigenvalues) @ Q.T, K, atol=1e-12)
    alphas = np.geomspace(1e-4, 1e3, 8)
    model = KernelRidgeCV(alphas, kernel="rbf", gamma=gamma).fit(X, y)
    assert_allclose(model.leave_one_out_, kernel_ridge_leave_one_out(K, y, alphas), rtol=1e-8)
    exact = kernel_ridge_path(K, y, alphas)[np.argmin(model.leave_one_out_)]
    assert_allclose(model.dual_coef_, exact, atol=1e-8 * np.abs(exact).max())


def test_a_matrix_that_is_not_semidefinite_has_all_its_eigenvectors():
    K = np.diag([1.0, 1e-3, 1e-6, -1.0, -2.0, -3.0, 0.0, 0.0, 0.0])
    assert eigenvectors_above_rounding(K)[1].shape == (9, 9)


@pytest.mark.parametrize("alphas", [[], [1.0, 0.0], [-1.0], [np.nan], [[1.0, 2.0]]])
def test_alphas_that_make_no_sense_are_refused(alphas):
    with pytest.raises(ValueError, match=r"alphas is .* positive"):
        KernelRidgeCV(alphas).fit(np.eye(3), np.ones(3))


def test_precomputed_and_cloned():
    X, K, y = problem(4, 25)
    by_name = KernelRidgeCV(ALPHAS, kernel="rbf", gamma=0.5).fit(X, y)
    given = clone(KernelRidgeCV(ALPHAS, kernel="precomputed")).fit(K, y)
    assert given.alpha_ == by_name.alpha_
    assert_allclose(given.predict(K[:4]), by_name.predict(X[:4]), rtol=1e-9)


@parametrize_with_checks([KernelRidgeCV(), KernelRidgeCV(kernel="rbf")])
def test_estimator_contract(estimator, check):
    check(estimator)
