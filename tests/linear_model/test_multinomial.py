"""Softmax regression: the complex step, convexity, invariances, two classes as the binary model, the minimum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.linear_model.logistic import logistic_gradient, logistic_loss
from abinitio.linear_model.multinomial import (
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_hessian,
    log_sum_exp,
    softmax,
)
from abinitio.optimize.bfgs import lbfgs
from abinitio.optimize.gradient_check import complex_step
from abinitio.optimize.newton import damped_newton


def problem(n=60, d=3, K=4, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)), rng.integers(0, K, n), rng.standard_normal((d + 1, K))


def complex_loss(theta, X, y, alpha):
    Z = X @ theta[:-1] + theta[-1]
    return np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(y)), y]) + alpha / 2 * np.sum(theta[:-1] ** 2)


@given(arrays(float, (3, 4), elements=st.floats(-1e6, 1e6)), st.floats(-1e6, 1e6))
def test_softmax_is_a_distribution_that_a_common_shift_does_not_change(Z, shift):
    P = softmax(Z)
    assert np.all(P >= 0)
    assert_allclose(P.sum(axis=-1), 1, rtol=1e-14)
    assert_allclose(softmax(Z + shift), P, rtol=1e-8, atol=1e-9)
    top = Z.max(axis=-1)
    assert np.all(log_sum_exp(Z) >= top) and np.all(log_sum_exp(Z) <= top + np.log(4) + 1e-9)


def test_softmax_and_log_sum_exp_on_any_shape():
    assert_allclose(softmax(np.log([1.0, 2.0, 5.0])), [0.125, 0.25, 0.625])
    assert softmax(np.zeros((2, 3, 5))).shape == (2, 3, 5) and log_sum_exp(np.zeros((2, 3, 5))).shape == (2, 3)
    assert_allclose(log_sum_exp(np.array([[1e308, 0.0], [-1e308, -1e308]])), [1e308, -1e308])
    assert softmax(np.zeros(2, np.float32)).dtype == np.float32


@pytest.mark.parametrize("alpha", [0.0, 0.3])
def test_gradient_and_hessian(alpha):
    X, y, theta = problem()
    assert_allclose(cross_entropy(theta, X, y, alpha), complex_loss(theta, X, y, alpha), rtol=1e-14)
    gradient = cross_entropy_gradient(theta, X, y, alpha)
    assert_allclose(gradient, complex_step(lambda t: complex_loss(t, X, y, alpha), theta), rtol=1e-11, atol=1e-16)
    assert_allclose(gradient[-1].sum(), 0, atol=1e-15)  # one derivative a class; only their sum vanishes
    assert np.abs(gradient[-1]).max() > 1e-3
    H = cross_entropy_hessian(theta, X, alpha)
    for i, direction in enumerate(np.eye(16).reshape(16, 4, 4)):
        difference = cross_entropy_gradient(theta + 1e-5 * direction, X, y, alpha)
        difference -= cross_entropy_gradient(theta - 1e-5 * direction, X, y, alpha)
        assert_allclose(H[i], difference.ravel() / 2e-5, atol=1e-9)


def test_the_hessian_is_positive_semidefinite_flat_along_the_intercepts_and_under_boehnings_bound():
    X, _, theta = problem()
    H = cross_entropy_hessian(theta, X, 0.0)
    assert_array_equal(np.round(H - H.T, 15), 0)
    assert np.linalg.eigvalsh(H)[0] > -1e-15
    common = np.zeros((4, 4))
    common[-1] = 1
    assert_allclose(H @ common.ravel(), 0, atol=1e-15)
    X1 = np.column_stack([X, np.ones(60)])
    bound = np.kron(X1.T @ X1 / 60, (np.eye(4) - 1 / 4) / 2)
    assert np.linalg.eigvalsh(bound - H)[0] > -1e-12


def test_two_classes_are_the_binary_model():
    X, y, theta = problem(K=2)
    difference = theta[:, 1] - theta[:, 0]
    assert_allclose(cross_entropy(theta, X, y, 0.0), logistic_loss(difference, X, y, 0.0))
    gradient = cross_entropy_gradient(theta, X, y, 0.0)
    assert_allclose(gradient[:, 1], logistic_gradient(difference, X, y, 0.0))
    assert_allclose(gradient[:, 0], -gradient[:, 1])


def test_large_scores_give_the_exact_loss():
    X, y = np.ones((1, 1)), np.array([1])
    theta = np.array([[800.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert cross_entropy(theta, X, y, 0.0) == 800
    assert_allclose(cross_entropy_gradient(theta, X, y, 0.0)[1], [1, -1, 0], atol=1e-300)


def test_newton_and_lbfgs_meet_where_the_conditions_of_optimality_hold():
    X, y, _ = problem()
    alpha, shape = 0.02, (4, 4)
    f = lambda t: (
        float(cross_entropy(t.reshape(shape), X, y, alpha)),
        cross_entropy_gradient(t.reshape(shape), X, y, alpha).ravel(),
    )
    *_, first = damped_newton(f, lambda t: cross_entropy_hessian(t.reshape(shape), X, alpha), np.zeros(16))
    *_, second = lbfgs(f, np.zeros(16))
    assert np.abs(first.gradient).max() < 1e-7
    theta = first.w.reshape(shape)
    assert_allclose(second.w.reshape(shape)[:-1], theta[:-1], atol=1e-5)
    assert_allclose(theta[:-1].sum(axis=1), 0, atol=1e-6)  # the penalty fixes what the loss leaves free
    P, Y = softmax(X @ theta[:-1] + theta[-1]), np.eye(4)[y]
    assert_allclose(P.mean(axis=0), Y.mean(axis=0), atol=1e-7)  # the intercepts keep the frequencies of the classes
    assert_allclose(X.T @ (Y - P) / len(y), alpha * theta[:-1], atol=1e-6)
