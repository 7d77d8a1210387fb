"""Newton's method for entropic transport: the derivative, the doubling of digits, small epsilon, Sinkhorn's answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.information.optimal_transport import optimal_transport, transport_cost
from abinitio.information.sinkhorn import entropic_plan, marginal_violation, sinkhorn
from abinitio.information.sinkhorn_newton import newton_direction, newton_sinkhorn
from abinitio.information.sinkhorn_scaling import annealed_sinkhorn, scaled_sinkhorn, soft_minimum


def problem(seed, n, m):
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((n, 2)), rng.standard_normal((m, 2)) + 1
    cost = np.sum((X[:, None] - Y) ** 2, axis=2)
    return rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m)), cost / cost.max(), rng


def plan_of(g, a, b, cost, epsilon):
    return entropic_plan(soft_minimum(g, b, cost, epsilon), g, a, b, cost, epsilon)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 10), st.integers(1, 10))
def test_the_direction_is_that_of_the_derivative(seed, n, m):
    """A change h of g along the direction brings the columns' sums nearer by h of the error, up to h²."""
    a, b, cost, rng = problem(seed, n, m)
    epsilon, g, h = 0.5, 0.1 * rng.standard_normal(m), 1e-5
    P = plan_of(g, a, b, cost, epsilon)
    direction = newton_direction(P, b, epsilon)
    moved = plan_of(g + h * direction, a, b, cost, epsilon) - plan_of(g - h * direction, a, b, cost, epsilon)
    assert_allclose(moved.sum(axis=0) / (2 * h), b - P.sum(axis=0), atol=1e-7)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 12), st.floats(-2, 1))
def test_equal_to_sinkhorn_s_iterations(seed, n, m, log_epsilon):
    a, b, cost, _ = problem(seed, n, m)
    epsilon = 10.0**log_epsilon
    start = scaled_sinkhorn(a, b, cost, epsilon, 1e-3, 10_000)
    ours = newton_sinkhorn(a, b, cost, epsilon, 1e-12, 30, start.f)
    assert ours.violation <= 1e-12 and ours.iterations <= 8
    theirs = scaled_sinkhorn(a, b, cost, epsilon, 1e-10, 200_000)
    plans = [entropic_plan(x.f, x.g, a, b, cost, epsilon) for x in (ours, theirs)]
    if theirs.violation <= 1e-10:
        assert_allclose(plans[0], plans[1], atol=1e-6)
    assert marginal_violation(plans[0], a, b) < 2e-12


def test_the_number_of_right_digits_doubles():
    a, b, cost, _ = problem(1, 60, 50)
    start = scaled_sinkhorn(a, b, cost, 5e-3, 1e-3, 10_000)
    errors = [newton_sinkhorn(a, b, cost, 5e-3, 0.0, steps, start.f).violation for steps in range(5)]
    assert errors[2] < 30 * errors[1] ** 2 / errors[0] and errors[3] < 1e-9


@pytest.mark.parametrize("epsilon", [1e-3, 3e-4])
def test_small_epsilon(epsilon):
    a, b, cost, _ = problem(2, 100, 100)
    start = annealed_sinkhorn(a, b, cost, epsilon, 1e-10, 200)
    assert start.violation > 1e-6
    ours = newton_sinkhorn(a, b, cost, epsilon, 1e-10, 20, start.f)
    P = entropic_plan(ours.f, ours.g, a, b, cost, epsilon)
    assert ours.violation <= 1e-10 and marginal_violation(P, a, b) < 2e-10
    exact = transport_cost(optimal_transport(a, b, cost).plan, cost)
    assert exact - 1e-12 <= transport_cost(P, cost) <= exact + epsilon * np.log(100)


def test_far_apart_points_take_sinkhorn_s_iterations_for_ever_and_newton_s_not():
    rng = np.random.default_rng(4)
    x, a = rng.standard_normal(15), rng.dirichlet(np.ones(15))
    cost = np.subtract.outer(x, x + 3) ** 2
    assert scaled_sinkhorn(a, a, cost, 0.1, 1e-9, 20_000).violation > 1e-7
    P = entropic_plan(*sinkhorn(a, a, cost, 0.1, tol=1e-11), a, a, cost, 0.1)
    assert marginal_violation(P, a, a) < 2e-11


def test_what_is_no_plan_is_refused():
    with pytest.raises(ValueError, match="too sharp"):
        newton_direction(np.array([[2.0, -1.0], [-1.0, 2.0]]), np.array([1.0, 1.0]), 1.0)
