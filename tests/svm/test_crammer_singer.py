"""The machine of Crammer and Singer: the duality gap, liblinear, the binary machine, the step that nothing improves."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from sklearn.datasets import load_iris
from sklearn.svm import LinearSVC

from abinitio.svm import crammer_singer
from abinitio.svm.crammer_singer import (
    crammer_singer_descent,
    crammer_singer_gap,
    crammer_singer_minimum,
    crammer_singer_objective,
    crammer_singer_step,
)
from abinitio.svm.hinge import hinge_objective


def problem(seed, n=40, d=3, classes=4):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)), rng.permutation(np.arange(n) % classes), rng.uniform(0.1, 3, n), rng


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_objective_is_the_sum_of_the_worst_rivals(seed):
    X, y, C, rng = problem(seed, n=8)
    W = rng.standard_normal((4, 3))
    loss = 0.0
    for i in range(8):
        loss += C[i] * max(float(k != y[i]) + (W[k] - W[y[i]]) @ X[i] for k in range(4))
    assert crammer_singer_objective(W, X, y, C) == pytest.approx(np.sum(W**2) / 2 + loss)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), classes=st.integers(2, 6), power=st.integers(-2, 2))
def test_no_other_multipliers_of_the_sample_are_better(seed, classes, power):
    rng = np.random.default_rng(seed)
    y, C, square, scores = rng.integers(classes), 10.0**power, rng.uniform(0.2, 3), rng.standard_normal(classes)
    ceiling = np.where(np.arange(classes) == y, C, 0)
    a = ceiling - rng.dirichlet(np.ones(classes)) * C  # any that keep the conditions
    best = crammer_singer_step(a, scores, square, y, C)
    assert best.sum() == pytest.approx(0, abs=1e-12 * C) and np.all(best <= ceiling)
    gain = lambda new: new[y] - scores @ (new - a) - square / 2 * np.sum((new - a) ** 2)
    assert gain(best) >= gain(a) - 1e-12
    for other in ceiling - C * rng.dirichlet(np.ones(classes), 100):
        assert gain(other) <= gain(best) + 1e-12 * max(1, C**2)
        for small in (1e-2, 1e-4):
            assert gain(best + small * (other - best)) <= gain(best) + 1e-12 * max(1, C**2)


def test_every_sweep_raises_the_dual_and_the_gap_closes():
    X, y, C, rng = problem(0)
    states = list(itertools.islice(crammer_singer_descent(X, y, C, 4, rng), 400))
    dual = [a[np.arange(40), y].sum() - np.sum(W**2) / 2 for a, W in states]
    assert np.all(np.diff(dual) >= -1e-10)
    a, W = states[-1]
    assert_allclose(W, a.T @ X, atol=1e-10)
    assert 0 <= crammer_singer_gap(a, W, X, y, C) + 1e-10 < 1e-5 * dual[-1]


def test_the_compiled_sweep_is_the_readable_one():
    X, y, C, _ = problem(1)
    X[5] = 0
    a, W, rng = np.zeros((40, 4)), np.zeros((4, 3)), np.random.default_rng(3)
    for expected_a, expected_W in itertools.islice(crammer_singer_descent(X, y, C, 4, np.random.default_rng(3)), 5):
        before = a.copy()
        order = rng.permutation(40)
        moved = crammer_singer._sweep(X, y, C, (X**2).sum(axis=1), a, W, order)
        assert_allclose(a, expected_a, atol=1e-11)
        assert_allclose(W, expected_W, atol=1e-11)
        assert np.array_equal(moved, np.any(a != before, axis=1)[order])


@pytest.mark.parametrize("C", [0.1, 1.0])
def test_liblinear_finds_the_same_minimum(C):
    X, y = load_iris(return_X_y=True)
    X = np.column_stack([X - X.mean(axis=0), np.ones(150)])
    W, gap, _ = crammer_singer_minimum(X, y, np.full(150, C), 3, 1e-8, 10**5, np.random.default_rng(0))
    model = LinearSVC(multi_class="crammer_singer", C=C, fit_intercept=False, tol=1e-8, max_iter=10**6, random_state=0)
    theirs = crammer_singer_objective(model.fit(X, y).coef_, X, y, C)
    assert gap <= 1e-8 and crammer_singer_objective(W, X, y, C) == pytest.approx(theirs, rel=1e-7)
    assert_allclose(W, model.coef_, atol=1e-3)


def test_two_classes_are_the_binary_machine_with_twice_the_price():
    X, y, C, rng = problem(2, classes=2)
    W, _, _ = crammer_singer_minimum(X, y, C, 2, 1e-9, 10**5, rng)
    assert_allclose(W[0], -W[1], atol=1e-8)
    u, signs = W[1] - W[0], 2 * y - 1
    assert 2 * crammer_singer_objective(W, X, y, C) == pytest.approx(hinge_objective(u, 0, X, signs, 2 * C))
    model = LinearSVC(loss="hinge", fit_intercept=False, tol=1e-10, max_iter=10**6, random_state=0)
    assert_allclose(u, model.fit(X, signs, sample_weight=2 * C).coef_[0], atol=1e-4)


def test_a_sample_alone_has_the_closed_form():
    # K classes, |x|² = 1: leads by a(1 + 1/(K-1)) = 1, if the price allows a = (K-1)/K
    for C, a in ((9.0, 2 / 3), (0.5, 0.5)):
        step = crammer_singer_step(np.zeros(3), np.zeros(3), 1.0, 1, C)
        assert_allclose(step, [-a / 2, a, -a / 2])


def test_the_minimum_is_that_of_a_general_minimiser():
    X, y, C, rng = problem(4, n=12, d=2, classes=3)
    W, _, _ = crammer_singer_minimum(X, y, C, 3, 1e-10, 10**5, rng)
    F = lambda w: crammer_singer_objective(w.reshape(3, 2), X, y, C)
    best = minimize(F, W.ravel() + 0.1, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-7, "fatol": 1e-9})
    assert F(W.ravel()) <= best.fun + 1e-9 and best.fun == pytest.approx(F(W.ravel()), rel=0.02)


def test_prices_of_zero_leave_samples_out_and_not_all_may_be_zero():
    X, y, C, rng = problem(5)
    C[::2] = 0
    with_zeros = crammer_singer_minimum(X, y, C, 4, 1e-9, 10**5, np.random.default_rng(0))[0]
    without = crammer_singer_minimum(X[1::2], y[1::2], C[1::2], 4, 1e-9, 10**5, rng)[0]
    assert_allclose(with_zeros, without, atol=1e-3)
    with pytest.raises(ValueError, match="price of every sample"):
        crammer_singer_minimum(X, y, 0 * C, 4, 1e-9, 9, rng)
