r"""The weighted moments behind locally linear regression: blocks of queries, NumPy's exp, compiled sums.

For a query q with the weights $k_i = s_i \exp\big((r^2_{\min} - r_i^2)/2h^2\big)$, $r_i = |x_i - q|$: the sum of
weights, the means of $x_i - q$ and $y_i$, the covariance of the positions, that of positions with targets. All are
summed about the sample nearest to q: the weights are largest there, so the differences do not cancel.

In one dimension the samples are sorted and a block of neighbouring queries looks only at those whose weights are above
$e^{-60}$ of the nearest sample's. Where these span so little that the others could matter, all samples are used.
"""

from typing import NamedTuple

import numba
import numpy as np

FAST = {"reassoc", "contract", "nsz"}  # sums in any order, so that they fill the SIMD lanes
REACH = 60.0  # cut-off of the exponent: exp(-60) = 9e-27
BLOCK = 2**16  # distances in a block: 0.5 MB, which stays in a second-level cache


class Moments(NamedTuple):
    """For each of m queries; d features."""

    weight: np.ndarray  # (m,) sum of the weights, the nearest sample's being 1 (times its sample weight)
    x_mean: np.ndarray  # (m, d) weighted mean of x - q
    y_mean: np.ndarray  # (m,)
    S: np.ndarray  # (m, d, d) weighted covariance of x
    t: np.ndarray  # (m, d) weighted covariance of x and y


def centred_moments(queries, x, y, bandwidth, sample_weight=None):
    """`Moments` of the samples about each query.

    queries : (m,) or (m, d);  x : (n,) or (n, d);  y : (n,);  bandwidth : float > 0;  sample_weight : (n,) or None.

    >>> moments = centred_moments(np.zeros(1), np.array([-1.0, 1.0]), np.array([0.0, 4.0]), bandwidth=1.0)
    >>> moments.weight, moments.x_mean, moments.y_mean, moments.S, moments.t
    (array([2.]), array([[0.]]), array([2.]), array([[[1.]]]), array([[2.]]))
    """
    X, Q = x.reshape(len(x), -1).astype(float), queries.reshape(len(queries), -1).astype(float)
    order, turn = np.argsort(X[:, 0], kind="stable"), np.argsort(Q[:, 0], kind="stable")
    s = None if sample_weight is None else np.asarray(sample_weight, dtype=float)[order]
    data = np.ascontiguousarray(X[order].T), y[order].astype(float), s
    m, d = Q.shape
    moments = Moments(np.empty(m), np.empty((m, d)), np.empty(m), np.empty((m, d, d)), np.empty((m, d)))
    everything = np.zeros(m, dtype=bool) if d == 1 else np.ones(m, dtype=bool)
    _fill(moments, turn[~everything[turn]], Q, data, bandwidth, near=True)
    if d == 1:
        extent = data[0][0, -1] - data[0][0, 0]
        everything = moments.S[:, 0, 0] <= 1e-14 * len(x) * extent**2  # then what was cut off might count
    _fill(moments, turn[everything[turn]], Q, data, bandwidth, near=False)
    return moments


def _fill(moments, turn, Q, data, bandwidth, near):
    """Compute the moments of the queries Q[turn], in this order, block by block, and store them."""
    (X, y, s), start = data, 0
    while start < len(turn):
        rows = turn[start : start + max(BLOCK // X.shape[1], 1)]
        window = slice(*_window(X[0], Q[rows, 0], bandwidth)) if near else slice(None)
        block = _block_moments(X[:, window], y[window], None if s is None else s[window], Q[rows], bandwidth)
        for field, values in zip(moments, block):
            field[rows] = values
        start += len(rows)


def _window(x, queries, bandwidth):
    """First and last + 1 of the sorted samples that can matter at the queries, which are sorted too."""
    right = np.clip(np.searchsorted(x, queries), 1, len(x) - 1) if len(x) > 1 else np.zeros(len(queries), dtype=int)
    nearest = np.minimum(np.abs(queries - x[right - 1]), np.abs(queries - x[right])).max()
    radius = np.hypot(nearest, np.sqrt(2 * REACH) * bandwidth)
    return np.searchsorted(x, queries[0] - radius), np.searchsorted(x, queries[-1] + radius, side="right")


def _block_moments(X, y, s, Q, bandwidth):
    K = np.empty((len(Q), X.shape[1]))
    _distances(X, Q, K)
    nearest = K.argmin(axis=1)
    _exponents(K, K[np.arange(len(Q)), nearest], 1 / (2 * bandwidth**2))
    np.exp(K, out=K)
    if s is not None:
        K *= s
    return _sums(X, y, Q, K, nearest)


@numba.njit(cache=True, fastmath=FAST)
def _distances(X, Q, distance2):
    """Squared distances of the columns of X (d, n) from the rows of Q (m, d), into distance2 (m, n)."""
    for j in range(len(Q)):
        row = distance2[j]
        row[:] = 0
        for a in range(len(X)):
            x, q = X[a], Q[j, a]
            for i in range(len(row)):
                row[i] += (x[i] - q) * (x[i] - q)


@numba.njit(cache=True, fastmath=True)
def _exponents(distance2, smallest, scale):
    """Turn squared distances into the exponents of the weights, in place; not below -600, where exp is slow and 0."""
    for j in range(len(distance2)):
        row, zero = distance2[j], smallest[j]
        for i in range(len(row)):
            row[i] = max((zero - row[i]) * scale, -600.0)


@numba.njit(cache=True, fastmath=FAST)
def _sums(X, y, Q, K, nearest):
    """The fields of `Moments`, summed about the nearest sample of each query."""
    (d, n), m = X.shape, len(Q)
    weight, x_mean, y_mean = np.empty(m), np.empty((m, d)), np.empty(m)
    S, t, u = np.empty((m, d, d)), np.empty((m, d)), np.empty(n)
    for j in range(m):
        k, y0 = K[j], y[nearest[j]]
        k_sum, y_sum = 0.0, 0.0
        for i in range(n):
            k_sum += k[i]
            y_sum += k[i] * (y[i] - y0)
        weight[j], y_mean[j] = k_sum, y0 + y_sum / k_sum
        for a in range(d):
            x, centre = X[a], X[a, nearest[j]]
            u_sum, uy_sum, ux_sum = 0.0, 0.0, 0.0
            for i in range(n):
                ki_dx = k[i] * (x[i] - centre)
                u[i] = ki_dx
                u_sum += ki_dx
                uy_sum += ki_dx * (y[i] - y0)
                ux_sum += ki_dx * (x[i] - centre)
            x_mean[j, a], t[j, a] = u_sum / k_sum, (uy_sum - u_sum * y_sum / k_sum) / k_sum
            S[j, a, a] = ux_sum / k_sum - x_mean[j, a] ** 2
            for b in range(a):
                other, centre, ux_sum = X[b], X[b, nearest[j]], 0.0
                for i in range(n):
                    ux_sum += u[i] * (other[i] - centre)
                S[j, a, b] = S[j, b, a] = ux_sum / k_sum - x_mean[j, a] * x_mean[j, b]
        x_mean[j] += X[:, nearest[j]] - Q[j]
    return weight, x_mean, y_mean, S, t
