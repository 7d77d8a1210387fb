r"""Kernel density estimation in any number of dimensions: sums over all samples that can matter, to a stated error.

The samples lie in boxes, the leaves of a tree. Let $\hat f_<$ be what the boxes opened so far give at a query q, and
$K_0 = (2\pi h^2)^{-d/2}$ the kernel's peak. No sample of a box is nearer to q than the box itself, at the distance D,
so that a box with $e^{-D^2/2h^2} \le \epsilon \hat f_< / K_0$ is left closed: all of these together take less than
$\epsilon \hat f$ away, since the shares of the samples sum to 1. The boxes across the nearest cuts come first. A leaf
is summed with its samples along the SIMD lanes, the exponential as $2^y = 2^k\, 2^{y - k}$ with a polynomial for the
broken part. Where h is wide, or d large, hardly a box stays closed and this is the sum over all pairs.

Densities are kept relative to the kernel at the nearest sample found so far, so that none is too small for a float.

Oracle: `kernel_log_density`.  Source: A. G. Gray, A. W. Moore, SIAM Data Mining (2003) 203, here with one tree and the
bound on the far side only. Where a grid pays, in few dimensions, that of `gridded_kde` is taken.
"""

import numpy as np
from numba import njit

from abinitio.density.gridded_kde import ROUNDING, gridded_log_density
from abinitio.density.kde import kernel_log_density
from abinitio.neighbors.kd_tree import KDTree, _box_distance, _leaf_of

LEAF = 256  # samples of a leaf, at most
LANES = 16  # its length is a multiple of this
FEW = 2**16  # kernels that are not worth the compiler
LEAST = 1e-280  # share of a sample below which its kernel may be lost next to others
BROKEN = np.polynomial.Chebyshev.interpolate(np.exp2, 10, domain=[-0.5, 0.5]).convert(kind=np.polynomial.Polynomial)
P = tuple(BROKEN.coef)  # 2^u for |u| <= 1/2, to 10⁻¹⁵
ROUND = 1.5 * 2**52 + 1023  # y + ROUND is rounded to an integer, whose last bits are the exponent of 2^y
SUMS = {"reassoc", "contract", "nsz"}  # sums in any order


def tree_log_density(X, queries, bandwidth, weights=None, rtol=0.0):
    """`kernel_log_density` by way of a tree.

    X : (n, d) samples;  queries : (m, d);  bandwidth : h > 0;  weights : (n,) >= 0 or None;  rtol : the relative error
    of the density that is allowed, at every query; below 1e-12 it counts as 1e-12.  Returns (m,).

    >>> tree_log_density(np.array([[0.0], [2.0]]), np.array([[1.0], [9.0]]), bandwidth=1.0).round(4)
    array([ -1.4189, -26.1121])
    """
    shares = np.full(len(X), 1 / len(X)) if weights is None else weights / weights.sum()
    X, shares = X[shares > 0], shares[shares > 0]
    if shares.min() < LEAST:
        return kernel_log_density(X, queries, bandwidth, shares)
    tree, blocks, masses, _ = _arranged(X, shares)
    queries = np.ascontiguousarray(queries, dtype=float)
    turn = np.argsort(_leaf_of(queries, tree[2]), kind="stable")  # neighbouring queries open the same boxes
    nobody = np.full(len(queries), -1)
    return _log_sums(queries, turn, nobody, tree, blocks, masses, float(bandwidth), float(rtol))


def fast_log_density(X, queries, bandwidth, weights=None, rtol=0.0):
    """`kernel_log_density` by way of a grid where that pays and keeps the error, else of a tree, or directly if small.

    X, queries, bandwidth, weights, rtol : as in `tree_log_density`.  Returns (m,).

    >>> fast_log_density(np.array([[0.0], [2.0]]), np.array([[1.0], [9.0]]), bandwidth=1.0).round(4)
    array([ -1.4189, -26.1121])
    """
    if len(X) * len(queries) <= FEW:
        return kernel_log_density(X, queries, bandwidth, weights)
    logs, todo = gridded_log_density(X, queries, bandwidth, weights, rtol)
    if len(todo):
        logs[todo] = tree_log_density(X, queries[todo], bandwidth, weights, rtol)
    return logs


def fast_leave_one_out(X, bandwidth, rtol=1e-8):
    """`leave_one_out_log_density` by way of a grid where that pays and keeps the error, else of a tree.

    X : (n, d) samples, n >= 2;  bandwidth : h > 0;  rtol : the relative error of the density that is allowed.
    Returns (n,).

    >>> fast_leave_one_out(np.array([[0.0], [1.0]]), 1.0).round(4)
    array([-1.4189, -1.4189])
    """
    X, (n, d) = np.ascontiguousarray(X, dtype=float), X.shape
    logs, todo = gridded_log_density(X, X, bandwidth, None, ROUNDING)
    rest = np.zeros(n, dtype=bool)
    rest[todo] = True
    peak = -d / 2 * np.log(2 * np.pi * bandwidth**2)
    others = n * np.exp(np.where(rest, 0, logs - peak)) - 1  # in units of the kernel's peak
    rest |= (others + 1) * ROUNDING > others * rtol  # nearly all of the sum is the sample's own kernel
    logs = peak + np.log(np.where(rest, 1, others) / (n - 1))
    if rest.any():
        tree, blocks, masses, places = _arranged(X, np.full(n, 1 / (n - 1)))
        rows = tree[0][rest[tree[0]]]
        logs[rows] = _log_sums(X, rows, places, tree, blocks, masses, float(bandwidth), float(rtol))[rows]
    return logs


