"""The method of multipliers: a gap that proves the minimum, liblinear, the quadratic program, the smooth problems."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize, minimize_scalar
from sklearn.svm import LinearSVC, LinearSVR

from abinitio.svm.augmented_lagrangian import (
    augmented_lagrangian,
    best_multipliers,
    squared_losses,
    squared_minimum,
)
from abinitio.svm.hinge import hinge_objective
from abinitio.svm.signed_dual import classification_problem, regression_problem, total_loss
from abinitio.svm.squared_hinge import squared_hinge_objective


def problem(seed, n=60, d=4):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)), rng.choice([-1, 1], n), rng.uniform(0.1, 3, n), rng


def solve(X, losses, width=1.0, accuracy=1e-11):
    return next(s for s in augmented_lagrangian(X, losses, np.zeros(X.shape[1]), width) if s.gap <= accuracy)


def kinds(y, C, rng):
    """Hinge losses of y, and a tube and absolute values around random targets."""
    targets = rng.standard_normal(len(y))
    return classification_problem(y, C), regression_problem(targets, C, 0.3), regression_problem(targets, C, 0.0)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 50), d=st.integers(1, 8), power=st.integers(-3, 3))
def test_the_gap_closes_and_is_between_a_bound_and_an_objective(seed, n, d, power):
    X, y, C, rng = problem(seed, n, d)
    for losses in kinds(y, C * 10.0**power, rng):
        F = lambda w, losses=losses: w @ w / 2 + total_loss(losses.targets - X @ w, losses)
        scale = F(np.zeros(d))
        s = solve(X, losses, accuracy=1e-9 * scale)
        assert np.all((s.p >= losses.lower) & (s.p <= losses.upper))
        v = X.T @ s.p
        dual = losses.targets @ s.p - losses.epsilon * np.abs(s.p).sum() - v @ v / 2
        assert s.objective == pytest.approx(F(s.w), abs=1e-12 * scale)
        assert s.gap == pytest.approx(F(s.w) - dual, abs=1e-11 * scale) and s.gap >= -1e-12 * scale
        for _ in range(10):
            assert F(s.w + 0.1 * rng.standard_normal(d)) >= dual - 1e-12 * scale


def test_liblinear_and_a_quadratic_program_find_the_same_minimum():
    X, y, C, _ = problem(0)
    s = solve(X, classification_problem(y, C))
    model = LinearSVC(loss="hinge", fit_intercept=False, tol=1e-10, max_iter=10**6, random_state=0)
    w = model.fit(X, y, sample_weight=C).coef_[0]
    assert s.objective == pytest.approx(hinge_objective(w, 0, X, y, C), rel=1e-8)
    assert s.objective == pytest.approx(hinge_objective(s.w, 0, X, y, C), rel=1e-12)
    assert_allclose(s.w, w, atol=1e-5)
    Z = y[:, None] * X
    dual = minimize(
        lambda a: np.sum((a @ Z) ** 2) / 2 - a.sum(),
        np.zeros(60),
        jac=lambda a: Z @ (a @ Z) - 1,
        bounds=[(0, c) for c in C],
        method="L-BFGS-B",
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 10**4},
    )
    assert s.objective == pytest.approx(-dual.fun, rel=1e-7)


@pytest.mark.parametrize("epsilon", [0.0, 0.2])
def test_liblinear_finds_the_same_regression(epsilon):
    X, _, C, rng = problem(1)
    y = X @ rng.standard_normal(4) + rng.standard_normal(60)
    s = solve(X, regression_problem(y, C, epsilon))
    model = LinearSVR(epsilon=epsilon, fit_intercept=False, tol=1e-10, max_iter=10**6, random_state=0)
    w = model.fit(X, y, sample_weight=C).coef_
    F = lambda w: w @ w / 2 + C @ np.maximum(0, np.abs(y - X @ w) - epsilon)
    assert s.objective == pytest.approx(F(w), rel=1e-8) and s.objective == pytest.approx(F(s.w), rel=1e-12)


@pytest.mark.parametrize("epsilon", [0.0, 0.2])
def test_squares_are_solved_to_rounding(epsilon):
    X, labels, C, rng = problem(2)
    y = X @ rng.standard_normal(4) + rng.standard_normal(60)
    for losses in (classification_problem(labels, C), regression_problem(y, C, epsilon)):
        s = squared_minimum(X, losses, np.zeros(4))
        assert abs(s.gap) < 1e-12 * s.objective and s.steps < 15
    assert s.objective == pytest.approx(s.w @ s.w / 2 + C @ np.maximum(0, np.abs(y - X @ s.w) - epsilon) ** 2)
    s = squared_minimum(X, classification_problem(labels, C), np.zeros(4))
    assert s.objective == pytest.approx(squared_hinge_objective(s.w, 0, X, labels, C), rel=1e-12)
    model = LinearSVC(dual=False, fit_intercept=False, tol=1e-12, max_iter=10**5).fit(X, labels, sample_weight=C)
    assert_allclose(s.w, model.coef_[0], atol=1e-8)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_best_multipliers_are_the_best(seed):
    _, y, C, rng = problem(seed, n=5)
    f, a, sigma = rng.standard_normal(5), rng.standard_normal(5), rng.uniform(0.1, 5, 5)
    for losses in kinds(y, C, rng):
        p = best_multipliers(f, losses, a, sigma)
        for i in range(5):
            one, bounds = (losses.part(slice(i, i + 1)), f[i], a[i], sigma[i]), (losses.lower[i], losses.upper[i])
            best = minimize_scalar(loss_of, args=one, bounds=bounds, method="bounded", options={"xatol": 1e-10})
            assert bounds[0] <= p[i] <= bounds[1] and loss_of(p[i], *one) <= best.fun + 1e-12


def loss_of(p, losses, f, a, sigma):
    """What the best multiplier p of one sample has least of."""
    return -(p * (losses.targets[0] - f) - losses.epsilon * abs(p) - (p - a) ** 2 / (2 * sigma))


def test_the_losses_are_those_of_the_formulas():
    rng = np.random.default_rng(0)
    f, y, t, C = rng.standard_normal(50), rng.choice([-1, 1], 50), rng.standard_normal(50), rng.uniform(0.1, 3, 50)
    assert total_loss(y - f, classification_problem(y, C)) == pytest.approx(C @ np.maximum(0, 1 - y * f))
    assert total_loss(t - f, regression_problem(t, C, 0.4)) == pytest.approx(C @ np.maximum(0, np.abs(t - f) - 0.4))
    squares = squared_losses(classification_problem(y, C))
    p = best_multipliers(f, squares, 0 * f, 2 * C)
    assert_allclose(p, 2 * C * y * np.maximum(0, 1 - y * f))


def test_the_first_smooth_problem_has_the_closed_form():
    # one sample x = 1, y = 1, C = 3, width 1/2: σ = C/width = 6, and p = σ(1 - w) = w at the minimum
    s = next(
        augmented_lagrangian(np.ones((1, 1)), classification_problem(np.ones(1), np.full(1, 3.0)), np.zeros(1), 0.5)
    )
    assert s.w[0] == pytest.approx(6 / 7) and s.p[0] == pytest.approx(6 / 7)
    assert s.gap == pytest.approx(36 / 49 - 6 / 7 + 3 / 7)  # |w|² - p + C(1 - w)


def test_no_more_steps_than_allowed():
    X, y, C, _ = problem(3)
    assert [s.steps for s in augmented_lagrangian(X, classification_problem(y, C), np.zeros(4), 1.0, most=7)][-1] <= 7
