"""The compiled kernels: the minimum they reach, the sums they keep, the orthant's parabola, the bound of the gap."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.linear_model.coordinate_descent import (
    descend_gram,
    descend_path,
    descend_residual,
    elastic_net_gap,
    gram_gap,
    jump,
    move,
    orthant_step,
    renew,
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


def along(G, c, yy, l1s, l2s, tol=1e-12, max_sweeps=10**4):
    """What descend_path returns and leaves behind, from zero on: k, w, q, W, Q, gaps, sweeps."""
    m, d = len(l1s), len(c)
    w, q, W, Q = np.zeros(d), c.copy(), np.zeros((m, d)), np.zeros((m, d))
    gaps, sweeps = np.zeros(m), np.zeros(m, dtype=np.intp)
    k = descend_path(G, c, yy, l1s, l2s, tol, max_sweeps, 0, w, q, W, Q, gaps, sweeps)
    return k, w, q, W, Q, gaps, sweeps


@pytest.mark.parametrize("rho", [1.0, 0.7])
@pytest.mark.parametrize("penalties", [np.geomspace(1, 0.01, 25), np.array([1.1, 0.9, 0.89, 0.2, 0.2, 0.01])])
def test_every_point_of_the_compiled_path_is_optimal(rho, penalties):
    X, y = problem(60, 20)
    G, c = X.T @ X, X.T @ y
    l1s, l2s = np.abs(c).max() * np.outer([rho, 1 - rho], penalties)
    k, w, q, W, Q, gaps, _ = along(G, c, y @ y, l1s, l2s)
    assert k == len(penalties)
    assert_array_equal(w, W[-1])
    assert_array_equal(q, Q[-1])
    assert_allclose(Q, (y - W @ X.T) @ X, atol=1e-10)
    assert np.all(gaps <= 1e-12 * (y @ y))
    slopes, signs = Q - l2s[:, None] * W, np.sign(W)
    assert_allclose((slopes - l1s[:, None] * signs)[signs != 0], 0, atol=1e-9)
    assert np.all(np.abs(slopes) <= l1s[:, None] + 1e-9)
    for l1, l2, w in zip(l1s, l2s, W):  # and the same as each penalty for itself
        alone = np.zeros(20)
        settle(G, c.copy(), alone, l1, l2, 1e-13, 10**5)
        assert_allclose(w, alone, atol=1e-9)


def test_on_a_straight_piece_the_path_is_foreseen():
    """Orthonormal columns: w_j = sign(c_j) max(|c_j| - l1, 0) is a line in l1 until the next coefficient enters."""
    c, l1s = np.array([10.0, -8.0, 1.5]), np.array([7.0, 6.0, 5.0, 4.5, 1.0])
    *_, W, Q, _, sweeps = along(np.eye(3), c, 200.0, l1s, 0 * l1s)
    assert_allclose(W, np.sign(c) * np.maximum(np.abs(c) - l1s[:, None], 0), atol=1e-14)
    assert_allclose(Q, c - W, atol=1e-14)
    assert_array_equal(sweeps[2:4], 1)
    assert sweeps[4] > 1


def test_over_four_hundred_penalties_the_correlations_do_not_drift():
    X, y = problem(100, 12)
    X[:, 6:] = X[:, :6] + 0.1 * X[:, 6:]
    G, c = X.T @ X, X.T @ y
    l1s = np.abs(c).max() * np.linspace(1, 1e-3, 400)
    k, *_, W, Q, _, _ = along(G, c, y @ y, l1s, 0 * l1s, tol=1e-6)
    assert k == 400
    assert_allclose(Q, (y - W @ X.T) @ X, atol=1e-13 * (np.abs(G) @ np.abs(W).max(axis=0)).max())


def test_the_compiled_path_stops_at_the_penalty_that_takes_too_long():
    X, y = problem(30, 28)
    G, c, l1s = X.T @ X, X.T @ y, 20 * 0.5 ** np.arange(10.0)
    k, w, q, W, _, gaps, sweeps = along(G, c, y @ y, l1s, 0 * l1s, tol=1e-6, max_sweeps=12)
    assert 0 < k < 10 and sweeps[k] == 12 and np.all(gaps[:k] <= 1e-6 * (y @ y))
    assert_allclose(q, X.T @ (y - X @ w), atol=1e-10)
    assert gaps[k] == pytest.approx(gram_gap(w, q, c, y @ y, l1s[k], 0.0))
    assert_array_equal(W[k + 1 :], 0)  # not reached


def test_a_jump_ends_at_the_bottom_of_the_parabola():
    X, y = problem()
    w, l1, l2 = np.append(np.ones(3), np.zeros(9)), 0.5, 2.0  # y is the sum of these three columns, and noise
    support = w != 0
    q = X.T @ (y - X @ w)
    jump(X.T @ X, q, w, l1, l2)
    assert_allclose(q, X.T @ (y - X @ w), atol=1e-10)
    assert_array_equal(w != 0, support)
    assert_allclose((q - l2 * w - l1 * np.sign(w))[support], 0, atol=1e-10)


def test_renewed_correlations_have_lost_their_errors():
    X, y = problem()
    w, q = np.linspace(-1, 1, 12), np.full(12, 7.0)
    renew(X.T @ X, X.T @ y, w, q)
    assert_allclose(q, X.T @ (y - X @ w), atol=1e-11)
    assert_array_equal(w, np.linspace(-1, 1, 12))


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
    gap = elastic_net_gap(w, q, r @ r, r @ y, 4.0, 2.0)
    assert gram_gap(w, q, X.T @ y, y @ y, 4.0, 2.0) == pytest.approx(gap, rel=1e-12)
