r"""The network simplex for optimal transport: a tree of n + m - 1 pairs of points in use, improved pair by pair.

At a vertex of the set of plans the pairs (i, j) in use form a tree on the n + m points. The tree fixes the plan (cut
one of its pairs: what flows over it is the surplus of the part cut off) and the potentials, $u_i + v_j = C_{ij}$ along
its pairs. A pair with $C_{ij} < u_i + v_j$ enters: mass flows around the circle that it closes until a pair of the
circle is empty; that one leaves, and the potentials of the part of the tree that it held are shifted by one number.

Ties leave empty pairs in the tree, and with them pivots that move nothing. All empty pairs point to the root (the last
of the m points), and the last empty pair of the circle leaves: then no tree ever comes back (W. H. Cunningham, Math.
Program. 11 (1976) 105). The first tree is the cheapest-first rule's, on costs less the minimum of their row and column.

Nodes: 0 ... n-1 the rows, n ... n+m-1 the columns; `flow[x]` is what the pair of the node x and its parent carries.
Oracles: `transport_simplex`, which reads like the linear programme; HiGHS. Source: R. K. Ahuja, T. L. Magnanti,
J. B. Orlin, "Network Flows" (1993), chapter 11.
"""

import numpy as np
from numba import njit

NONE = -1


def network_simplex(a, b, cost):
    r"""The optimal plan and its potentials for positive masses.

    a : (n,), b : (m,) masses > 0 of equal sum;  cost : (n, m), finite, of either sign.
    Returns (plan, u, v): (n, m), (n,), (m,) with $v_m = 0$, as `optimal_transport`; $C_{ij} - u_i - v_j \ge -10^{-13}$
    times the largest cost, and 0 up to rounding where mass flows.

    >>> plan, u, v = network_simplex(np.array([2.0, 1.0]), np.array([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 1.0]]))
    >>> plan, u, v
    (array([[1., 1.],
           [0., 1.]]), array([2., 1.]), array([-1.,  0.]))
    """
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    cost = np.ascontiguousarray(cost, dtype=float)
    reduced = cost - cost.min(axis=1, keepdims=True)
    reduced -= reduced.min(axis=0)
    rows, columns = _cheapest_first(a, b, np.argsort(reduced, axis=None))
    tolerance = 1e-13 * max(np.abs(cost).max(), np.finfo(float).tiny)
    flow, parent, u, v = _improve(a, b, cost, rows, columns, tolerance)
    n, plan = len(a), np.zeros(cost.shape)
    child = np.flatnonzero(parent != NONE)
    i = np.where(child < n, child, parent[child])
    j = np.where(child < n, parent[child], child) - n
    plan[i, j] = flow[child]
    return plan, u, v


@njit(cache=True)
def _cheapest_first(a, b, order):
    """A tree of n + m - 1 pairs: the pairs in the given order, each with all the mass that its two ends have left.

    Every row has an infinitesimal mass more, and the root takes these n: no ties, and empty pairs point to the root.
    """
    n, m = len(a), len(b)
    left, wanted = a.copy(), b.copy()
    extra, extra_wanted = np.ones(n, np.int64), np.zeros(m, np.int64)
    extra_wanted[m - 1] = n
    open_row, open_column = np.ones(n, np.bool_), np.ones(m, np.bool_)
    rows, columns = np.empty(n + m - 1, np.int64), np.empty(n + m - 1, np.int64)
    count, rows_left, columns_left, k = 0, n, m, 0
    while count < n + m - 1:
        i, j = order[k] // m, order[k] % m
        k += 1
        if not (open_row[i] and open_column[j]):
            continue
        rows[count], columns[count] = i, j
        count += 1
        row_ends = left[i] < wanted[j] or (left[i] == wanted[j] and extra[i] < extra_wanted[j])
        if columns_left == 1 or (row_ends and rows_left > 1):
            wanted[j], extra_wanted[j] = max(wanted[j] - left[i], 0.0), extra_wanted[j] - extra[i]
            open_row[i] = False
            rows_left -= 1
        else:
            left[i], extra[i] = max(left[i] - wanted[j], 0.0), extra[i] - extra_wanted[j]
            open_column[j] = False
            columns_left -= 1
    return rows, columns


@njit(cache=True)
def _improve(a, b, cost, rows, columns, tolerance):
    """Pivots from the first tree to the optimum; returns (flow, parent, u, v)."""
    n, m = cost.shape
    tree = np.full((6, n + m), NONE)  # parent, depth, first child, next and previous sibling, order from the root
    parent, order = tree[0], tree[5]
    _hang(n, m, rows, columns, tree)
    flow, u, v = _tree_flow(a, b, parent, order), np.zeros(n), np.zeros(m)
    _set_potentials(cost, parent, order, u, v)
    row, scanned, exact = 0, 0, True
    while True:
        j = _cheapest_column(cost[row], u[row], v, tolerance)
        if j != NONE:
            _pivot(row, j, cost[row, j] - u[row] - v[j], tree, flow, u, v)
            scanned, exact = 0, False
        elif scanned < n:
            scanned += 1
        elif exact:
            break
        else:  # no pair enters: once more, with potentials that the pivots' rounding has not touched
            _preorder(n + m - 1, tree)
            _set_potentials(cost, parent, order, u, v)
            scanned, exact = 0, True
        row = row + 1 if row + 1 < n else 0
    return _tree_flow(a, b, parent, order), parent, u, v


