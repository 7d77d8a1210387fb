r"""Optimal transport as a linear programme: the cheapest plan, the prices that prove it, and the simplex method.

Masses a (n,) are to become masses b (m,) of the same sum; to move a unit from i to j costs $C_{ij}$. Among the plans,
$$\min_{P \ge 0} \sum_{ij} P_{ij} C_{ij} \quad \text{with} \quad \sum_j P_{ij} = a_i,\ \sum_i P_{ij} = b_j.$$
The dual problem asks for prices: maximise $\sum_i a_i u_i + \sum_j b_j v_j$ with $u_i + v_j \le C_{ij}$. For every plan
and all such prices $\sum P C - a u - b v = \sum_{ij} P_{ij} (C_{ij} - u_i - v_j) \ge 0$: the plan is optimal, and so
are the prices, if mass flows only where $u_i + v_j = C_{ij}$. That is a proof which anybody can check.

`transport_simplex` reads like the linear programme and solves small ones; what `optimal_transport` calls is its fast
twin `network_simplex`. Oracles: HiGHS; the assignment problem; the line, where order is kept.
Sources: L. Kantorovich, Dokl. Akad. Nauk 37 (1942) 227; G. B. Dantzig (1951), in "Activity Analysis of Production and
Allocation", chapter 23; R. G. Bland, Math. Oper. Res. 2 (1977) 103 (no cycles).
"""

from typing import NamedTuple

import numpy as np


class Transport(NamedTuple):
    """A plan (n, m) with the dual potentials u (n,) and v (m,)."""

    plan: np.ndarray
    u: np.ndarray
    v: np.ndarray


class Certificate(NamedTuple):
    """How far a plan and its potentials are from optimal; all four are 0 up to rounding at the optimum.

    marginals : largest error of a row sum or column sum;  infeasibility : largest $u_i + v_j - C_{ij}$, or 0;
    slackness : largest $|C_{ij} - u_i - v_j|$ where mass flows;  gap : cost of the plan less the dual value.
    """

    marginals: float
    infeasibility: float
    slackness: float
    gap: float


def transport_cost(plan, cost):
    r"""The cost $\sum_{ij} P_{ij} C_{ij}$ of a transport plan.

    plan : (n, m), the mass $P_{ij}$ that goes from i to j;  cost : (n, m), of a unit of mass from i to j.
    Returns a number, in the unit of the cost times the unit of mass.

    >>> transport_cost(np.array([[0.5, 0.0], [0.25, 0.25]]), np.array([[0.0, 1.0], [4.0, 2.0]]))
    1.5
    """
    return float(np.sum(plan * cost))


def dual_value(u, v, a, b):
    r"""The dual value $\sum_i a_i u_i + \sum_j b_j v_j$, below every plan's cost where all $u_i + v_j \le C_{ij}$.

    u : (n,), v : (m,) potentials;  a : (n,), b : (m,) masses.  Returns a number.

    >>> dual_value(np.array([1.0, 0.0]), np.array([2.0]), np.array([0.5, 0.5]), np.array([1.0]))
    2.5
    """
    return float(a @ u + b @ v)


def c_transform(u, cost):
    r"""The highest potentials $v_j = \min_i (C_{ij} - u_i)$ that u allows; with them $u_i + v_j \le C_{ij}$.

    u : (n,);  cost : (n, m).  Returns (m,).

    >>> c_transform(np.array([0.0, 2.0]), np.array([[1.0, 5.0], [4.0, 4.0]]))
    array([1., 2.])
    """
    return np.min(cost - u[:, None], axis=0)


def transport_certificate(plan, u, v, a, b, cost):
    """What proves that a plan is optimal, or shows by how much it is not.

    plan : (n, m);  u : (n,), v : (m,) potentials;  a : (n,), b : (m,) masses;  cost : (n, m).
    Returns a `Certificate`: (marginals, infeasibility, slackness, gap), each 0 up to rounding at the optimum.

    >>> a = b = np.array([0.5, 0.5])
    >>> cost = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> transport_certificate(np.eye(2) / 2, np.zeros(2), np.zeros(2), a, b, cost)
    Certificate(marginals=0.0, infeasibility=0.0, slackness=0.0, gap=0.0)
    >>> transport_certificate(np.full((2, 2), 0.25), np.zeros(2), np.zeros(2), a, b, cost).gap  # not the best plan
    0.5
    """
    reduced = cost - u[:, None] - v
    marginals = max(np.abs(plan.sum(axis=1) - a).max(), np.abs(plan.sum(axis=0) - b).max())
    slackness = np.max(np.abs(reduced), where=plan > 0, initial=0)
    gap = transport_cost(plan, cost) - dual_value(u, v, a, b)
    return Certificate(float(marginals), float(max(0.0, -reduced.min())), float(slackness), gap)


