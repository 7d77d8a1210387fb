"""Binary logistic regression: the complex step, convexity, separation, and every optimiser at the same minimum."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.linear_model.logistic import logistic_gradient, logistic_hessian, logistic_loss, sigmoid
from abinitio.optimize.bfgs import bfgs, lbfgs
from abinitio.optimize.descent import gradient_descent
from abinitio.optimize.gradient_check import complex_step
from abinitio.optimize.newton import damped_newton, newton
from abinitio.optimize.stochastic import stochastic_gradient_descent


def problem(n=80, d=4, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    z = X @ rng.standard_normal(d) + 0.5
    return X, (rng.random(n) < 1 / (1 + np.exp(-z))).astype(int)


def complex_loss(theta, X, y, alpha):  # the definition, in analytic operations
    z = X @ theta[:-1] + theta[-1]
    return np.mean(np.log(1 + np.exp(z)) - y * z) + alpha / 2 * theta[:-1] @ theta[:-1]


def minimum(X, y, alpha):
    *_, theta = islice(newton(lambda t: logistic_gradient(t, X, y, alpha), lambda t: logistic_hessian(t, X, alpha),
                              np.zeros(X.shape[1] + 1)), 20)  # fmt: skip
    return theta


def test_sigmoid_is_accurate_everywhere():
    z = np.array([-700.0, -40.0, -1.0, 0.0, 1.0, 40.0, 700.0, 1e4, -1e4])
    p = sigmoid(z)
    assert_allclose(p[:5], np.exp(z[:5]) / (1 + np.exp(z[:5])), rtol=1e-14)
    assert_allclose(p + sigmoid(-z), 1, rtol=1e-15)
    assert p[-1] == 0 and p[-2] == 1
    assert sigmoid(0.0) == 0.5 and sigmoid(np.float32(1)).dtype == np.float32
    assert np.isnan(sigmoid(np.nan))


@pytest.mark.parametrize("alpha", [0.0, 0.3])
def test_gradient_and_hessian_are_the_complex_steps(alpha):
    X, y = problem()
    theta = np.random.default_rng(1).standard_normal(5)
    assert_allclose(logistic_loss(theta, X, y, alpha), complex_loss(theta, X, y, alpha), rtol=1e-14)
    gradient = complex_step(lambda t: complex_loss(t, X, y, alpha), theta)
    assert_allclose(logistic_gradient(theta, X, y, alpha), gradient, rtol=1e-12)
    z = lambda t: X @ t[:-1] + t[-1]
    rows = [
        complex_step(lambda t, j=j: np.mean((1 / (1 + np.exp(-z(t))) - y) * np.append(X, np.ones((80, 1)), 1)[:, j])
                     + alpha * t[j] * (j < 4), theta)
        for j in range(5)
    ]  # fmt: skip
    assert_allclose(logistic_hessian(theta, X, alpha), rows, rtol=1e-12, atol=1e-15)


def test_the_hessian_is_positive_semidefinite_and_at_most_a_quarter_of_the_gram_matrix():
    X, _ = problem()
    X1 = np.column_stack([X, np.ones(80)])
    for scale in (0.0, 1.0, 10.0):
        H = logistic_hessian(scale * np.arange(5.0), X, 0.0)
        assert np.linalg.eigvalsh(H)[0] > -1e-15
        assert np.linalg.eigvalsh(X1.T @ X1 / 320 - H)[0] > -1e-12


def test_large_scores_neither_overflow_nor_lose_the_loss():
    X, y = np.array([[1.0], [1.0]]), np.array([0, 1])
    for scale in (50.0, 1e3, 1e150):
        assert_allclose(logistic_loss(np.array([scale, 0.0]), X, y, 0.0), scale / 2, rtol=1e-14)
    assert_array_equal(logistic_gradient(np.array([1e3, 0.0]), X, y, 0.0), [0.5, 0.5])


def test_without_features_the_answer_is_the_log_odds():
    y = np.array([0, 1, 1, 1])
    theta = minimum(np.zeros((4, 0)), y, 0.0)
    assert_allclose(theta, np.log(3))
    assert_allclose(logistic_loss(theta, np.zeros((4, 0)), y, 0.0), np.log(4) - 0.75 * np.log(3))


def test_every_optimiser_ends_at_the_same_minimum():
    X, y = problem()
    alpha = 0.05
    best = minimum(X, y, alpha)
    f = lambda t: (float(logistic_loss(t, X, y, alpha)), logistic_gradient(t, X, y, alpha))
    assert np.abs(f(best)[1]).max() < 1e-14
    for walk in (bfgs(f, np.zeros(5)), lbfgs(f, np.zeros(5)),
                 damped_newton(f, lambda t: logistic_hessian(t, X, alpha), np.zeros(5))):  # fmt: skip
        *_, last = walk
        assert_allclose(last.w, best, atol=2e-7)
    L = np.linalg.eigvalsh(logistic_hessian(np.zeros(5), X, alpha))[-1]  # the curvature is largest at 0
    *_, last = islice(gradient_descent(lambda t: f(t)[1], np.zeros(5), 1 / L), 1000)
    assert_allclose(last, best, atol=1e-6)
    batch = lambda t, i: logistic_gradient(t, X[i], y[i], alpha)
    rate = lambda t: 2 / (alpha * t + 2 * L)
    *_, last = islice(stochastic_gradient_descent(batch, np.zeros(5), 80, 8, rate, np.random.default_rng(0)), 20_000)
    assert f(last)[0] - f(best)[0] < 1e-3


def test_at_the_minimum_without_penalty_the_model_keeps_the_means_of_the_data():
    X, y = problem(n=200)
    theta = minimum(X, y, 0.0)
    p = sigmoid(X @ theta[:-1] + theta[-1])
    assert_allclose(p.mean(), y.mean(), rtol=1e-12)
    assert_allclose(p @ X, y @ X, rtol=1e-9, atol=1e-9)


def test_separable_classes_have_no_minimum():
    X, y = np.array([[-2.0], [-1.0], [1.0], [3.0]]), np.array([0, 0, 1, 1])
    gradient = lambda t: logistic_gradient(t, X, y, 0.0)
    walk = np.array(list(islice(gradient_descent(gradient, np.zeros(2), 1.0), 2000)))
    norms, losses = np.abs(walk[:, 0]), [logistic_loss(t, X, y, 0.0) for t in walk]
    assert np.all(np.diff(norms) > 0) and np.all(np.diff(losses) < 0)
    # with margin 1, |w| grows like log(t): equal gains for every doubling of t
    assert_allclose(np.diff(norms[[249, 499, 999, 1999]]), np.log(2), rtol=0.05)
    penalised = [abs(minimum(X, y, alpha)[0]) for alpha in (1.0, 0.1, 0.01, 0.001)]
    assert np.all(np.diff(penalised) > 0.4)


def test_the_intercept_is_not_penalised():
    X, y = problem()
    theta = minimum(X, y, 1e6)
    assert_allclose(theta[:-1], 0, atol=1e-6)
    assert_allclose(theta[-1], np.log(y.mean() / (1 - y.mean())), atol=1e-5)


def test_inputs_stay_as_they_are():
    X, y = problem()
    theta = np.ones(5)
    logistic_gradient(theta, X, y, 1.0), logistic_hessian(theta, X, 1.0)
    assert_array_equal(theta, 1)
    assert_array_equal(X, problem()[0])
