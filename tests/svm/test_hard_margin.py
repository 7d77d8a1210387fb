"""The hard-margin machine: points by hand, duality, the hulls' distance, rotations, and who is not separable."""

from contextlib import suppress
from itertools import product
from math import comb

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import linprog
from sklearn.svm import SVC

from abinitio.kernels.functions import gaussian_kernel
from abinitio.optimize.quadratic_program import Infeasible, Unbounded, solve_quadratic_program
from abinitio.svm.hard_margin import hard_margin_dual, hard_margin_primal, hull_points


def two_clouds(seed, n, d, gap):
    """Samples on both sides of a plane, none closer to it than gap / 2."""
    rng = np.random.default_rng(seed)
    X, normal = rng.standard_normal((n, d)), rng.standard_normal(d)
    normal /= np.linalg.norm(normal)
    y = np.where(np.arange(n) % 2, 1, -1)
    along = y * (np.abs(X @ normal) + gap / 2)
    return X + np.outer(along - X @ normal, normal), y


def both(X, y):
    a, b = hard_margin_dual(X @ X.T, y)
    return *hard_margin_primal(X, y), a, b


def test_two_points():
    """Points p, q: w = 2 (p - q)/|p - q|², the plane halves their distance, and a = 2/|p - q|² for both."""
    p, q = np.array([1.0, 5.0, -2.0]), np.array([3.0, 1.0, 2.0])  # |p - q| = 6
    w, b, a, b_dual = both(np.array([p, q]), np.array([1, -1]))
    assert_allclose(w, 2 * (p - q) / 36, atol=1e-12)
    assert_allclose([b, b_dual], -w @ (p + q) / 2, atol=1e-12)
    assert_allclose(a, 2 / 36, atol=1e-12)