def transport_simplex(a, b, cost):
    r"""The simplex method for optimal transport, one pivot at a time; for small problems.

    a : (n,), b : (m,) masses > 0 of equal sum;  cost : (n, m).
    Yields a `Transport` (plan, u, v) for each vertex on the way, first the plan that keeps the order, last the optimal
    one; the cost never rises. u and v, with $v_m = 0$, are the potentials with $u_i + v_j = C_{ij}$ on the n + m - 1
    pairs in use; feasible ($u_i + v_j \le C_{ij}$) only at the end. Time of order $(n + m)^3$ for each.

    >>> a, cost = np.array([0.5, 0.5]), np.array([[3.0, 1.0], [1.0, 2.0]])
    >>> [transport_cost(step.plan, cost) for step in transport_simplex(a, a, cost)]
    [2.5, 1.0]
    """
    n, m = cost.shape
    rows, columns = np.divmod(np.arange(n * m), m)
    A = np.vstack([rows == np.arange(n)[:, None], columns == np.arange(m - 1)[:, None]]).astype(float)
    c, right, basis = cost.ravel(), np.concatenate([a, b[:-1]]), _staircase(a, b)
    flow = np.maximum(np.linalg.solve(A[:, basis], right), 0)
    while True:
        duals = np.linalg.solve(A[:, basis].T, c[basis])
        u, v = duals[:n], np.append(duals[n:], 0.0)
        plan = np.zeros(n * m)
        plan[basis] = flow
        yield Transport(plan.reshape(n, m), u, v)
        enters = np.flatnonzero(c - u[rows] - v[columns] < -1e-12 * np.abs(c).max())
        if enters.size == 0:
            return
        change = np.rint(np.linalg.solve(A[:, basis], A[:, enters[0]]))  # ±1 on the circle that the pair closes
        step = flow[change > 0].min()
        empty = np.flatnonzero((change > 0) & (flow == step))
        flow = flow - step * change
        out = empty[np.argmin(basis[empty])]  # the lowest number enters, the lowest leaves: no cycles (Bland)
        basis[out], flow[out] = enters[0], step


def optimal_transport(a, b, cost):
    r"""The plan $P \ge 0$ with the marginals a and b that minimises $\sum_{ij} P_{ij} C_{ij}$, and optimal potentials.

    a : (n,), b : (m,) masses >= 0 of equal sum (to 1e-9 of it), zeros allowed;  cost : (n, m), finite, of either sign.
    Returns a `Transport` (plan, u, v): the plan (n, m) with at most n + m - 1 entries > 0, and potentials u (n,),
    v (m,) with $u_i + v_j \le C_{ij}$, up to 1e-13 of the largest cost, and equality where mass flows;
    `transport_certificate` checks that. Where several plans are optimal, one of them. ValueError where masses are
    negative, their sums differ, or a cost is not finite.

    >>> result = optimal_transport(np.array([0.5, 0.5]), np.array([0.25, 0.75]), np.array([[0.0, 4.0], [1.0, 2.0]]))
    >>> result.plan
    array([[0.25, 0.25],
           [0.  , 0.5 ]])
    """
    a, b, cost = (np.asarray(x, dtype=float) for x in (a, b, cost))
    _check(a, b, cost)
    i, j = np.flatnonzero(a), np.flatnonzero(b)
    plan, u, v = np.zeros(cost.shape), np.empty(len(a)), np.empty(len(b))
    plan[np.ix_(i, j)], u[i], _ = _fast(a[i], b[j] * (a.sum() / b.sum()), cost[np.ix_(i, j)])
    v[:] = c_transform(u[i], cost[i])  # where there is no mass the highest price will do
    u[a == 0] = c_transform(v, cost[a == 0].T)
    return Transport(plan, u, v)


def _fast(a, b, cost):
    """The last step of `transport_simplex`, by the network simplex."""
    from abinitio.information.network_simplex import network_simplex  # numba loads only where used

    return network_simplex(a, b, cost)


transport_simplex.fast = _fast


def _staircase(a, b):
    """The n + m - 1 pairs, as numbers i m + j, that the plan keeping the order uses: from (0, 0) to (n - 1, m - 1)."""
    n, m, A, B = len(a), len(b), np.cumsum(a), np.cumsum(b)
    pairs = [(0, 0)]
    while len(pairs) < n + m - 1:
        i, j = pairs[-1]
        down = j == m - 1 or (i < n - 1 and A[i] <= B[j])
        pairs.append((i + 1, j) if down else (i, j + 1))
    return np.array([i * m + j for i, j in pairs])


def _check(a, b, cost):
    """ValueError where the problem has no answer."""
    if cost.shape != (len(a), len(b)):
        raise ValueError(f"cost has the shape {cost.shape}, a and b need {(len(a), len(b))}")
    if not np.all(np.isfinite(cost)):
        raise ValueError("a cost is not finite; forbid a pair by a cost that is large instead")
    if not (np.min(a) >= 0 and np.min(b) >= 0):
        raise ValueError(f"the least masses are {np.min(a):.6g} and {np.min(b):.6g}; masses must be >= 0")
    if not (a.sum() > 0 and abs(a.sum() - b.sum()) <= 1e-9 * a.sum()):
        raise ValueError(f"a sums to {a.sum():.9g} and b to {b.sum():.9g}; the sums must be equal and > 0")
