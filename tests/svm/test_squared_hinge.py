"""The squared hinge: liblinear's objective, differences, an end after finitely many steps, the duality gap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer
from sklearn.svm import LinearSVC

from abinitio.svm.squared_hinge import (
    squared_hinge_gradient,
    squared_hinge_newton,
    squared_hinge_newton_step,
    squared_hinge_objective,
)


def problem(seed, n=30, d=3):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)), rng.choice([-1, 1], n)
    y[:2] = -1, 1
    return X, y, rng.uniform(0.1, 3, n), rng


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_gradient_is_that_of_the_objective(seed):
    X, y, C, rng = problem(seed)
    theta, h = rng.standard_normal(4), 1e-6
    F = lambda theta: squared_hinge_objective(theta[:3], theta[3], X, y, C)
    dw, db = squared_hinge_gradient(theta[:3], theta[3], X, y, C)
    differences = [(F(theta + h * e) - F(theta - h * e)) / (2 * h) for e in np.eye(4)]
    assert_allclose(np.append(dw, db), differences, rtol=1e-5, atol=1e-4)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_step_ends_at_the_minimum_of_the_samples_inside_their_margin(seed):
    X, y, C, rng = problem(seed)
    w, b = rng.standard_normal(3), rng.standard_normal()
    inside = y * (X @ w + b) < 1
    parabola = lambda t: t[:3] @ t[:3] / 2 + C[inside] @ (1 - y[inside] * (X[inside] @ t[:3] + t[3])) ** 2
    w1, b1 = squared_hinge_newton_step(w, b, X, y, C)
    best = minimize(parabola, np.zeros(4), tol=1e-10)
    assert parabola(np.append(w1, b1)) <= best.fun * (1 + 1e-9)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 40), d=st.integers(1, 20), power=st.integers(-3, 3))
def test_the_walk_goes_down_and_ends_after_a_few_steps_at_a_gradient_of_zero(seed, n, d, power):
    X, y, C, _ = problem(seed, n, d)
    C = C * 10.0**power
    walk = list(squared_hinge_newton(X, y, C))
    values = [squared_hinge_objective(w, b, X, y, C) for w, b in [(np.zeros(d), 0.0), *walk]]
    assert len(walk) < 30 and np.all(np.diff(values) <= 1e-12 * values[0])
    dw, db = squared_hinge_gradient(*walk[-1], X, y, C)
    assert np.abs(np.append(dw, db)).max() < 1e-9 * (2 * C).sum() * np.abs(X).max()


@pytest.mark.parametrize("C", [0.01, 1.0])
def test_liblinear_finds_the_same_minimum(C):
    X, labels = load_breast_cancer(return_X_y=True)
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), 2 * labels - 1
    *_, (w, b) = squared_hinge_newton(X, y, C)
    ours = squared_hinge_objective(w, b, X, y, C)
    # liblinear penalises the intercept by b²/2s², here with s = 10⁴
    wide = LinearSVC(C=C, dual=False, tol=1e-12, max_iter=10**5, intercept_scaling=1e4).fit(X, y)
    assert ours == pytest.approx(squared_hinge_objective(wide.coef_[0], wide.intercept_[0], X, y, C), rel=1e-8)


def test_the_gap_to_the_dual_objective_closes():
    X, y, C, _ = problem(3)
    *_, (w, b) = squared_hinge_newton(X, y, C)
    a = 2 * C * np.maximum(0, 1 - y * (X @ w + b))
    assert_allclose((a * y) @ X, w, atol=1e-12)
    assert abs(a @ y) < 1e-12  # what b asks for
    dual = a.sum() - np.sum(a**2 / (4 * C)) - w @ w / 2
    assert dual == pytest.approx(squared_hinge_objective(w, b, X, y, C), rel=1e-12)


def test_with_no_sample_inside_the_penalty_alone_is_left():
    X, y = np.array([[2.0], [-2.0]]), np.array([1, -1])
    w, b = squared_hinge_newton_step(np.array([5.0]), 0.5, X, y, 1.0)
    assert w.tolist() == [0] and b == 0.5


def test_nothing_that_is_given_is_changed():
    X, y, C, rng = problem(4)
    w, before = rng.standard_normal(3), (X.copy(), y.copy(), C.copy())
    kept = w.copy()
    squared_hinge_newton_step(w, 0.0, X, y, C)
    list(squared_hinge_newton(X, y, C))
    assert all(np.array_equal(*pair) for pair in zip((*before, kept), (X, y, C, w)))
