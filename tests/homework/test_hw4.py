"""Homework 4: the answers to its pen-and-paper problems are what the library computes."""

import numpy as np
import pytest
from scipy.special import expit

from abinitio.homework.hw4_support_vector_machines.problems import value
from abinitio.svm import SVC, SVR, dual_objective, margin_width, smo_step, wanted_intercepts
from abinitio.svm.hard_margin import hard_margin_dual, hard_margin_primal
from abinitio.svm.hinge import hinge_objective


def test_three_points_by_hand_are_the_librarys_machine():
    c, h = 0.3, 0.8
    X, y = np.array([[0.0, 0.0], [1.0, 0.0], [c, h]]), np.array([-1, -1, 1])
    a, _ = hard_margin_dual(X @ X.T, y)
    assert value("multiplier of three points", c=c, h=h) == pytest.approx(a[1], rel=1e-8)
    w, _ = hard_margin_primal(X, y)
    assert a.sum() == pytest.approx(w @ w, rel=1e-8)


def test_an_intercept_by_hand_is_the_librarys():
    u, c = 0.4, 1.0
    x, y = np.array([0.0, u, c]), np.array([-1, -1, 1])
    a, b = hard_margin_dual(np.outer(x, x), y)
    assert value("intercept of three points", u=u, c=c) == pytest.approx(b, rel=1e-8)
    assert a[0] == 0.0, "the sample behind the other one carries no force"


def test_the_dual_of_two_samples_is_the_librarys():
    a, K = np.array([0.7, 0.4]), np.array([[2.0, 0.3], [0.3, 1.5]])
    by_hand = value("dual of two samples", a1=a[0], a2=a[1], K11=K[0, 0], K22=K[1, 1], K12=K[0, 1])
    assert by_hand == pytest.approx(dual_objective(a, K, np.array([1, -1])), rel=1e-12)


def test_step_and_gain_of_a_pair_are_those_of_the_librarys_step():
    rng = np.random.default_rng(0)
    Z, y = rng.normal(size=(6, 3)), np.array([1, -1, 1, -1, 1, -1])
    K, a, C, (i, j) = Z @ Z.T, np.full(6, 50.0), 100.0, (0, 3)
    b = wanted_intercepts(a, K, y)
    i, j = (i, j) if b[i] > b[j] else (j, i)
    numbers = {"bi": b[i], "bj": b[j], "Kii": K[i, i], "Kjj": K[j, j], "Kij": K[i, j]}
    after = smo_step(a, K, y, C, i, j)
    assert 0 < after[i] < C and 0 < after[j] < C, "no wall cuts this step"
    assert value("step of a pair", **numbers) == pytest.approx((after - a)[i] * y[i], rel=1e-10)
    rise = dual_objective(after, K, y) - dual_objective(a, K, y)
    assert value("gain of a pair", **numbers) == pytest.approx(rise, rel=1e-6)


def test_the_street_of_two_points_is_that_of_the_quadratic_program():
    r, gamma, y = 1.3, 0.7, np.array([1, -1])
    k = np.exp(-gamma * r**2)
    K = np.array([[1.0, k], [k, 1.0]])
    a, _ = hard_margin_dual(K, y)
    assert value("squared street of two points", r=r, gamma=gamma) == pytest.approx(margin_width(a, K, y) ** 2)


def test_the_street_for_a_small_price_is_that_of_a_fit():
    rng, n, C = np.random.default_rng(1), 20, 1e-7
    X, y = np.vstack([rng.normal(size=(n, 3)), 2 + rng.normal(size=(n, 3))]), np.repeat([0, 1], n)
    r = np.linalg.norm(X[:n].mean(axis=0) - X[n:].mean(axis=0))
    model = SVC(C=C, kernel="linear", tol=1e-9).fit(X, y)
    assert value("street for a small C", n=n, r=r, C=C) == pytest.approx(2 / np.linalg.norm(model.coef_), rel=1e-6)


def test_the_tube_of_two_points_is_that_of_a_fit():
    X, y, epsilon, gamma = np.array([[0.0], [1.3]]), np.array([0.3, 1.9]), 0.25, 0.7
    model = SVR(C=1e3, epsilon=epsilon, gamma=gamma, tol=1e-10).fit(X, y)
    by_hand = value("tube of two points", D=np.ptp(y), epsilon=epsilon, k=np.exp(-gamma * 1.3**2))
    np.testing.assert_allclose(model.dual_coef_[0], [-by_hand, by_hand], rtol=1e-8)


@pytest.mark.parametrize("z", [-0.7, 0.9, 1.4])
def test_the_slope_of_the_smoothed_hinge_is_its_derivative_and_tends_to_the_hinges(z):
    mu, h = 0.3, 1e-6
    loss = lambda z: mu * np.logaddexp(0, (1 - z) / mu)
    slope = value("slope of a smoothed hinge", z=z, mu=mu)
    assert slope == pytest.approx((loss(z + h) - loss(z - h)) / (2 * h), rel=1e-6)
    assert slope == pytest.approx(-expit((1 - z) / mu), rel=1e-12)
    one, X, y = np.zeros(1), np.ones((1, 1)), np.ones(1)
    hinge = lambda b: hinge_objective(one, b, X, y, 1.0)  # w = 0: b is the score z
    sharp = value("slope of a smoothed hinge", z=z, mu=1e-3)
    assert sharp == pytest.approx((hinge(z + h) - hinge(z - h)) / (2 * h), abs=1e-9)
