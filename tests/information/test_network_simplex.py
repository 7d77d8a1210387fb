"""The network simplex: equal to the readable simplex and to HiGHS, with trees that are trees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linear_sum_assignment

from abinitio.information.network_simplex import NONE, _cheapest_first, _hang, _preorder, _tree_flow, network_simplex
from abinitio.information.optimal_transport import transport_certificate, transport_cost, transport_simplex

seeds = st.integers(0, 10**6)


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(1, 9), st.integers(1, 9), st.booleans())
def test_equal_to_the_readable_simplex(seed, n, m, ties):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(1, 4, n).astype(float), rng.integers(1, 4, m).astype(float)
    if ties:  # equal sums with many equal partial sums
        a, b = np.full(n, 1.0 * m), np.full(m, 1.0 * n)
        cost = rng.integers(0, 3, (n, m)).astype(float)
    else:
        b *= a.sum() / b.sum()
        cost = rng.standard_normal((n, m))
    *_, readable = transport_simplex(a, b, cost)
    plan, u, v = network_simplex(a, b, cost)
    assert transport_cost(plan, cost) == pytest.approx(transport_cost(readable.plan, cost), rel=1e-10, abs=1e-11)
    if not ties:
        assert_allclose(plan, readable.plan, atol=1e-12)
    assert v[-1] == 0
    certificate = transport_certificate(plan, u, v, a, b, cost)
    assert max(certificate.marginals / a.sum(), certificate.infeasibility, certificate.slackness) < 1e-12


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(1, 12), st.integers(1, 12))
def test_the_first_tree_is_a_tree_whose_empty_pairs_point_to_the_root(seed, n, m):
    rng = np.random.default_rng(seed)
    a, b = np.full(n, 1.0 * m), np.full(m, 1.0 * n)
    rows, columns = _cheapest_first(a, b, rng.permutation(n * m))
    tree = np.full((6, n + m), NONE)
    _hang(n, m, rows, columns, tree)
    parent, order = tree[0], tree[5].copy()
    assert_array_equal(np.sort(order), np.arange(n + m))  # every node is reached once: no circle, one piece
    assert order[0] == n + m - 1 and parent[n + m - 1] == NONE
    flow = _tree_flow(a, b, parent, order)
    nodes = order[1:]
    assert np.all(nodes[flow[nodes] == 0] < n)  # a row's pair points up, to its parent
    assert _preorder(n + m - 1, tree) == n + m
    plan = np.zeros((n, m))
    for x in nodes:
        plan[min(x, parent[x]), max(x, parent[x]) - n] = flow[x]
    assert_allclose(plan.sum(axis=1), a), assert_allclose(plan.sum(axis=0), b)


@pytest.mark.parametrize("n", [60, 300])
def test_points_in_a_plane_are_assigned_as_by_scipy(n):
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((n, 2)), rng.standard_normal((n, 2)) + 1
    cost, a = np.sum((X[:, None] - Y) ** 2, axis=2), np.full(n, 1 / n)
    plan, _, _ = network_simplex(a, a, cost)
    rows, columns = linear_sum_assignment(cost)
    assert_allclose(n * plan[rows, columns], 1, rtol=1e-13)


def test_inputs_stay_and_integers_do():
    a, cost = np.array([2, 1]), np.array([[1, 2], [3, 1]])
    plan, _, _ = network_simplex(a, a[::-1], cost)
    assert plan.tolist() == [[1, 1], [0, 1]] and a.tolist() == [2, 1] and cost.tolist() == [[1, 2], [3, 1]]
