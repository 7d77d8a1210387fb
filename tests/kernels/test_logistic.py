"""Kernel logistic regression: conditions of optimality, plain logistic regression on features, Newton's steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels import logistic
from abinitio.kernels.functions import gaussian_kernel, sigmoid_kernel
from abinitio.kernels.logistic import (
    KernelLogisticRegression,
    kernel_logistic_gradient,
    kernel_logistic_loss,
    kernel_logistic_step,
)
from abinitio.kernels.mercer import kernel_features
from abinitio.linear_model import LogisticRegression
from abinitio.linear_model.logistic import logistic_loss, sigmoid

PARTS = (kernel_logistic_loss, kernel_logistic_gradient, kernel_logistic_step)


def problem(seed, n, gamma=0.5):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, 2)), rng.integers(0, 2, n)
    y[:2] = 0, 1
    return X, gaussian_kernel(X, X, gamma), y, rng


def minimum(K, y, alpha, steps=60):
    theta = np.zeros(len(y) + 1)
    for _ in range(steps):
        theta = kernel_logistic_step(theta, K, y, alpha)
    return theta


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 12), alpha=st.floats(0, 3))
def test_the_loss_is_that_of_the_features_and_the_gradient_its_own(seed, n, alpha):
    _, K, y, rng = problem(seed, n)
    theta, Z = rng.standard_normal(n + 1), kernel_features(K)
    in_features = logistic_loss(np.append(Z.T @ theta[:-1], theta[-1]), Z, y, alpha)
    assert kernel_logistic_loss(theta, K, y, alpha) == pytest.approx(in_features, rel=1e-9, abs=1e-12)
    h = 1e-5
    differences = [
        (kernel_logistic_loss(theta + h * e, K, y, alpha) - kernel_logistic_loss(theta - h * e, K, y, alpha)) / (2 * h)
        for e in np.eye(n + 1)
    ]
    assert_allclose(kernel_logistic_gradient(theta, K, y, alpha), differences, rtol=1e-5, atol=1e-8)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(3, 15))
def test_newton_s_step_solves_the_equations_of_newton(seed, n):
    _, K, y, rng = problem(seed, n)
    K, alpha = K + 0.1 * np.eye(n), 0.3
    theta = 0.3 * rng.standard_normal(n + 1)
    p = sigmoid(K @ theta[:-1] + theta[-1])
    K1 = np.column_stack([K, np.ones(n)])
    H = K1.T @ ((p * (1 - p) / n)[:, None] * K1)
    H[:n, :n] += alpha * K
    expected = theta - np.linalg.solve(H, kernel_logistic_gradient(theta, K, y, alpha))
    assert_allclose(kernel_logistic_step(theta, K, y, alpha), expected, rtol=1e-6, atol=1e-7)


def test_at_the_minimum_the_coefficients_are_what_the_probabilities_miss():
    _, K, y, _ = problem(0, 50)
    theta = minimum(K, y, 0.01)
    p = sigmoid(K @ theta[:-1] + theta[-1])
    assert_allclose(theta[:-1], (y - p) / (50 * 0.01), atol=1e-9)
    assert abs(theta[:-1].sum()) < 1e-10 and np.abs(kernel_logistic_gradient(theta, K, y, 0.01)).max() < 1e-10
    best = minimize(kernel_logistic_loss, np.zeros(51), (K, y, 0.01), jac=kernel_logistic_gradient, tol=1e-9)
    assert kernel_logistic_loss(theta, K, y, 0.01) == pytest.approx(best.fun, abs=1e-7)
    assert np.isfinite(kernel_logistic_loss(1e6 * theta, K, y, 0.01))


def test_the_estimator_finds_the_minimum():
    X, K, y, _ = problem(1, 80)
    model = KernelLogisticRegression(C=5.0, gamma=0.5, tol=1e-9).fit(X, y)
    theta = minimum(K, y, 1 / (5.0 * 80))
    assert_allclose(model.decision_function(X), K @ theta[:-1] + theta[-1], atol=1e-5)
    assert_allclose(model.predict_proba(X)[:, 1], sigmoid(K @ theta[:-1] + theta[-1]), atol=1e-6)
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_equal_to_plain_logistic_regression_on_features(classes, weighted):
    X, y = load_iris(return_X_y=True)
    X, y = X[y < classes], y[y < classes]
    s = np.random.default_rng(2).uniform(0, 2, len(y)) if weighted else None
    common = {"C": 2.0, "tol": 1e-9, "max_iter": 1000, "class_weight": {0: 2.0, 1: 0.5} if weighted else None}
    Z = kernel_features(gaussian_kernel(X, X, 0.25))
    ours = KernelLogisticRegression(gamma=0.25, **common).fit(X, y, s)
    assert_allclose(ours.predict_proba(X), LogisticRegression(**common).fit(Z, y, s).predict_proba(Z), atol=1e-5)


def test_the_bayes_rule_of_circles():
    """Radii 1 and 2 with Gaussian spread 0.3, equally frequent: the boundary is near 3/2."""
    rng = np.random.default_rng(3)
    y, angle = rng.integers(0, 2, 600), rng.uniform(0, 2 * np.pi, 600)
    radius = 1 + y + 0.3 * rng.standard_normal(600)
    X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    model = KernelLogisticRegression(C=10.0, gamma=0.5).fit(X[:300], y[:300])
    bayes = np.mean((radius[300:] > 1.5) == y[300:])
    assert model.score(X[300:], y[300:]) > bayes - 3 * np.sqrt(bayes * (1 - bayes) / 300)
    assert LogisticRegression().fit(X[:300], y[:300]).score(X[300:], y[300:]) < 0.65


def test_the_readable_functions_give_the_same_fit_and_wrong_ones_another(monkeypatch):
    X, _, y, _ = problem(4, 40)
    settings = {"C": 3.0, "gamma": 0.5, "tol": 1e-9}
    reference = KernelLogisticRegression(**settings).fit(X, y).decision_function(X)
    for part in PARTS:
        monkeypatch.setattr(logistic, part.__name__, lambda *a, part=part: part(*a))
    readable = KernelLogisticRegression(**settings).fit(X, y)
    assert_allclose(readable.decision_function(X), reference, atol=1e-6)
    assert 2 <= readable.n_iter_[0] < 20
    with pytest.raises(ValueError, match="takes no weights"):
        KernelLogisticRegression().fit(X, y, np.ones(40))
    for part in PARTS[1:]:
        with monkeypatch.context() as patch, pytest.warns(ConvergenceWarning):
            patch.setattr(logistic, part.__name__, lambda *a, part=part: part(*a) + 0.1)
            wrong = KernelLogisticRegression(max_iter=20, **settings).fit(X, y).decision_function(X)
    assert np.abs(wrong - reference).max() > 1e-3  # by the wrong step; the wrong gradient is seen to be none


def test_steps_that_overshoot_are_halved(monkeypatch):
    X, _, y, _ = problem(5, 40)
    reference = KernelLogisticRegression(gamma=0.5, tol=1e-8).fit(X, y).decision_function(X)
    far = lambda theta, K, y, alpha: theta + 5 * (kernel_logistic_step(theta, K, y, alpha) - theta)
    monkeypatch.setattr(logistic, "kernel_logistic_step", far)
    model = KernelLogisticRegression(gamma=0.5, tol=1e-8, max_iter=200).fit(X, y)
    assert_allclose(model.decision_function(X), reference, atol=1e-5)


def test_errors():
    X, _, y, _ = problem(6, 20)
    for C in (0, -1.0, np.inf, np.nan):
        with pytest.raises(ValueError, match=r"C = .* finite number > 0"):
            KernelLogisticRegression(C=C).fit(X, y)
    with pytest.raises(ValueError, match="not positive semidefinite"):
        KernelLogisticRegression(kernel=lambda A, B: sigmoid_kernel(A, B, -1.0, 0.5)).fit(X, y)


@parametrize_with_checks([KernelLogisticRegression(tol=1e-10, max_iter=1000)])
def test_estimator_contract(estimator, check):
    check(estimator)
