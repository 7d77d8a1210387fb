"""The dual problem: weak and strong duality, the conditions of Karush, Kuhn and Tucker, scikit-learn's SVC."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.svm import SVC

from abinitio.optimize.quadratic_program import solve_quadratic_program
from abinitio.svm.dual import (
    can_rise,
    dual_objective,
    duality_gap,
    intercept_from_multipliers,
    kkt_violation,
    primal_objective,
    svm_decision,
    wanted_intercepts,
)
from abinitio.svm.hinge import hinge_objective


def libsvm(K, y, C, tol=1e-10):
    """Multipliers and intercept that scikit-learn finds."""
    model = SVC(C=C, kernel="precomputed", tol=tol).fit(K, y)
    a = np.zeros(len(y))
    a[model.support_] = np.abs(model.dual_coef_[0])
    return a, float(model.intercept_[0])


def optimum(K, y, C):
    """The multipliers by quadratic programming, exactly 0 and C where they are nearly so."""
    n, Q = len(y), K * np.outer(y, y)
    G, h = np.vstack([-np.eye(n), np.eye(n)]), np.append(np.zeros(n), np.full(n, C))
    a = solve_quadratic_program(Q, -np.ones(n), G, h, y[None].astype(float), np.zeros(1)).x
    return np.where(a < 1e-9 * C, 0.0, np.where(a > C * (1 - 1e-9), C, a))


def feasible(rng, y, C):
    """Random multipliers in the box with Σ a y = 0."""
    a = rng.uniform(0, C, len(y))
    plus, minus = a[y > 0].sum(), a[y < 0].sum()
    a[y > 0] *= min(1, minus / plus)
    a[y < 0] *= min(1, plus / minus)
    return a


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 14), C=st.floats(0.01, 100))
def test_weak_duality(seed, n, C):
    """No feasible multipliers and no (w, b) have a dual objective above the primal one."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, 3)), np.where(np.arange(n) % 2 == 0, 1, -1)
    K, a, b = X @ X.T, feasible(rng, y, C), rng.normal()
    gap = duality_gap(a, b, K, y, C)
    assert gap >= -1e-9 * (1 + C * n)
    assert gap == pytest.approx(primal_objective(a, b, K, y, C) - dual_objective(a, K, y), rel=1e-9, abs=1e-9)
    w = X.T @ (a * y)
    assert primal_objective(a, b, K, y, C) == pytest.approx(hinge_objective(w, b, X, y, C), rel=1e-9)
    other = rng.normal(size=3)
    assert hinge_objective(other, b, X, y, C) >= dual_objective(a, K, y) - 1e-9 * (1 + C * n)


@pytest.mark.parametrize("C", [0.05, 1.0, 50.0])
def test_at_the_optimum_the_gap_and_the_violation_vanish_and_nowhere_else(overlapping, C):
    _, y, K = overlapping(0)
    a = optimum(K, y, C)
    b = intercept_from_multipliers(a, K, y, C)
    assert duality_gap(a, b, K, y, C) == pytest.approx(0, abs=1e-7 * C)
    assert kkt_violation(a, K, y, C) < 1e-8 * max(C, 1)
    theirs, their_b = libsvm(K, y, C)  # it keeps its kernel matrix in float32
    assert dual_objective(a, K, y) == pytest.approx(dual_objective(theirs, K, y), rel=1e-6)
    assert b == pytest.approx(their_b, abs=1e-6 * max(C, 1))
    moved = feasible(np.random.default_rng(1), y, C)
    assert kkt_violation(moved, K, y, C) > 1e-3 and duality_gap(moved, b, K, y, C) > 1e-3 * C


def test_complementary_slackness(overlapping):
    """a = 0 beyond the margin, a = C inside it, and on it in between: the three kinds of samples."""
    _, y, K = overlapping(2)
    a = optimum(K, y, 1.0)
    margins = y * svm_decision(K, a, y, intercept_from_multipliers(a, K, y, 1.0))
    assert margins[a == 0].min() > 1 - 1e-8 and margins[a == 1].max() < 1 + 1e-8
    assert_allclose(margins[(a > 0) & (a < 1)], 1, atol=1e-8)
    assert abs(a @ y) < 1e-10


def test_the_gradient_along_a_feasible_pair_is_the_difference_of_wanted_intercepts(overlapping):
    _, y, K = overlapping(3)
    a = feasible(np.random.default_rng(0), y, 1.0)
    wanted, h = wanted_intercepts(a, K, y), 1e-5
    for i, j in ((0, 1), (2, 4), (5, 7)):
        along = np.zeros(len(y))
        along[i], along[j] = y[i], -y[j]
        slope = (dual_objective(a + h * along, K, y) - dual_objective(a - h * along, K, y)) / (2 * h)
        assert slope == pytest.approx(wanted[i] - wanted[j], abs=1e-8)


def test_where_every_sample_is_at_a_bound_the_intercept_is_in_the_middle():
    K, y, C = np.eye(2), np.array([1, -1]), 0.25
    a = np.array([C, C])  # wanted: 1 - 1/4 and -1 + 1/4; y = +1 at C is an upper bound of b
    assert intercept_from_multipliers(a, K, y, C) == 0
    assert np.array_equal(can_rise(a, y, C), [False, True])
    assert kkt_violation(a, K, y, C) == pytest.approx(-1.5)
    for b in (-0.7, 0.0, 0.7):
        assert duality_gap(a, b, K, y, C) == pytest.approx(0, abs=1e-12)
    assert duality_gap(a, 0.8, K, y, C) > 0.01


def test_a_price_for_each_sample():
    _, y, K = np.zeros(0), np.array([1, -1, 1, -1]), np.eye(4) + 0.1
    C = np.array([1.0, 0.5, 2.0, 3.0])
    a = np.array([1.0, 0.5, 0.5, 1.0])
    assert np.array_equal(can_rise(a, y, C), [False, True, True, True])
    assert primal_objective(a, 0.0, K, y, C) == pytest.approx(
        (a * y) @ K @ (a * y) / 2 + C @ np.maximum(0, 1 - y * (K @ (a * y)))
    )