def test_three_points():
    """(0, 1), (0, -1) against (2, 0): the nearest points are (0, 0) and (2, 0), a = 1/4, 1/4, 1/2."""
    X, y = np.array([[0.0, 1], [0, -1], [2, 0], [9, 9]]), np.array([-1, -1, 1, 1])
    w, b, a, b_dual = both(X, y)
    assert_allclose(w, [1, 0], atol=1e-12)
    assert_allclose([b, b_dual], -1, atol=1e-12)
    assert_allclose(a, [0.25, 0.25, 0.5, 0], atol=1e-12)
    assert a[3] == 0
    for point, expected in zip(hull_points(a, X, y), [[2, 0], [0, 0]]):
        assert_allclose(point, expected, atol=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_primal_and_dual_meet_and_the_street_is_as_wide_as_the_hulls_are_apart(seed):
    d, gap = (2, 3, 10)[seed % 3], (1.0, 0.1, 0.01, 0.001)[seed % 4]
    X, y = two_clouds(seed, 60, d, gap)
    w, b, a, b_dual = both(X, y)
    assert a.sum() - w @ w / 2 == pytest.approx(w @ w / 2, rel=1e-8)  # D = |w|²/2
    assert_allclose(X.T @ (a * y), w, rtol=1e-7, atol=1e-8 * np.abs(w).max())
    assert b_dual == pytest.approx(b, rel=1e-7, abs=1e-8 * np.abs(w).max())
    assert abs(a @ y) < 1e-9 * a.sum() and np.all(a >= 0)
    f = y * (X @ w + b)
    assert np.all(f > 1 - 1e-9) and np.all(np.abs(f[a > 0] - 1) < 1e-7)  # complementary slackness
    assert 2 <= np.sum(a > 0) <= d + 1  # in general position
    p, q = hull_points(a, X, y)
    assert np.linalg.norm(p - q) == pytest.approx(2 / np.linalg.norm(w), rel=1e-8)
    assert np.linalg.norm(p - q) >= gap * (1 - 1e-9)  # the plane that the samples were made with is one street
    assert_allclose((p - q) / np.linalg.norm(p - q), w / np.linalg.norm(w), atol=1e-7)


@pytest.mark.parametrize("seed", range(3))
def test_the_nearest_points_of_the_hulls_by_their_own_program(seed):
    X, y = two_clouds(seed, 30, 3, 0.2)
    Z = y[:, None] * X
    sums = np.array([y == 1, y == -1], dtype=float)
    u = solve_quadratic_program(Z @ Z.T, np.zeros(30), -np.eye(30), np.zeros(30), sums, np.ones(2)).x
    distance = np.linalg.norm(Z.T @ u)
    w, _ = hard_margin_primal(X, y)
    assert distance == pytest.approx(2 / np.linalg.norm(w), rel=1e-8)


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
def test_as_scikit_learn(kernel):
    X, y = two_clouds(3, 80, 2, 0.2) if kernel == "linear" else np.random.default_rng(4).standard_normal((2, 80, 2))
    y = np.where(X[:, 0] ** 2 + X[:, 1] ** 2 > 1, 1, -1) if kernel == "rbf" else y
    K = X @ X.T if kernel == "linear" else gaussian_kernel(X, X, 1.0)
    a, b = hard_margin_dual(K, y)
    peer = SVC(C=1e10, kernel=kernel, gamma=1.0, tol=1e-10).fit(X, y)
    f = K @ (a * y) + b
    assert_allclose(f, peer.decision_function(X), rtol=1e-5, atol=1e-5 * np.abs(f).max())
    assert a.sum() == pytest.approx(np.abs(peer.dual_coef_).sum(), rel=1e-6)
    assert np.min(y * f) == pytest.approx(1, rel=1e-7)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_moved_turned_and_scaled_the_street_goes_along(scale):
    X, y = two_clouds(5, 40, 3, 0.3)
    w, b, a, _ = both(X, y)
    Q = np.linalg.qr(np.random.default_rng(6).standard_normal((3, 3)))[0]
    shift = scale * np.array([30.0, -20, 10])
    w2, b2, a2, b2_dual = both(scale * X @ Q.T + shift, y)
    assert_allclose(w2, Q @ w / scale, rtol=1e-8, atol=1e-9 / scale)
    assert b2 == pytest.approx(b - w2 @ shift, rel=1e-8)
    assert b2_dual == pytest.approx(b2, rel=1e-6)
    assert_allclose(a2, a / scale**2, rtol=1e-6, atol=1e-8 / scale**2)
    w3, b3 = hard_margin_primal(X, -y)
    assert_allclose(np.append(w3, b3), -np.append(w, b), atol=1e-9)


def test_a_far_origin_costs_the_primal_nothing():
    X, y = two_clouds(7, 40, 2, 0.3)
    far = X + 1e6
    w, _ = hard_margin_primal(far - 1e6, y)
    w_far, b_far = hard_margin_primal(far, y)
    assert_allclose(w_far, w, rtol=1e-8)
    assert np.min(y * (far @ w_far + b_far)) > 1 - 1e-7


@pytest.mark.parametrize("seed", range(20))
def test_separable_or_not_is_decided_as_by_a_linear_program(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 9))
    X, y = rng.standard_normal((n, 2)), np.where(np.arange(n) % 2, 1, -1)
    G = -y[:, None] * np.column_stack([X, np.ones(n)])
    separable = linprog(np.zeros(3), G, -np.ones(n), bounds=(None, None)).status == 0
    for machine in (lambda: hard_margin_primal(X, y), lambda: hard_margin_dual(X @ X.T, y)):
        if separable:
            machine()
        else:
            with pytest.raises(ValueError, match=r"no plane separates .* finite C"):
                machine()


@pytest.mark.parametrize("n, d", [(4, 2), (6, 2), (6, 3)])
def test_cover_s_number_of_separable_labellings(n, d):
    """Of the 2^n ways to label n points in general position in d dimensions, planes make 2 Σ_{k=0}^{d} (n-1 over k)."""
    X = np.random.default_rng(n + d).standard_normal((n, d))
    count = {"primal": 2, "dual": 2}  # one class only, of either kind
    for signs in product([1, -1], repeat=n):
        if abs(sum(signs)) < n:
            y = np.array(signs)
            machines = {
                "primal": lambda y=y: hard_margin_primal(X, y),
                "dual": lambda y=y: hard_margin_dual(X @ X.T, y),
            }
            for name, machine in machines.items():
                with suppress(ValueError):
                    machine()
                    count[name] += 1
    expected = 2 * sum(comb(n - 1, k) for k in range(d + 1))
    assert expected < 2**n and count == {"primal": expected, "dual": expected}


