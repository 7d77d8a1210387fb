"""The primal problem: the solver of quadratic programs that knows no hinge, differences, subgradients that bound."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import linprog
from sklearn.svm import SVC

from abinitio.svm.hinge import hinge_objective, hinge_subgradient


def problem(seed, n=12, d=3):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)), rng.choice([-1, 1], n)
    y[:2] = -1, 1
    return X, y, rng.uniform(0.1, 3, n), rng


@pytest.mark.parametrize("C", [0.1, 1.0, 30.0])
def test_libsvm_s_plane_has_the_least_objective_and_the_objective_is_its_own(C):
    X, y, _, rng = problem(0, n=40)
    model = SVC(C=C, kernel="linear", tol=1e-9).fit(X, y)
    w, b = model.coef_[0], model.intercept_[0]
    a = np.abs(model.dual_coef_[0])
    least = hinge_objective(w, b, X, y, C)
    assert_allclose(least, a.sum() - w @ w / 2, rtol=1e-6)  # at the optimum it is the dual objective
    for _ in range(100):
        away = 0.1 * rng.standard_normal(4)
        assert hinge_objective(w + away[:3], b + away[3], X, y, C) >= least * (1 - 1e-6)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_slacks_are_the_least_that_reach_the_margin(seed):
    X, y, C, rng = problem(seed)
    w, b = rng.standard_normal(3), rng.standard_normal()
    f = y * (X @ w + b)
    program = linprog(C, A_ub=-np.eye(len(y)), b_ub=f - 1, bounds=(0, None))  # y f >= 1 - ξ with ξ >= 0
    assert hinge_objective(w, b, X, y, C) == pytest.approx(w @ w / 2 + program.fun, rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_subgradient_is_the_gradient_where_there_is_one_and_bounds_everywhere(seed):
    X, y, C, rng = problem(seed)
    theta, h = rng.standard_normal(4), 1e-7
    F = lambda theta: hinge_objective(theta[:3], theta[3], X, y, C)
    dw, db = hinge_subgradient(theta[:3], theta[3], X, y, C)
    slope = np.append(dw, db)
    kink = np.abs(1 - y * (X @ theta[:3] + theta[3])).min()
    if kink > 1e-5:
        assert_allclose(slope, [(F(theta + h * e) - F(theta - h * e)) / (2 * h) for e in np.eye(4)], atol=1e-5)
    for _ in range(20):  # F(v) >= F(u) + g·(v - u)
        other = 2 * rng.standard_normal(4)
        assert F(other) >= F(theta) + slope @ (other - theta) - 1e-9


def test_a_sample_on_the_margin_contributes_nothing():
    X, y = np.array([[1.0, 0.0], [0.0, -0.5]]), np.array([1, -1])
    dw, db = hinge_subgradient(np.array([1.0, 2.0]), 0.0, X, y, C=3.0)
    assert dw.tolist() == [1, 2] and db == 0
    assert hinge_objective(np.array([1.0, 2.0]), 0.0, X, y, C=3.0) == 2.5


def test_the_subgradient_at_a_kink_is_one_of_many_that_all_bound():
    X, y = np.array([[1.0]]), np.array([1])
    dw, db = hinge_subgradient(np.array([1.0]), 0.0, X, y, C=3.0)
    for w in (0.0, 0.5, 0.99, 1.01, 2.0):
        assert hinge_objective(np.array([w]), 0.0, X, y, 3.0) >= 0.5 + dw[0] * (w - 1)
    assert db == 0


def test_prices_count_as_repeated_samples_and_nothing_is_changed():
    X, y, _, rng = problem(1)
    w, b, C = rng.standard_normal(3), 0.3, np.arange(1.0, 13.0)
    again = np.repeat(np.arange(12), np.arange(1, 13))
    before = X.copy(), y.copy(), w.copy(), C.copy()
    assert hinge_objective(w, b, X, y, C) == pytest.approx(hinge_objective(w, b, X[again], y[again], 1.0))
    assert_allclose(hinge_subgradient(w, b, X, y, C)[0], hinge_subgradient(w, b, X[again], y[again], 1.0)[0])
    assert hinge_subgradient(w, b, X, y, C)[1] == pytest.approx(hinge_subgradient(w, b, X[again], y[again], 1.0)[1])
    assert all(np.array_equal(*pair) for pair in zip(before, (X, y, w, C)))
