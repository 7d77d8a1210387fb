"""Entropic transport: duality, the linear programme as a limit with its bound, Gaussians, divergences."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.exceptions import ConvergenceWarning

from abinitio.information.gaussian_transport import entropic_gaussian_cost, entropic_gaussian_coupling
from abinitio.information.optimal_transport import optimal_transport, transport_cost
from abinitio.information.sinkhorn import (
    entropic_cost,
    entropic_dual,
    entropic_plan,
    marginal_violation,
    self_cost,
    sinkhorn,
    sinkhorn_divergence,
    sinkhorn_iterations,
    sinkhorn_step,
)

seeds = st.integers(0, 10**6)
sizes = st.integers(1, 12)


def problem(seed, n, m):
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((n, 2)), rng.standard_normal((m, 2)) + 1
    return rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m)), np.sum((X[:, None] - Y) ** 2, axis=2)


def entropy(a):
    return -np.sum(a * np.log(a, where=a > 0, out=np.zeros_like(a)))


@settings(max_examples=40, deadline=None)
@given(seeds, sizes, sizes, st.floats(-4, 2))
def test_the_optimum_has_its_marginals_and_no_duality_gap(seed, n, m, log_epsilon):
    a, b, cost = problem(seed, n, m)
    epsilon = 10.0 ** max(log_epsilon, -1.5)
    f, g = sinkhorn(a, b, cost, epsilon, tol=1e-11)
    P = entropic_plan(f, g, a, b, cost, epsilon)
    assert marginal_violation(P, a, b) < 1e-10
    primal, dual = entropic_cost(P, a, b, cost, epsilon), entropic_dual(f, g, a, b, cost, epsilon)
    assert primal == pytest.approx(dual, rel=1e-8, abs=1e-9)
    assert np.sum(P * np.log(P / np.outer(a, b))) > -1e-12


@settings(max_examples=30, deadline=None)
@given(seeds, sizes, sizes, st.floats(-2, 1))
def test_every_pair_of_potentials_bounds_the_cost_of_every_plan(seed, n, m, log_epsilon):
    a, b, cost = problem(seed, n, m)
    epsilon, rng = 10.0**log_epsilon, np.random.default_rng(seed + 1)
    f, g = rng.standard_normal(n), rng.standard_normal(m)
    plan, _, _ = optimal_transport(a, b, cost)
    mixed = (plan + np.outer(a, b)) / 2
    for P in (plan, mixed, np.outer(a, b)):
        assert entropic_dual(f, g, a, b, cost, epsilon) <= entropic_cost(P, a, b, cost, epsilon) + 1e-9


@settings(max_examples=30, deadline=None)
@given(seeds, sizes, sizes, st.floats(-1, 1))
def test_the_iterations_climb_the_dual_to_the_fast_one_s_answer(seed, n, m, log_epsilon):
    a, b, cost = problem(seed, n, m)
    epsilon = 10.0**log_epsilon
    steps = list(islice(sinkhorn_iterations(a, b, cost, epsilon), 30))
    duals = [entropic_dual(f, g, a, b, cost, epsilon) for f, g in steps]
    assert np.all(np.diff(duals) > -1e-12 * max(1, cost.max()))
    for f, g in steps:
        assert_allclose(entropic_plan(f, g, a, b, cost, epsilon).sum(axis=1), a, atol=1e-14)
    f, g = sinkhorn(a, b, cost, epsilon, tol=1e-11)
    assert duals[-1] <= entropic_dual(f, g, a, b, cost, epsilon) + 1e-10


def test_the_answer_is_the_maximum_of_the_dual():
    a, b, cost = problem(1, 4, 5)
    loss = lambda x: -entropic_dual(x[:4], x[4:], a, b, cost, 0.3)
    best = minimize(loss, np.zeros(9), tol=1e-12).fun
    f, g = sinkhorn(a, b, cost, 0.3)
    assert entropic_dual(f, g, a, b, cost, 0.3) == pytest.approx(-best, rel=1e-8)


@settings(max_examples=30, deadline=None)
@given(seeds, sizes, sizes, st.floats(-5, 3))
def test_a_step_is_a_free_energy_and_tends_to_the_least_cost(seed, n, m, log_epsilon):
    _, b, cost = problem(seed, n, m)
    g, epsilon = np.random.default_rng(seed).standard_normal(m), 10.0**log_epsilon
    f = sinkhorn_step(g, np.log(b), 1e4 * cost, epsilon)
    assert_allclose(f, -epsilon * logsumexp((g - 1e4 * cost) / epsilon, b=b, axis=1), rtol=1e-9, atol=1e-9 * epsilon)
    least = np.min(1e4 * cost - g, axis=1)
    assert np.all(f >= least - 1e-9 * np.abs(least))
    assert np.all(f <= least - epsilon * np.log(b.min()) + 1e-9 * np.abs(least) + 1e-12)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(2, 10), st.integers(2, 10))
def test_the_exact_cost_is_the_limit_within_epsilon_times_the_entropy(seed, n, m):
    a, b, cost = problem(seed, n, m)
    exact = transport_cost(optimal_transport(a, b, cost).plan, cost)
    bound = min(entropy(a), entropy(b))  # of KL(P | a b), the mutual information of the plan
    for epsilon in (1.0, 0.3, 0.1, 0.03):
        f, g = sinkhorn(a, b, cost, epsilon, tol=1e-7)
        P = entropic_plan(f, g, a, b, cost, epsilon)
        for value in (entropic_cost(P, a, b, cost, epsilon), transport_cost(P, cost)):
            assert exact - 1e-5 <= value <= exact + epsilon * bound + 1e-5


def test_small_epsilon_against_huge_costs():
    rng = np.random.default_rng(0)
    x, y = np.sort(rng.uniform(size=40)), np.sort(rng.uniform(size=40)) + 0.2
    a, cost = np.full(40, 1 / 40), 1e6 * np.subtract.outer(x, y) ** 2
    epsilon = 1e-4 * cost.max()
    f, g = sinkhorn(a, a, cost, epsilon, tol=1e-6)
    P = entropic_plan(f, g, a, a, cost, epsilon)
    assert marginal_violation(P, a, a) < 2e-6
    exact = transport_cost(optimal_transport(a, a, cost).plan, cost)
    assert exact * (1 - 1e-5) <= transport_cost(P, cost) <= exact + epsilon * np.log(40)


@pytest.mark.parametrize("epsilon", [0.2, 1.0, 5.0])
def test_gaussians_on_a_line_as_in_closed_form(epsilon):
    x = np.linspace(-9, 9, 361)
    densities = [np.exp(-((x - mean) ** 2) / (2 * s**2)) for mean, s in ((-0.5, 1.0), (1.0, 0.7))]
    a, b = (p / p.sum() for p in densities)  # the trapezoidal rule: its error falls faster than any power of the step
    cost = np.subtract.outer(x, x) ** 2
    f, g = sinkhorn(a, b, cost, epsilon, tol=1e-12)
    A, B = np.array([[1.0]]), np.array([[0.49]])
    exact = entropic_gaussian_cost(np.array([-0.5]), A, np.array([1.0]), B, epsilon)
    assert entropic_dual(f, g, a, b, cost, epsilon) == pytest.approx(exact, rel=1e-9)
    P = entropic_plan(f, g, a, b, cost, epsilon)
    covariance = (x + 0.5) @ P @ (x - 1.0)
    assert covariance == pytest.approx(entropic_gaussian_coupling(A, B, epsilon)[0, 0], rel=1e-9)


def test_a_large_epsilon_forgets_the_cost():
    a, b, cost = problem(2, 6, 7)
    f, g = sinkhorn(a, b, cost, 1e7)
    assert_allclose(entropic_plan(f, g, a, b, cost, 1e7), np.outer(a, b), atol=1e-6)


def test_no_weight_is_no_point():
    a, b, cost = problem(3, 6, 5)
    a[2] = b[0] = 0
    a, b = a / a.sum(), b / b.sum()
    f, g = sinkhorn(a, b, cost, 0.2)
    rows, columns = np.flatnonzero(a), np.flatnonzero(b)
    F, G = sinkhorn(a[rows], b[columns], cost[np.ix_(rows, columns)], 0.2)
    assert np.all(np.isfinite(f)) and np.all(np.isfinite(g))
    assert_allclose(
        entropic_plan(f, g, a, b, cost, 0.2)[np.ix_(rows, columns)],
        entropic_plan(F, G, a[rows], b[columns], cost[np.ix_(rows, columns)], 0.2),
        atol=1e-8,
    )
    *_, (f, g) = islice(sinkhorn_iterations(a, b, cost, 0.2), 3)
    assert np.all(np.isfinite(f)) and np.all(np.isfinite(g))


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(1, 8), st.integers(1, 8), st.sampled_from([1, 2]), st.floats(-1, 1))
def test_the_divergence_is_positive_and_zero_for_equal_measures(seed, n, m, p, log_epsilon):
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-2, 2, n), rng.uniform(-2, 2, m)
    a, b, epsilon = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m)), 10.0**log_epsilon
    d = lambda s, t: np.abs(np.subtract.outer(s, t)) ** p
    divergence = sinkhorn_divergence(a, b, d(x, y), d(x, x), d(y, y), epsilon)
    assert divergence > 1e-7
    order = rng.permutation(n)
    same = sinkhorn_divergence(a, a[order], d(x, x[order]), d(x, x), d(x[order], x[order]), epsilon)
    assert abs(same) < 1e-7
    swapped = sinkhorn_divergence(b, a, d(y, x), d(y, y), d(x, x), epsilon)
    assert swapped == pytest.approx(divergence, rel=1e-6, abs=1e-7)


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(1, 20), st.floats(-3, 2))
def test_the_cost_of_a_measure_with_itself(seed, n, log_epsilon):
    rng = np.random.default_rng(seed)
    x, a, epsilon = rng.standard_normal(n), rng.dirichlet(np.ones(n)), 10.0**log_epsilon
    cost = np.subtract.outer(x, x) ** 2
    value = self_cost(a, cost, epsilon)
    assert -1e-9 <= value <= epsilon * entropy(a) + 1e-9  # the plan that moves nothing
    if epsilon > 0.1:
        f, g = sinkhorn(a, a, cost, epsilon, tol=1e-10)
        assert value == pytest.approx(a @ f + a @ g, rel=1e-7, abs=1e-8)


def test_the_divergence_of_a_translation_is_the_squared_distance_for_every_epsilon():
    rng = np.random.default_rng(4)
    x, a = rng.standard_normal(15), rng.dirichlet(np.ones(15))
    d = lambda s, t: np.subtract.outer(s, t) ** 2
    for epsilon in (0.1, 1.0, 100.0):
        value = sinkhorn_divergence(a, a, d(x, x + 3), d(x, x), d(x, x), epsilon, tol=1e-11)
        assert value == pytest.approx(9, rel=1e-8)


def test_too_few_iterations_are_said_and_wrong_inputs_refused():
    a, b, cost = problem(5, 20, 20)
    with pytest.warns(ConvergenceWarning, match=r"after max_iter = 2 .* allow more"):
        sinkhorn(a, b, cost, 0.01, max_iter=2)
    for wrong, message in [
        ((2 * a, b, cost, 1.0), "sum to 1"),
        ((a, b - 1, cost, 1.0), "weights must be >= 0"),
        ((a, b[:5], cost, 1.0), "shape"),
        ((a, b, cost, 0.0), "epsilon"),
    ]:
        with pytest.raises(ValueError, match=message):
            sinkhorn(*wrong)