def edge_and_corner(gap):
    """An edge from (0, -1) to (0, 1) and a corner (gap, 0): the street is as wide as the gap, or there is none."""
    X, y = np.array([[0.0, -1], [0, 1], [-1, 0], [gap, 0], [2, 1], [2, -1]]), np.array([-1, -1, -1, 1, 1, 1])
    Q = np.linalg.qr(np.random.default_rng(1).standard_normal((2, 2)))[0]
    return X @ Q.T + 0.3, y


@pytest.mark.parametrize("gap, error", [(1.0, 1e-11), (1e-2, 1e-9), (1e-4, 1e-6)])
def test_a_street_is_as_narrow_as_the_gap_even_if_the_hulls_nearly_touch(gap, error):
    X, y = edge_and_corner(gap)
    w, _, a, _ = both(X, y)
    assert 2 / np.linalg.norm(w) == pytest.approx(gap, rel=error)
    assert np.sqrt(4 / a.sum()) == pytest.approx(gap, rel=error)  # rounding of K over gap²


@pytest.mark.parametrize("gap", [0.0, -1e-9, -1e-4, -1e-2, -1.0])
def test_hulls_that_just_meet_are_proved_to(gap):
    X, y = edge_and_corner(gap)
    with pytest.raises(ValueError, match="hulls meet") as error:
        hard_margin_primal(X, y)
    assert isinstance(error.value.__cause__, Infeasible)
    with pytest.raises(ValueError, match="hulls meet") as error:
        hard_margin_dual(X @ X.T, y)
    assert isinstance(error.value.__cause__, Unbounded)


def test_a_street_that_rounding_hides_is_not_called_none():
    X, y = edge_and_corner(1e-8)
    for machine in (lambda: hard_margin_primal(X, y), lambda: hard_margin_dual(X @ X.T, y)):
        with pytest.raises(RuntimeError, match="KKT equations are missed"):
            machine()


def test_one_sample_in_both_classes():
    X, y = np.array([[0.0, 1], [1, 0], [0, 1]]), np.array([1, 1, -1])
    for kernel in (X @ X.T, gaussian_kernel(X, X, 1.0)):
        with pytest.raises(ValueError, match="no plane separates"):
            hard_margin_dual(kernel, y)


def test_a_gaussian_kernel_separates_any_distinct_samples():
    rng = np.random.default_rng(8)
    X, y = rng.standard_normal((40, 2)), np.where(rng.random(40) < 0.5, 1, -1)
    with pytest.raises(ValueError, match="no plane separates"):
        hard_margin_primal(X, y)
    K = gaussian_kernel(X, X, 50.0)
    a, b = hard_margin_dual(K, y)
    assert np.min(y * (K @ (a * y) + b)) == pytest.approx(1, abs=1e-8)


def test_errors():
    for y in (np.ones(3), -np.ones(3), np.array([0, 1, 1]), np.array([-1, 1, 2])):
        with pytest.raises(ValueError, match=r"two classes, -1 and \+1"):
            hard_margin_primal(np.eye(3), y)
        with pytest.raises(ValueError, match=r"two classes, -1 and \+1"):
            hard_margin_dual(np.eye(3), y)
    with pytest.raises(ValueError, match="not convex"):  # no kernel: that is not to be taken for overlap
        hard_margin_dual(np.diag([1.0, -5.0, 1.0]), np.array([1, -1, 1]))


def test_inputs_stay_as_they_are():
    X, y = two_clouds(9, 20, 2, 0.5)
    K, X0, y0 = X @ X.T, X.copy(), y.copy()
    K0 = K.copy()
    hard_margin_primal(X, y)
    hard_margin_dual(K, y)
    assert np.array_equal(K, K0) and np.array_equal(X, X0) and np.array_equal(y, y0)
