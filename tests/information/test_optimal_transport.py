"""Optimal transport: the linear programme, the assignment problem, the line, and a proof that comes with each plan."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import linear_sum_assignment, linprog

from abinitio.information.optimal_transport import (
    c_transform,
    dual_value,
    optimal_transport,
    transport_certificate,
    transport_cost,
    transport_simplex,
)
from abinitio.information.wasserstein import monotone_plan, wasserstein_1d

seeds = st.integers(0, 10**6)
sizes = st.integers(1, 8)


def problem(seed, n, m, ties=False):
    """Masses and costs; with ties: small integers, so that most vertices are degenerate, and some masses are 0."""
    rng = np.random.default_rng(seed)
    if ties:
        a, b = rng.multinomial(12, np.ones(n) / n), rng.multinomial(12, np.ones(m) / m)
        return a.astype(float), b.astype(float), rng.integers(-2, 4, (n, m)).astype(float)
    return rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m)), rng.standard_normal((n, m))


def highs(a, b, cost):
    n, m = cost.shape
    marginals = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    return linprog(cost.ravel(), A_eq=marginals, b_eq=np.concatenate([a, b]), method="highs").fun


def assert_proven(result, a, b, cost):
    scale = max(np.abs(cost).max(), 1e-300)
    certificate = transport_certificate(*result, a, b, cost)
    assert result.plan.min() >= 0
    assert certificate.marginals < 1e-14 * a.sum()
    assert certificate.infeasibility < 2e-13 * scale and certificate.slackness < 2e-13 * scale
    assert abs(certificate.gap) < 1e-12 * scale * a.sum()
    assert np.count_nonzero(result.plan) <= len(a) + len(b) - 1


@settings(max_examples=60, deadline=None)
@given(seeds, sizes, sizes, st.booleans())
def test_the_optimum_of_the_linear_programme_with_its_proof(seed, n, m, ties):
    a, b, cost = problem(seed, n, m, ties)
    result = optimal_transport(a, b, cost)
    assert_proven(result, a, b, cost)
    assert transport_cost(result.plan, cost) == pytest.approx(highs(a, b, cost), rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(seeds, sizes, sizes, st.booleans())
def test_the_readable_simplex_falls_to_the_same_value(seed, n, m, ties):
    a, b, cost = problem(seed, n, m, ties)
    cost, a, b = cost[np.ix_(a > 0, b > 0)], a[a > 0], b[b > 0]
    steps = list(transport_simplex(a, b, cost))
    costs = [transport_cost(step.plan, cost) for step in steps]
    assert np.all(np.diff(costs) <= 1e-12)
    assert_allclose(steps[0].plan, monotone_plan(a, b), atol=1e-13)
    for plan, u, v in steps:  # each vertex has the marginals, and its potentials fit its plan
        certificate = transport_certificate(plan, u, v, a, b, cost)
        assert certificate.marginals < 1e-13 * a.sum() and certificate.slackness < 1e-12
    assert certificate.infeasibility < 1e-11
    assert costs[-1] == pytest.approx(transport_cost(optimal_transport(a, b, cost).plan, cost), rel=1e-10, abs=1e-11)


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(1, 40), st.booleans())
def test_equal_masses_are_an_assignment(seed, n, ties):
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 4, (n, n)).astype(float) if ties else rng.standard_normal((n, n))
    a = np.full(n, 1 / n)
    result = optimal_transport(a, a, cost)
    assert_proven(result, a, a, cost)
    assert_allclose(n * np.sort(result.plan, axis=1)[:, -1], 1, rtol=1e-14)  # a vertex is a permutation (Birkhoff)
    assert n * transport_cost(result.plan, cost) == pytest.approx(cost[linear_sum_assignment(cost)].sum(), abs=1e-10)


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 2, 3]))
def test_on_a_line_order_is_kept(seed, n, m, p):
    rng = np.random.default_rng(seed)
    x, y = np.sort(rng.standard_normal(n)), np.sort(rng.standard_normal(m))
    a, b = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m))
    cost = np.abs(x[:, None] - y) ** p
    plan, _, _ = optimal_transport(a, b, cost)
    assert transport_cost(plan, cost) == pytest.approx(wasserstein_1d(x, y, p, a, b) ** p, rel=1e-10)
    if p > 1:  # strictly convex: the plan itself is the only one
        assert_allclose(plan, monotone_plan(a, b), atol=1e-13)


def test_a_translation_moves_every_point_by_it():
    rng = np.random.default_rng(0)
    X, shift = rng.standard_normal((150, 2)), np.array([3.0, -4.0])
    Y = rng.permutation(X) + shift
    a = np.full(150, 1 / 150)
    cost = np.sum((X[:, None] - Y) ** 2, axis=2)
    result = optimal_transport(a, a, cost)
    assert_proven(result, a, a, cost)
    assert_allclose(150 * result.plan @ Y, X + shift, atol=1e-10)
    assert transport_cost(result.plan, cost) == pytest.approx(25, rel=1e-12)


@pytest.mark.parametrize("n, m", [(120, 120), (150, 40), (3, 200)])
@pytest.mark.parametrize("kind", ["lattice", "constant", "equal masses", "one heavy", "tiny masses"])
def test_degenerate_problems_end(n, m, kind):
    rng = np.random.default_rng(1)
    X, Y = rng.integers(0, 5, (n, 2)), rng.integers(0, 5, (m, 2))
    cost = np.sum(np.abs(X[:, None] - Y), axis=2).astype(float)
    a, b = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m))
    if kind in ("lattice", "equal masses"):
        a, b = np.full(n, 1 / n), np.full(m, 1 / m)
    if kind == "constant":
        cost = np.full((n, m), 7.0)
    if kind == "one heavy":
        a, b = np.eye(n)[0], np.eye(m)[-1]
    if kind == "tiny masses":
        a, b = a**12, b**12
        a, b = a / a.sum(), b / b.sum()
    assert_proven(optimal_transport(a, b, cost), a, b, cost)


@settings(max_examples=30, deadline=None)
@given(seeds, sizes, sizes)
def test_every_feasible_price_bounds_every_plan(seed, n, m):
    a, b, cost = problem(seed, n, m)
    u = np.random.default_rng(seed + 1).standard_normal(n)
    v = c_transform(u, cost)
    assert np.all(u[:, None] + v <= cost + 1e-12)
    best = transport_cost(optimal_transport(a, b, cost).plan, cost)
    assert dual_value(u, v, a, b) <= best + 1e-12 <= transport_cost(np.outer(a, b), cost) + 2e-12


def test_a_constant_for_a_row_and_the_unit_change_only_the_potentials():
    a, b, cost = problem(5, 20, 30)
    plan = optimal_transport(a, b, cost).plan
    row = np.linspace(-3, 3, 20)[:, None]
    assert_allclose(optimal_transport(a, b, 1e6 * (cost + row)).plan, plan, atol=1e-15)
    assert_allclose(optimal_transport(1e-9 * a, 1e-9 * b, cost).plan, 1e-9 * plan, atol=1e-24)
    assert_allclose(optimal_transport(b, a, cost.T).plan, plan.T, atol=1e-15)


def test_potentials_are_the_derivative_of_the_cost():
    a, b, cost = problem(6, 6, 7)
    best = lambda a, b: transport_cost(optimal_transport(a, b, cost).plan, cost)
    u = optimal_transport(a, b, cost).u
    h = 1e-6
    slope = (best(a + h * (np.eye(6)[0] - np.eye(6)[3]), b) - best(a, b)) / h
    assert slope == pytest.approx(u[0] - u[3], rel=1e-6)


def test_what_cannot_be_answered_is_refused():
    a, b, cost = problem(7, 3, 4)
    for wrong, message in [
        ((a, 2 * b, cost), "sums must be equal"),
        ((a, b, cost.T), "shape"),
        ((a, b, np.where(cost > 0, np.inf, cost)), "not finite"),
        ((a - 1, b, cost), "must be >= 0"),
        ((0 * a, 0 * b, cost), "> 0"),
    ]:
        with pytest.raises(ValueError, match=message):
            optimal_transport(*wrong)