def _arranged(X, shares):
    """The tree; its leaves, (leaves, d, samples), filled up with samples at infinity; their shares, (leaves, samples);
    and of each sample, the place among those.
    """
    n, d = X.shape
    tree = KDTree(X, LEAF).tree
    order, start, cuts = tree[:3]
    first, end = start[len(cuts[0]) :].T
    size = -(-(end - first).max() // LANES) * LANES
    leaf = np.repeat(np.arange(len(first)), end - first)
    within = np.arange(n) - first[leaf]
    blocks, masses, places = np.full((len(first), d, size), np.inf), np.zeros((len(first), size)), np.empty(n, int)
    blocks[leaf, :, within] = X[order]
    masses[leaf, within] = shares[order]
    places[order] = leaf * size + within
    return tree, blocks, masses, places


@njit(cache=True)
def _log_sums(queries, turn, places, tree, blocks, masses, bandwidth, rtol):
    """Log-densities, (m,), of the queries in `turn`, each without the sample at its place (-1: none)."""
    axes, values = tree[2]
    boxes, d, size = tree[3], queries.shape[1], blocks.shape[2]
    samples, shares = blocks.ravel(), masses.ravel()
    c = np.log2(np.e) / (2 * bandwidth**2)
    near, row, rounded = np.log2(max(rtol, ROUNDING) / 2), np.empty(size), np.empty(size)
    bits, waiting, distance = rounded.view(np.int64), np.empty(64, dtype=np.int64), np.empty(64)
    logs = np.full(len(queries), np.nan)
    for i in turn:
        q, total, least, limit = queries[i], 0.0, np.inf, np.inf  # the sum in units of the kernel at √least
        waiting[0], distance[0], top = 0, 0.0, 0
        while top >= 0:
            node, away = waiting[top], distance[top]
            top -= 1
            if away > limit:
                continue
            while node < len(axes):
                here = 1 if q[axes[node]] < values[node] else 2
                across = 2 * node + 3 - here
                away = _box_distance(q, boxes[across])
                node = 2 * node + here
                if away <= limit:
                    top += 1
                    waiting[top], distance[top] = across, away
            away = _box_distance(q, boxes[node])
            if away <= limit:
                leaf = node - len(axes)
                _squares(samples, leaf * d * size, q, row)
                if places[i] // size == leaf:
                    row[places[i] - leaf * size] = np.inf
                if not (least - away) * c < 500:  # else no kernel here can overflow
                    nearest = min(least, row.min())
                    if nearest < least:
                        total *= np.exp2((nearest - least) * c)
                        least = nearest
                if least < np.inf:
                    _kernels(row, least, c, rounded, bits)
                    total += _dot(row, shares, leaf * size)
                    limit = least - (near + np.log2(total)) / c  # 2^(c (least - D²)) = rtol/2 of the sum
        logs[i] = np.log(total) - least / (2 * bandwidth**2) - d / 2 * np.log(2 * np.pi * bandwidth**2)
    return logs


@njit(cache=True, fastmath=SUMS)
def _squares(samples, start, q, row):
    """Squared distances of q from the samples of a leaf, coordinate by coordinate from `start` on, into `row`."""
    n, d, o = np.uint64(len(row)), len(q), np.uint64(start)
    row[:] = 0.0
    a = 0
    while a + 4 <= d:  # four coordinates at a time: row is read and written once for them
        q0, q1, q2, q3 = q[a], q[a + 1], q[a + 2], q[a + 3]
        for j in range(n):
            u, v = samples[o + j] - q0, samples[o + n + j] - q1
            x, y = samples[o + n + n + j] - q2, samples[o + n + n + n + j] - q3
            row[j] += (u * u + v * v) + (x * x + y * y)
        o += n + n + n + n
        a += 4
    while a < d:
        q0 = q[a]
        for j in range(n):
            u = samples[o + j] - q0
            row[j] += u * u
        o += n
        a += 1


@njit(cache=True, fastmath={"contract"})
def _kernels(row, least, c, rounded, bits):
    """2^(c (least - row)) in the place of row;  bits : the memory of `rounded` as integers."""
    for j in range(len(row)):
        y = max((least - row[j]) * c, -1022.0)
        rounded[j] = y + ROUND
        row[j] = y - (rounded[j] - ROUND)
    for j in range(len(row)):
        u, power = row[j], P[10]
        power = ((((power * u + P[9]) * u + P[8]) * u + P[7]) * u + P[6]) * u + P[5]
        row[j] = ((((power * u + P[4]) * u + P[3]) * u + P[2]) * u + P[1]) * u + P[0]
    for j in range(len(row)):
        bits[j] <<= 52
    for j in range(len(row)):
        row[j] *= rounded[j]


@njit(cache=True, fastmath=SUMS)
def _dot(row, shares, start):
    total, o = 0.0, np.uint64(start)
    for j in range(np.uint64(len(row))):
        total += row[j] * shares[o + j]
    return total
