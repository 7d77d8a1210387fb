"""Scalings against the iterations in the log domain: the same potentials, at every temperature and in both floats."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.information import sinkhorn_scaling
from abinitio.information.sinkhorn import entropic_plan, marginal_violation, sinkhorn_iterations, sinkhorn_step
from abinitio.information.sinkhorn_scaling import annealed_sinkhorn, scaled_sinkhorn, soft_minimum


def problem(seed, n, m, weightless=False):
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((n, 2)), rng.standard_normal((m, 2)) + 1
    a, b = rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m))
    if weightless and n > 1:
        a[0] = 0
        a /= a.sum()
    cost = np.sum((X[:, None] - Y) ** 2, axis=2)
    return a, b, cost / cost.max()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 14),
    m=st.integers(1, 14),
    log_epsilon=st.floats(-5, 2),
    steps=st.integers(1, 60),
    weightless=st.booleans(),
)
def test_the_same_iterates_at_every_temperature(seed, n, m, log_epsilon, steps, weightless):
    a, b, cost = problem(seed, n, m, weightless)
    epsilon = 10.0**log_epsilon
    *_, (f, g) = islice(sinkhorn_iterations(a, b, cost, epsilon), steps)
    result = scaled_sinkhorn(a, b, cost, epsilon, -1.0, steps)  # no violation is below -1: all the steps
    assert result.iterations == steps
    assert_allclose(result.f, f, atol=1e-11 * max(epsilon, 1))
    assert_allclose(result.g, g, atol=1e-11 * max(epsilon, 1))
    P = entropic_plan(f, g, a, b, cost, epsilon)
    assert result.violation == pytest.approx(marginal_violation(P, a, b), abs=1e-7)


@pytest.mark.parametrize("epsilon", [1.0, 1e-2, 1e-3])
@pytest.mark.parametrize("n, m", [(130, 127), (200, 90)])
def test_float32_inside_leaves_no_trace_where_the_marginals_are_met(epsilon, n, m):
    a, b, cost = problem(0, n, m)
    result = scaled_sinkhorn(a, b, cost, epsilon, 1e-11, 100_000)
    assert cost.size > sinkhorn_scaling.SINGLE_FROM and result.violation <= 1e-11
    P = entropic_plan(result.f, result.g, a, b, cost, epsilon)
    assert marginal_violation(P, a, b) < 3e-11
    again = sinkhorn_step(result.g, np.log(b), cost, epsilon)
    assert_allclose(result.f, again, atol=1e-13)


def test_float32_and_float64_agree_on_the_way(monkeypatch):
    a, b, cost = problem(1, 150, 150)
    mixed = scaled_sinkhorn(a, b, cost, 1e-3, 0.0, 100)
    monkeypatch.setattr(sinkhorn_scaling, "SINGLE_FROM", np.inf)
    double = scaled_sinkhorn(a, b, cost, 1e-3, 0.0, 100)
    *_, (f, g) = islice(sinkhorn_iterations(a, b, cost, 1e-3), 100)
    plans = [entropic_plan(*pair, a, b, cost, 1e-3) for pair in ((f, g), double[:2], mixed[:2])]
    assert double.violation > 1e-5  # not converged: float32 served for 90 of the 100
    assert np.abs(plans[1] - plans[0]).sum() < 1e-12
    assert 0 < np.abs(plans[2] - plans[0]).sum() < 1e-6


def test_with_a_narrow_limit_the_kernel_is_rebuilt_and_the_answer_stays(monkeypatch):
    a, b, cost = problem(2, 40, 30)
    *_, (f, g) = islice(sinkhorn_iterations(a, b, cost, 1e-2), 50)
    for limit in (1.0, 1.001, 1.5, 1e3):
        monkeypatch.setitem(sinkhorn_scaling.LIMIT, np.dtype(float), limit)
        result = scaled_sinkhorn(a, b, cost, 1e-2, 0.0, 50)
        assert_allclose(result.f, f, atol=1e-12), assert_allclose(result.g, g, atol=1e-12)


@pytest.mark.parametrize("epsilon", [1e-1, 1e-2, 2e-3])
def test_annealing_ends_at_the_same_plan(epsilon):
    a, b, cost = problem(3, 150, 140)
    direct = scaled_sinkhorn(a, b, cost, epsilon, 1e-10, 100_000)
    annealed = annealed_sinkhorn(a, b, cost, epsilon, 1e-10, 100_000)
    plans = [entropic_plan(x.f, x.g, a, b, cost, epsilon) for x in (direct, annealed)]
    assert_allclose(plans[0], plans[1], atol=1e-9)
    assert annealed.iterations < direct.iterations + 200


def test_a_start_at_the_answer_ends_at_once():
    a, b, cost = problem(4, 150, 150)
    first = scaled_sinkhorn(a, b, cost, 1e-2, 1e-10, 100_000)
    second = scaled_sinkhorn(a, b, cost, 1e-2, 1e-9, 100_000, first.f)
    assert 5 * second.iterations < first.iterations  # a pass in float32 loses some digits; they come back
    assert annealed_sinkhorn(a, b, cost, 1e-2, 0.0, 77).iterations == 77


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 30), st.floats(-6, 3))
def test_a_soft_minimum_by_blocks_is_the_step(seed, n, m, log_epsilon):
    _, b, cost = problem(seed, n, m)
    g, epsilon = np.random.default_rng(seed).standard_normal(m), 10.0**log_epsilon
    assert_allclose(
        soft_minimum(g, b, cost, epsilon), sinkhorn_step(g, np.log(b), cost, epsilon), rtol=1e-12, atol=1e-12
    )
