"""The L2 minimum: the conditions of optimality, Newton, the frequencies, and float32 that leaves no trace."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.linear_model import smooth_logistic as module
from abinitio.linear_model.logistic import logistic_gradient, logistic_hessian
from abinitio.linear_model.multinomial import cross_entropy_gradient, softmax
from abinitio.linear_model.smooth_logistic import class_frequencies, curvature, penalised, smooth_minimum
from abinitio.optimize.newton import newton


def problem(K, n=300, d=6, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) @ np.diag(np.geomspace(0.01, 100, d)) + 5
    Z = (X - 5) @ np.diag(np.geomspace(100, 0.01, d)) @ rng.standard_normal((d, K))
    return X, (Z + rng.gumbel(size=Z.shape)).argmax(axis=1)


def gradient(theta, X, y, alpha):
    return (logistic_gradient if theta.ndim == 1 else cross_entropy_gradient)(theta, X, y, alpha)


@pytest.mark.parametrize("K", [2, 4])
@pytest.mark.parametrize("alpha", [0.0, 0.003, 10.0])
@pytest.mark.parametrize("large", [0, 10**9], ids=["float32 first", "float64"])
def test_the_gradient_is_as_small_as_asked_for(K, alpha, large, monkeypatch):
    monkeypatch.setattr(module, "LARGE", large)
    X, y = problem(K)
    s = np.full(300, 1 / 300)
    for tol in (1e-3, 1e-6):
        best = smooth_minimum(X, y, s, alpha, tol, max_iter=500)
        slope = np.abs(gradient(best.theta, X, y, alpha)).max()
        assert slope <= tol
        assert_allclose(slope, best.slope, rtol=1e-3, atol=1e-9)
        assert best.steps < 200


def test_two_classes_end_where_newton_does():
    X, y = problem(2)
    alpha, s = 0.01, np.full(300, 1 / 300)
    walk = newton(lambda t: logistic_gradient(t, X, y, alpha), lambda t: logistic_hessian(t, X, alpha), np.zeros(7))
    for _ in range(30):
        theta = next(walk)
    assert_allclose(smooth_minimum(X, y, s, alpha, 1e-10).theta, theta, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("K", [2, 3])
def test_weights_are_repetitions_and_the_start_does_not_matter(K):
    X, y = problem(K, n=100)
    s = np.random.default_rng(1).integers(1, 4, 100)
    best = smooth_minimum(X, y, s / s.sum(), 0.02, 1e-9, 1000)
    X2, y2 = np.repeat(X, s, axis=0), np.repeat(y, s)
    other = smooth_minimum(X2, y2, np.full(len(y2), 1 / len(y2)), 0.02, 1e-9, 1000, start=best.theta + 0.1)
    assert_allclose(other.theta[:-1], best.theta[:-1], atol=1e-5)
    again = smooth_minimum(X, y, s / s.sum(), 0.02, 2e-9, start=best.theta)
    assert again.steps == 0


@pytest.mark.parametrize("K", [2, 3])
def test_without_an_intercept_it_stays_zero(K):
    X, y = problem(K)
    best = smooth_minimum(X, y, np.full(300, 1 / 300), 0.01, 1e-4, 1000, fit_intercept=False)
    assert np.all(best.theta[-1] == 0)
    assert np.abs(gradient(best.theta, X, y, 0.01)[:-1]).max() <= 1e-4


def test_too_few_steps_are_reported():
    X, y = problem(3)
    best = smooth_minimum(X, y, np.full(300, 1 / 300), 1e-4, 1e-9, max_iter=3)
    assert best.steps == 3 and best.slope > 1e-9


def test_the_start_says_the_frequencies_of_the_classes():
    s, y = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0, 1, 2, 2])
    theta = class_frequencies(np.zeros((4, 2)), y, s, True)
    assert_allclose(softmax(theta[-1]), [0.1, 0.2, 0.7])
    binary = class_frequencies(np.zeros((4, 2)), np.array([0, 1, 1, 1]), s, True)
    assert_allclose(binary, [0, 0, np.log(9)], atol=1e-14)
    assert np.all(class_frequencies(np.zeros((4, 2)), y, s, False) == 0)


def test_the_penalty_and_the_curvature_by_hand():
    value, g = penalised(1.0, np.zeros(3), np.array([2.0, 4.0, 9.0]), 0.5, np.array([1.0, 2.0]))
    assert value == 1 + 0.25 * (4 + 4)
    assert_allclose(g, [1.0, 0.5, 0.0])  # 0.5 w / scale²
    Z = np.array([[-1.0], [1.0]])
    h = curvature(np.array([np.log(3) / 2, np.log(3) / 2]), Z)  # scores 0 and log 3
    assert_allclose(h, np.array([1 / 4, 3 / 16]) + 0.05 * 7 / 32, rtol=1e-6)
    theta = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, np.log(2)]])  # probabilities 1/4, 1/4, 1/2
    assert_allclose(curvature(theta, Z), 1.05 * np.array([[3 / 16, 3 / 16, 1 / 4]] * 2), rtol=1e-6)


@pytest.mark.parametrize("K", [2, 4])
@pytest.mark.parametrize("share", [3, 10**9], ids=["from a share", "from the frequencies"])
def test_the_start_on_a_share_of_the_samples_leaves_no_trace(K, share, monkeypatch):
    monkeypatch.setattr(module, "LARGE", 0)
    monkeypatch.setattr(module, "SHARE", share)
    X, y = problem(K, n=600)
    order = np.argsort(y, kind="stable")  # sorted by class, the worst order for a share taken in blocks
    s = np.random.default_rng(2).random(600)
    best = smooth_minimum(X[order], y[order], s[order] / s.sum(), 0.01, 1e-9, 1000)
    monkeypatch.setattr(module, "LARGE", 10**9)
    other = smooth_minimum(X, y, s / s.sum(), 0.01, 1e-9, 1000)
    assert best.slope <= 1e-9
    assert_allclose(best.theta[:-1], other.theta[:-1], rtol=1e-5, atol=1e-6)


def test_a_class_that_the_share_misses():
    X, y = problem(3, n=60_000)
    y[:: module.SHARE] = np.minimum(y[:: module.SHARE], 1)  # the third class only between the samples of the start
    best = smooth_minimum(X, y, np.full(60_000, 1 / 60_000), 1e-3, 1e-5, 500)
    assert np.abs(gradient(best.theta, X, y, 1e-3)).max() <= 1e-5


@pytest.mark.parametrize("tol", [1e-3, 1e-9])
def test_the_intercepts_of_several_classes_sum_to_zero(tol):
    rng = np.random.default_rng(9)
    X, y = rng.standard_normal((200, 12)), rng.choice(4, 200, p=[0.1, 0.2, 0.3, 0.4])
    theta = smooth_minimum(X, y, np.full(200, 1 / 200), 0.01, tol).theta
    assert_allclose(theta.sum(axis=1), 0, atol=1e-13)  # the loss leaves the common part open: scikit-learn's choice