@njit(cache=True)
def _hang(n, m, rows, columns, tree):
    """Hang the tree of the given pairs from its root, the last column."""
    parent, depth, order = tree[0], tree[1], tree[5]
    start = np.zeros(n + m + 1, np.int64)  # the neighbours of x are met[start[x] : start[x + 1]]
    for k in range(n + m - 1):
        start[rows[k] + 1] += 1
        start[n + columns[k] + 1] += 1
    start = np.cumsum(start)
    met, free = np.empty(2 * (n + m - 1), np.int64), start.copy()
    for k in range(n + m - 1):
        for x, y in ((rows[k], n + columns[k]), (n + columns[k], rows[k])):
            met[free[x]] = y
            free[x] += 1
    order[0], depth[n + m - 1], count = n + m - 1, 0, 1
    for k in range(n + m):
        x = order[k]
        for y in met[start[x] : start[x + 1]]:
            if y != parent[x]:
                _link(y, x, tree)
                depth[y] = depth[x] + 1
                order[count] = y
                count += 1


@njit(cache=True)
def _link(x, y, tree):
    """Make x a child of y."""
    parent, first, after, before = tree[0], tree[2], tree[3], tree[4]
    parent[x], after[x], before[x] = y, first[y], NONE
    if first[y] != NONE:
        before[first[y]] = x
    first[y] = x


@njit(cache=True)
def _unlink(x, tree):
    """Take x off its parent's children."""
    parent, first, after, before = tree[0], tree[2], tree[3], tree[4]
    if before[x] == NONE:
        first[parent[x]] = after[x]
    else:
        after[before[x]] = after[x]
    if after[x] != NONE:
        before[after[x]] = before[x]


@njit(cache=True)
def _preorder(x, tree):
    """Write x and all below it into `order`, parents before their children; returns how many."""
    first, after, order = tree[2], tree[3], tree[5]
    order[0], count, k = x, 1, 0
    while k < count:
        child = first[order[k]]
        while child != NONE:
            order[count] = child
            count += 1
            child = after[child]
        k += 1
    return count


@njit(cache=True)
def _tree_flow(a, b, parent, order):
    """What each pair of the tree carries: the surplus, or the lack, of the part of the tree that hangs on it."""
    n, N = len(a), len(order)
    surplus = np.concatenate((a, -b))
    for k in range(N - 1, 0, -1):
        surplus[parent[order[k]]] += surplus[order[k]]
    surplus[n:] *= -1
    return np.maximum(surplus, 0)


@njit(cache=True)
def _set_potentials(cost, parent, order, u, v):
    """The potentials with u_i + v_j = C_ij along the tree and 0 at the root."""
    n, m = cost.shape
    v[m - 1] = 0
    for x in order[1:]:
        if x < n:
            u[x] = cost[x, parent[x] - n] - v[parent[x] - n]
        else:
            v[x - n] = cost[parent[x], x - n] - u[parent[x]]


@njit(cache=True)
def _cheapest_column(costs, u, v, tolerance):
    """The column j with the least C_ij - u_i - v_j of a row i, if that is negative."""
    enough, entering = u - tolerance, 0
    for j in range(len(v)):  # most rows have none, and to count is a loop that the compiler makes parallel
        entering += costs[j] - v[j] < enough
    if entering == 0:
        return NONE
    best = 0
    for j in range(1, len(v)):
        if costs[j] - v[j] < costs[best] - v[best]:
            best = j
    return best


@njit(cache=True)
def _pivot(i, j, reduced, tree, flow, u, v):
    """Let (i, j) enter: send mass around its circle, take out the pair that becomes empty, shift potentials."""
    n, parent, depth, order = len(u), tree[0], tree[1], tree[5]
    x, y, amount, leaves, on_row_side = i, n + j, np.inf, NONE, True
    while x != y:  # upwards to the apex; with the entering pair's direction, flow falls where a pair points back
        if depth[x] >= depth[y]:
            if x < n and flow[x] < amount:
                amount, leaves, on_row_side = flow[x], x, True
            x = parent[x]
        else:
            y = parent[y]
    apex, y = x, n + j
    while y != apex:  # of several that become empty the last on the way round from the apex leaves
        if y >= n and flow[y] <= amount:
            amount, leaves, on_row_side = flow[y], y, False
        y = parent[y]
    x, y = i, n + j
    while x != apex:
        flow[x] += -amount if x < n else amount
        x = parent[x]
    while y != apex:
        flow[y] += -amount if y >= n else amount
        y = parent[y]
    top = i if on_row_side else n + j
    _rehang(top, n + j if on_row_side else i, leaves, amount, tree, flow)
    shift = reduced if on_row_side else -reduced  # of the rows; the columns' is the opposite
    for x in order[: _preorder(top, tree)]:
        depth[x] = depth[parent[x]] + 1
        if x < n:
            u[x] += shift
        else:
            v[x - n] -= shift


@njit(cache=True)
def _rehang(x, onto, last, amount, tree, flow):
    """Hang the part of the tree from `last` down by its node x onto another node; the pairs from x to `last` turn."""
    parent = tree[0]
    while True:
        above, carried = parent[x], flow[x]
        _unlink(x, tree)
        _link(x, onto, tree)
        flow[x] = amount
        if x == last:
            break
        x, onto, amount = above, x, carried
