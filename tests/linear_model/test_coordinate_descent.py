"""The compiled kernels: the minimum they reach, the sums they keep, the orthant's parabola, the bound of the gap."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.linear_model.coordinate_descent import (
    descend_gram,
    descend_residual,
    elastic_net_gap,
    move,
    orthant_step,
    settle,
    settle_residual,
)
from abinitio.linear_model.lasso import coordinate_sweep, duality_gap


def problem(n=40, d=12, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, X[:, :3].sum(axis=1) + rng.standard_normal(n)


def objective(w, X, y, l1, l2):
    return np.sum((y - X @ w) ** 2) / 2 + l1 * np.abs(w).sum() + l2 / 2 * w @ w


def test_one_sweep_is_the_readable_sweep():
    X, y = problem()
    start = np.linspace(-1, 1, 12)
    expected = coordinate_sweep(start, X, y, alpha=0.1)
    w, q = start.copy(), X.T @ (y - X @ start)
    assert descend_gram(X.T @ X, q, w, 4.0, 0.0, 1e-8, 1) == (1, False)
    assert_allclose(w, expected, rtol=1e-12, atol=1e-13)
    assert_allclose(q, X.T @ (y - X @ w), atol=1e-11)
    w, r = start.copy(), y - X @ start
    assert descend_residual(np.ascontiguousarray(X.T), (X**2).sum(axis=0), r, w, 4.0, 0.0, 1e-8, 1) == (1, False)
    assert_allclose(w, expected, rtol=1e-12, atol=1e-13)
    assert_allclose(r, y - X @ w, atol=1e-12)


@pytest.mark.parametrize(("n", "d"), [(40, 12), (30, 60), (25, 25)])
@pytest.mark.parametrize(("l1", "l2"), [(6.0, 0.0), (2.0, 3.0), (0.0, 3.0)])
def test_both_kernels_end_at_the_same_minimum(n, d, l1, l2):
    X, y = problem(n, d)
    X[:, 5] = 0
    w, q = np.zeros(d), X.T @ y
    _, still = settle(X.T @ X, q, w, l1, l2, 1e-12, 10**5)
    assert still and w[5] == 0
    assert_allclose(q, X.T @ (y - X @ w), atol=1e-10)
    slope = q - l2 * w
    assert_allclose(slope[w != 0], l1 * np.sign(w[w != 0]), atol=1e-8)
    assert np.all(np.abs(slope[w == 0]) <= l1 + 1e-8)
    other, r = np.ones(d), y - X.sum(axis=1)
    _, still = settle_residual(np.ascontiguousarray(X.T), r, other, l1, l2, 1e-12, 10**5)
    assert still
    assert_allclose(r, y - X @ other, atol=1e-11)
    assert_allclose(other, w, atol=1e-7)


def test_a_budget_is_kept():
    X, y = problem(30, 60)
    sweeps, still = settle(X.T @ X, X.T @ y, np.zeros(60), 0.01, 0.0, 1e-13, 73)
    assert (sweeps, still) == (73, False)
    sweeps, still = settle_residual(np.ascontiguousarray(X.T), y.copy(), np.zeros(60), 0.01, 0.1, 1e-13, 73)
    assert (sweeps, still) == (73, False)


def test_move_keeps_the_correlations():
    X, y = problem()
    w, q = np.ones(12), X.T @ (y - X.sum(axis=1))
    target = np.where(np.arange(12) % 2, 1.0, -3.0)
    move(X.T @ X, q, w, target)
    assert_array_equal(w, target)
    assert_allclose(q, X.T @ (y - X @ target), atol=1e-10)


@pytest.mark.parametrize("seed", range(8))
def test_an_orthant_step_never_raises_the_objective_and_ends_on_its_orthant(seed):
    X, y = problem(40, 12, seed)
    l1, l2 = 5.0, 1.0
    w = np.random.default_rng(seed).standard_normal(12)
    w[::4] = 0
    solve = lambda support, b: np.linalg.solve(X[:, support].T @ X[:, support] + l2 * np.eye(len(support)), b)
    slope = lambda w: X.T @ (y - X @ w) - l2 * w - l1 * np.sign(w)
    new = orthant_step(w, slope(w), solve)
    assert objective(new, X, y, l1, l2) < objective(w, X, y, l1, l2)
    assert np.all(new * w >= 0) and np.all(new[w == 0] == 0)
    if np.array_equal(new != 0, w != 0):
        assert_allclose(slope(new)[new != 0], 0, atol=1e-9)  # the bottom of the parabola
    else:
        assert np.count_nonzero(new) == np.count_nonzero(w) - 1  # stopped at the first coefficient that vanishes


def test_an_orthant_step_where_the_matrix_is_singular_stays():
    G = np.ones((2, 2))
    w, q = np.array([1.0, 1.0]), np.array([3.0, 3.0])
    settle(G, q, w, 1.0, 0.0, 1e-12, 60)  # equal columns: sweeps alone, without an error
    assert w.sum() == pytest.approx(4.0)

    def solve(support, b):
        raise np.linalg.LinAlgError

    assert_array_equal(orthant_step(w, q, solve), w)


@pytest.mark.parametrize("l2", [0.0, 0.7])
def test_the_gap_bounds_the_excess_and_closes(l2):
    X, y = problem()
    l1, best = 4.0, np.zeros(12)
    settle(X.T @ X, X.T @ y, best, l1, l2, 1e-13, 10**5)
    for w in (np.zeros(12), best + 0.05, best):
        r = y - X @ w
        gap = elastic_net_gap(w, X.T @ r, r @ r, r @ y, l1, l2)
        excess = objective(w, X, y, l1, l2) - objective(best, X, y, l1, l2)
        assert gap >= excess - 1e-10
    assert gap == pytest.approx(0, abs=1e-9)


def test_the_gap_of_the_lasso_of_ridge_and_of_least_squares():
    X, y = problem()
    w = np.linspace(-1, 1, 12)
    r = y - X @ w
    q = X.T @ r
    assert elastic_net_gap(w, q, r @ r, r @ y, 40 * 0.1, 0.0) == pytest.approx(40 * duality_gap(w, X, y, 0.1))
    ridge = np.linalg.solve(X.T @ X + 2 * np.eye(12), X.T @ y)
    at = lambda w: elastic_net_gap(w, X.T @ (y - X @ w), np.sum((y - X @ w) ** 2), (y - X @ w) @ y, 0.0, 2.0)
    assert at(ridge) == pytest.approx(0, abs=1e-10)
    assert at(w) >= objective(w, X, y, 0, 2.0) - objective(ridge, X, y, 0, 2.0)
    assert elastic_net_gap(w, q, r @ r, r @ y, 0.0, 0.0) == pytest.approx(q @ q)
