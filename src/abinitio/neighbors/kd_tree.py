r"""Exact nearest neighbours in few dimensions: a balanced tree of boxes, searched nearest box first.

Each node holds the smallest box around its samples, and its children the halves of them below and above the median
along the longest edge of the box. No sample of a box is nearer to q than the box itself, at
$\sum_a \max(l_a - q_a, 0, q_a - u_a)^2$; a box further away than the k-th neighbour found so far is not opened. Sums
over coordinates run in the same order for boxes and samples, so that this holds for the rounded numbers too: rounding
is monotone. The samples of a leaf are stored coordinate by coordinate, for the SIMD lanes.

Source: J. H. Friedman, J. L. Bentley, R. A. Finkel, ACM Trans. Math. Softw. 3 (1977) 209.
"""

import numba
import numpy as np


class KDTree:
    """Samples X : (n, d), n >= 1, float64, arranged for the search of neighbours; leaf_size : samples of a leaf, about.

    >>> KDTree(np.array([[0.0], [2.0], [5.0]])).nearest(np.array([[4.0]]), k=2)
    (array([[2, 1]]), array([[1., 2.]]))
    """

    def __init__(self, X, leaf_size=None):
        n, d = X.shape
        leaf_size = leaf_size or 16 + 5 * d
        depth = max(0, int(np.ceil(np.log2(n / leaf_size))))
        self.tree = _build(np.ascontiguousarray(X, dtype=np.float64), depth)

    def nearest(self, X, k):
        """Indices and distances, (m, k) each, of the k samples nearest to each row of X (m, d), the lower index first
        at equal distance.
        """
        X = np.ascontiguousarray(X, dtype=np.float64)
        order, start, cuts, boxes, leaves = self.tree
        turn = np.argsort(_leaf_of(X, cuts), kind="stable")  # neighbouring queries read the same leaves
        indices = np.full((len(X), k), len(order))
        squares = np.full((len(X), k), np.inf)
        _search(X, turn, order, start, cuts, boxes, leaves, indices, squares)
        return indices, np.sqrt(squares)


@numba.njit(cache=True)
def _build(X, depth):
    """order : the samples, leaf by leaf;  start : (nodes, 2) first and last + 1 of each node in it;  cuts : axis and
    value, of each inner node;  boxes : (nodes, 2, d);  leaves : the coordinates, (d, samples) of each leaf in turn.

    Node i has the children 2i + 1, whose samples are not above the cut, and 2i + 2, whose are not below it.
    """
    n, d = X.shape
    nodes = 2 ** (depth + 1) - 1
    order, keys, start = np.arange(n), np.empty(n), np.empty((nodes, 2), dtype=np.int64)
    axes, values = np.empty(nodes // 2, dtype=np.int64), np.empty(nodes // 2)
    boxes, leaves = np.empty((nodes, 2, d)), np.empty(n * d)
    start[0, 0], start[0, 1] = 0, n
    for node in range(nodes):
        first, end = start[node]
        low, high = boxes[node]
        low[:], high[:] = np.inf, -np.inf
        for j in range(first, end):
            for a in range(d):
                low[a], high[a] = min(low[a], X[order[j], a]), max(high[a], X[order[j], a])
        if 2 * node + 1 < nodes:
            longest, middle = np.argmax(high - low), (first + end) // 2
            for j in range(first, end):
                keys[j] = X[order[j], longest]
            _split(keys, order, first, end - 1, middle)
            axes[node], values[node] = longest, keys[middle]
            start[2 * node + 1, 0], start[2 * node + 1, 1] = first, middle
            start[2 * node + 2, 0], start[2 * node + 2, 1] = middle, end
        else:
            place = first * d
            for a in range(d):
                for j in range(first, end):
                    leaves[place] = X[order[j], a]
                    place += 1
    return order, start, (axes, values), boxes, leaves


@numba.njit(cache=True)
def _split(keys, order, first, last, middle):
    """Arrange keys[first ... last], and order with them, such that none before `middle` is above one from it on."""
    while first < last:
        x, y, z = keys[first], keys[(first + last) // 2], keys[last]
        pivot, i, j = max(min(x, y), min(max(x, y), z)), first, last
        while i <= j:
            while keys[i] < pivot:
                i += 1
            while keys[j] > pivot:
                j -= 1
            if i <= j:
                keys[i], keys[j] = keys[j], keys[i]
                order[i], order[j] = order[j], order[i]
                i, j = i + 1, j - 1
        if middle <= j:
            last = j
        elif middle >= i:
            first = i
        else:
            return


@numba.njit(cache=True)
def _box_distance(q, box):
    """Squared distance of the point q from a box (2, d): 0 inside."""
    total = 0.0
    for a in range(len(q)):
        u = max(max(box[0, a] - q[a], 0.0), q[a] - box[1, a])
        total += u * u
    return total


@numba.njit(cache=True, nogil=True)
def _leaf_of(X, cuts):
    """The leaf on whose side of all cuts each query is."""
    axes, values = cuts
    found = np.empty(len(X), dtype=np.int64)
    for i in range(len(X)):
        node = 0
        while node < len(axes):
            node = 2 * node + (1 if X[i, axes[node]] < values[node] else 2)
        found[i] = node
    return found


@numba.njit(cache=True, nogil=True)
def _search(X, turn, order, start, cuts, boxes, leaves, indices, squares):
    """Fill indices and squares, (m, k) each, for the queries X in the order `turn`."""
    k, d = indices.shape[1], X.shape[1]
    axes, values = cuts
    waiting, distance = np.empty(64, dtype=np.int64), np.empty(64)  # the children across the cuts on the way down
    scratch = np.empty((start[:, 1] - start[:, 0])[len(axes) :].max())
    for i in turn:
        q, found, near = X[i], indices[i], squares[i]
        waiting[0], distance[0], top = 0, 0.0, 0
        while top >= 0:
            node, away = waiting[top], distance[top]
            top -= 1
            if away > near[k - 1]:
                continue
            while node < len(axes):
                here = 1 if q[axes[node]] < values[node] else 2
                across = 2 * node + 3 - here
                away = _box_distance(q, boxes[across])
                node = 2 * node + here
                if away <= near[k - 1]:
                    top += 1
                    waiting[top], distance[top] = across, away
            if _box_distance(q, boxes[node]) <= near[k - 1]:
                first, end = start[node]
                row = scratch[: end - first]
                _leaf_distances(leaves[first * d : end * d], q, row)
                _insert(row, order[first:end], found, near)


@numba.njit(cache=True, nogil=True)
def _leaf_distances(leaf, q, row):
    """Squared distances of q from the samples of a leaf, given coordinate by coordinate, into `row`."""
    b = len(row)
    row[:] = 0.0
    for a in range(len(q)):
        x = q[a]
        for j in range(b):
            u = leaf[a * b + j] - x
            row[j] += u * u


@numba.njit(cache=True, nogil=True)
def _insert(row, samples, found, near):
    """Let the `samples`, at the squared distances `row`, into the sorted neighbours (found, near) of one query."""
    last, hopeful = len(near) - 1, 0
    for j in range(len(row)):
        hopeful += row[j] <= near[last]
    if hopeful == 0:
        return
    for j in range(len(row)):
        s, sample = row[j], samples[j]
        if s < near[last] or (s == near[last] and sample < found[last]):
            p = last
            while p > 0 and (s < near[p - 1] or (s == near[p - 1] and sample < found[p - 1])):
                near[p], found[p] = near[p - 1], found[p - 1]
                p -= 1
            near[p], found[p] = s, sample
