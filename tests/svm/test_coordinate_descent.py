"""Dual coordinate descent: steps that cannot be improved, the duality gap, liblinear, exact cases."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.svm import LinearSVC

from abinitio.svm.coordinate_descent import (
    coordinate_step,
    dual_coordinate_descent,
    linear_duality_gap,
    linear_primal,
)
from abinitio.svm.hinge import hinge_objective
from abinitio.svm.squared_hinge import squared_hinge_newton, squared_hinge_objective


def problem(seed, n=30, d=3):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)), rng.choice([-1, 1], n)
    y[:2] = -1, 1
    return X, y, rng.uniform(0.1, 3, n), rng


def both(C):
    """(upper, diagonal) of the hinge and of the squared hinge."""
    return [(C, 0 * C), (np.inf + 0 * C, 1 / (2 * C))]


def dual(a, X, y, diagonal):
    w = (a * y) @ X
    return np.sum(a - diagonal * a**2 / 2) - w @ w / 2


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), kind=st.integers(0, 1))
def test_no_other_value_of_the_multiplier_is_better(seed, kind):
    X, y, C, rng = problem(seed, n=6)
    upper, diagonal = both(C)[kind]
    a = rng.uniform(0, 1, 6) * np.minimum(upper, 2)
    best, w = coordinate_step(a[0], (a * y) @ X, X[0], y[0], upper[0], diagonal[0])
    after = np.append(best, a[1:])
    assert 0 <= best <= upper[0]
    assert_allclose(w, (after * y) @ X, atol=1e-12)
    for other in np.linspace(0, min(upper[0], 5), 50):
        assert dual(np.append(other, a[1:]), X, y, diagonal) <= dual(after, X, y, diagonal) + 1e-12


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_primal_is_that_of_the_two_losses_and_never_below_the_dual(seed):
    X, y, C, rng = problem(seed)
    w = rng.standard_normal(3)
    (upper, zero), (infinite, diagonal) = both(C)
    assert linear_primal(w, X, y, upper, zero) == pytest.approx(hinge_objective(w, 0, X, y, C))
    assert linear_primal(w, X, y, infinite, diagonal) == pytest.approx(squared_hinge_objective(w, 0, X, y, C))
    for upper, diagonal in both(C):
        a = rng.uniform(0, 1, 30) * np.minimum(upper, 3)
        assert dual(a, X, y, diagonal) <= linear_primal(w, X, y, upper, diagonal)  # weak duality, for any w and any a
        gap = linear_primal((a * y) @ X, X, y, upper, diagonal) - dual(a, X, y, diagonal)
        assert linear_duality_gap(a, X, y, upper, diagonal) == pytest.approx(gap)


@pytest.mark.parametrize("kind", [0, 1])
def test_every_sweep_raises_the_dual_and_the_gap_closes(kind):
    X, y, C, rng = problem(1)
    upper, diagonal = both(C)[kind]
    states = list(itertools.islice(dual_coordinate_descent(X, y, upper, diagonal, rng), 300))
    values = [dual(a, X, y, diagonal) for a, _ in states]
    assert np.all(np.diff(values) >= -1e-12) and values[0] < values[-1]
    a, w = states[-1]
    assert_allclose(w, (a * y) @ X, atol=1e-11)
    assert np.all((a >= 0) & (a <= upper))
    assert linear_duality_gap(a, X, y, upper, diagonal) < 1e-7 * values[-1]


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_liblinear_finds_the_same_minimum(loss):
    X, y, _, rng = problem(2, n=80)
    upper, diagonal = both(np.array(0.5))[loss == "squared_hinge"]
    w = next(itertools.islice(dual_coordinate_descent(X, y, upper, diagonal, rng), 200, None))[1]
    model = LinearSVC(C=0.5, loss=loss, dual=True, fit_intercept=False, tol=1e-10, max_iter=10**6, random_state=0)
    theirs = linear_primal(model.fit(X, y).coef_[0], X, y, upper, diagonal)
    assert linear_primal(w, X, y, upper, diagonal) == pytest.approx(theirs, rel=1e-8)
    assert_allclose(w, model.coef_[0], rtol=1e-4, atol=1e-5)


def test_newton_s_method_finds_the_same_minimum_up_to_the_price_of_the_intercept():
    X, y, C, rng = problem(5)
    *_, (w, b) = squared_hinge_newton(X, y, C)
    free = squared_hinge_objective(w, b, X, y, C)
    X1 = np.column_stack([X, np.ones(30)])
    w1 = next(itertools.islice(dual_coordinate_descent(X1, y, np.inf, 1 / (2 * C), rng), 300, None))[1]
    penalised = linear_primal(w1, X1, y, np.inf, 1 / (2 * C))
    assert free < penalised < free + b**2 / 2


def test_orthogonal_samples_are_solved_in_one_sweep():
    lengths, C = np.array([0.5, 1.0, 2.0]), 1.0
    a, _ = next(dual_coordinate_descent(np.diag(lengths), np.array([1, -1, 1]), C, 0.0, np.random.default_rng(0)))
    assert a.tolist() == [1, 1, 0.25]  # min(C, 1/|x|²)
    a, _ = next(dual_coordinate_descent(np.diag(lengths), np.array([1, -1, 1]), np.inf, 0.5, np.random.default_rng(0)))
    assert_allclose(a, 1 / (lengths**2 + 0.5))


def test_a_sample_of_zeros_gets_all_of_its_price():
    assert coordinate_step(0.3, np.ones(2), np.zeros(2), 1, 2.0, 0.0)[0] == 2.0
    assert coordinate_step(0.3, np.ones(2), np.zeros(2), 1, np.inf, 0.5)[0] == 2.0
