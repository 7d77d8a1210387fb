"""Transport between Gaussians: one dimension, commuting and random covariances, samples, the metric's geodesic."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.linalg import sqrtm
from scipy.optimize import linear_sum_assignment, minimize, minimize_scalar
from scipy.stats import norm

from abinitio.information.gaussian_transport import (
    bures_distance,
    entropic_gaussian_cost,
    entropic_gaussian_coupling,
    gaussian_barycentres,
    gaussian_geodesic,
    gaussian_map,
    square_root,
    wasserstein_of_gaussians,
    wasserstein_of_normals,
)
from abinitio.information.wasserstein import wasserstein_1d

problems = given(seed=st.integers(0, 10**6), d=st.integers(1, 6))


def covariance(rng, d):
    Z = rng.standard_normal((d + 3, d)) * rng.uniform(0.5, 2, d)
    return Z.T @ Z / (d + 3)


def pair(seed, d):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(d), covariance(rng, d), rng.standard_normal(d) + 1, covariance(rng, d), rng


@settings(max_examples=40, deadline=None)
@problems
def test_the_formula_of_dowson_and_landau(seed, d):
    mean_a, A, mean_b, B, _ = pair(seed, d)
    S = np.real(sqrtm(A))
    squared = np.sum((mean_a - mean_b) ** 2) + np.trace(A + B - 2 * np.real(sqrtm(S @ B @ S)))
    assert wasserstein_of_gaussians(mean_a, A, mean_b, B) ** 2 == pytest.approx(squared, rel=1e-8, abs=1e-10)
    assert_allclose(square_root(A), S, atol=1e-9)


@settings(max_examples=40, deadline=None)
@problems
def test_the_map_carries_one_onto_the_other_at_that_cost(seed, d):
    _, A, _, B, _ = pair(seed, d)
    T = gaussian_map(A, B)
    assert_allclose(T @ A @ T, B, atol=1e-8)
    assert_allclose(T, T.T, atol=0)
    assert np.linalg.eigvalsh(T).min() > 0  # the gradient of a convex function: Brenier's theorem, so it is optimal
    moved = np.trace((T - np.eye(d)) @ A @ (T - np.eye(d)))  # E |T x - x|²
    assert bures_distance(A, B) ** 2 == pytest.approx(moved, rel=1e-7, abs=1e-10)
    assert_allclose(gaussian_map(B, A) @ T, np.eye(d), atol=1e-6)


@settings(max_examples=40, deadline=None)
@problems
def test_a_metric_with_shortest_paths(seed, d):
    mean_a, A, mean_b, B, rng = pair(seed, d)
    distance = wasserstein_of_gaussians(mean_a, A, mean_b, B)
    assert wasserstein_of_gaussians(mean_b, B, mean_a, A) == pytest.approx(distance, rel=1e-9)
    C = covariance(rng, d)
    assert bures_distance(A, B) <= bures_distance(A, C) + bures_distance(C, B) + 1e-10
    s, t = np.sort(rng.uniform(size=2))
    one, other = (gaussian_geodesic(mean_a, A, mean_b, B, x) for x in (s, t))
    assert wasserstein_of_gaussians(*one, *other) == pytest.approx((t - s) * distance, rel=1e-6, abs=1e-8)
    for x, mean, cov in ((0, mean_a, A), (1, mean_b, B)):
        end = gaussian_geodesic(mean_a, A, mean_b, B, x)
        assert_allclose(end[0], mean, atol=1e-12), assert_allclose(end[1], cov, atol=1e-8)


def test_one_dimension_is_the_distance_of_quantiles():
    z = norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    exact = wasserstein_of_normals(1.0, 2.0, -1.0, 0.5)
    assert exact == pytest.approx(np.sqrt(4 + 1.5**2), rel=1e-15)
    assert wasserstein_1d(1 + 2 * z, -1 + 0.5 * z, 2) == pytest.approx(exact, rel=1e-4)
    assert wasserstein_of_gaussians([1.0], [[4.0]], [-1.0], [[0.25]]) == pytest.approx(exact, rel=1e-14)
    assert wasserstein_of_normals(np.zeros(2), 1.0, np.array([3.0, 0.0]), 1.0).tolist() == [3, 0]


def test_commuting_covariances_are_standard_deviations_axis_by_axis():
    rng = np.random.default_rng(0)
    Q, _ = np.linalg.qr(rng.standard_normal((4, 4)))
    r, s = rng.uniform(0.1, 3, (2, 4))
    A, B = (Q * r**2) @ Q.T, (Q * s**2) @ Q.T
    assert bures_distance(A, B) == pytest.approx(np.linalg.norm(r - s), rel=1e-10)
    assert_allclose(gaussian_map(A, B), (Q * s / r) @ Q.T, atol=1e-10)


def test_nothing_cancels_between_neighbours():
    """d(A, A + h²) to a relative precision that the difference of traces cannot have: it would be lost below 1e-8."""
    r, h = np.array([1.0, 2.0, 3.0]), 1e-11
    assert bures_distance(np.diag(r**2), np.diag((r + h) ** 2)) == pytest.approx(h * np.sqrt(3), rel=1e-4)
    assert bures_distance(np.diag(r**2), np.diag(r**2)) < 1e-15


def test_singular_covariances():
    v, w = np.array([3.0, 0.0]), np.array([0.0, 4.0])  # two needles: the plan is free, the cost is not
    assert bures_distance(np.outer(v, v), np.outer(w, w)) == pytest.approx(5, rel=1e-12)
    assert bures_distance(np.outer(v, v), np.zeros((2, 2))) == pytest.approx(3, rel=1e-12)
    with pytest.raises(np.linalg.LinAlgError):
        gaussian_map(np.zeros((2, 2)), np.eye(2))


def test_no_other_pairing_of_samples_is_cheaper_than_the_map():
    mean_a, A, mean_b, B, rng = pair(5, 3)
    x = rng.multivariate_normal(mean_a, A, 200)
    y = mean_b + (x - mean_a) @ gaussian_map(A, B).T
    cost = np.sum((x[:, None] - y) ** 2, axis=2)
    rows, columns = linear_sum_assignment(cost)
    assert cost[rows, columns].mean() == pytest.approx(np.trace(cost) / 200, rel=1e-10)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), d=st.integers(1, 4), k=st.integers(1, 4))
def test_the_barycentre_is_a_minimum_that_the_iterates_fall_to(seed, d, k):
    rng = np.random.default_rng(seed)
    covs, weights = np.array([covariance(rng, d) for _ in range(k)]), rng.dirichlet(np.ones(k))
    objective = lambda S: weights @ [bures_distance(S, C) ** 2 for C in covs]
    iterates = list(islice(gaussian_barycentres(covs, weights), 60))
    values = [objective(S) for S in iterates]
    assert np.all(np.diff(values) < 1e-10)
    mean_map = sum(w * gaussian_map(iterates[-1], C) for w, C in zip(weights, covs))
    assert_allclose(mean_map, np.eye(d), atol=1e-6)
    for _ in range(5):
        E = 0.05 * rng.standard_normal((d, d))
        assert objective((np.eye(d) + E) @ iterates[-1] @ (np.eye(d) + E).T) >= values[-1] - 1e-9


def test_the_barycentre_of_two_is_on_the_geodesic():
    _, A, _, B, _ = pair(2, 3)
    *_, S = islice(gaussian_barycentres(np.array([A, B]), np.array([0.7, 0.3])), 100)
    assert_allclose(S, gaussian_geodesic(np.zeros(3), A, np.zeros(3), B, 0.3)[1], atol=1e-8)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.2, 3), st.floats(0.2, 3), st.floats(0.05, 10))
def test_the_entropic_cost_on_a_line_is_the_least_over_correlations(s, r, epsilon):
    """Among Gaussian plans of correlation ρ:  s² + r² - 2ρsr - (ε/2) log(1 - ρ²)."""
    cost = lambda rho: s**2 + r**2 - 2 * rho * s * r - epsilon / 2 * np.log1p(-(rho**2))
    best = minimize_scalar(cost, bounds=(0, 1 - 1e-12), method="bounded", options={"xatol": 1e-12})
    A, B, zero = np.array([[s**2]]), np.array([[r**2]]), np.zeros(1)
    assert entropic_gaussian_cost(zero, A, zero + 2, B, epsilon) == pytest.approx(4 + best.fun, rel=1e-9)
    assert entropic_gaussian_coupling(A, B, epsilon)[0, 0] == pytest.approx(best.x * s * r, rel=1e-5, abs=1e-7)


def test_the_entropic_cost_is_the_least_over_all_cross_covariances():
    _, A, _, B, rng = pair(7, 2)
    epsilon, zero = 0.7, np.zeros(2)

    def cost(C):
        rest = np.linalg.det(A - C.reshape(2, 2) @ np.linalg.solve(B, C.reshape(2, 2).T)) / np.linalg.det(A)
        kl = -np.log(rest) / 2 if rest > 0 else np.inf
        return np.trace(A + B) - 2 * np.trace(C.reshape(2, 2)) + epsilon * kl

    C = entropic_gaussian_coupling(A, B, epsilon)
    exact = entropic_gaussian_cost(zero, A, zero, B, epsilon)
    assert cost(C.ravel()) == pytest.approx(exact, rel=1e-12)
    assert_allclose(minimize(cost, C.ravel(), tol=1e-10, method="Nelder-Mead").fun, exact, rtol=1e-9)
    for _ in range(50):
        assert cost(C.ravel() + 0.03 * rng.standard_normal(4)) > exact


def test_limits_of_the_entropic_cost():
    mean_a, A, mean_b, B, _ = pair(3, 3)
    squared = wasserstein_of_gaussians(mean_a, A, mean_b, B) ** 2
    assert_allclose(entropic_gaussian_coupling(A, B, 1e-9), A @ gaussian_map(A, B), atol=1e-7)
    assert entropic_gaussian_cost(mean_a, A, mean_b, B, 1e-9) == pytest.approx(squared, rel=1e-6)
    product = np.sum((mean_a - mean_b) ** 2) + np.trace(A + B)
    assert entropic_gaussian_cost(mean_a, A, mean_b, B, 1e9) == pytest.approx(product, rel=1e-8)
    costs = [entropic_gaussian_cost(mean_a, A, mean_b, B, epsilon) for epsilon in np.geomspace(1e-3, 1e3, 20)]
    assert np.all(np.diff(costs) > 0) and squared < costs[0] < costs[-1] < product
