r"""One step of EM for a mixture of Gaussians in a single pass over the samples.

The samples lie along the SIMD lanes, one feature a row, a few hundred at a time, so that all that is made of them stays
in the nearest cache. With $C_k^{-1} = A^\top A$, A lower triangular, a component needs $z = A (x - \mu)$ for the
expectation, and for the maximisation the moments of $y = x - \mu$ about the *old* mean, from which those about the new
one follow: $C = \langle y y^\top \rangle - \delta \delta^\top$ with $\delta = \langle y \rangle$. Where a mean moves by
many standard deviations the difference would cancel; then the step is taken by the readable functions.

Oracle: `mixture_step`.
"""

import numpy as np
from numba import njit

from abinitio.density.mixture import mixture_step

AXES = 32  # dimensions up to which this is faster than the products of BLAS
BLOCK = 2048  # samples whose responsibilities are formed at once
TILE = 256  # samples along the lanes
FAR = 1e6  # square of a mean's move, in variances, above which moments about the old mean lose too many digits
SUMS = {"reassoc", "contract", "nsz"}  # sums in any order


class BlockedStep:
    """`mixture_step` for fixed samples X, (n, d): called as step(weights, means, covariances, floor).

    >>> step = BlockedStep(np.array([[1.0], [3.0]]))
    >>> weights, means, covariances, _ = step(np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)), 0.0)
    >>> means.ravel(), covariances.ravel()
    (array([2.]), array([1.]))
    """

    def __init__(self, X):
        self.X = X
        self.features = np.ascontiguousarray(X.T)

    def __call__(self, weights, means, covariances, floor):
        """The new weights, means, covariances, and the mean log-likelihood (nats) under the old ones."""
        (d, n), k = self.features.shape, len(weights)
        L = np.linalg.cholesky(covariances)
        A = np.linalg.solve(L, np.broadcast_to(np.eye(d), L.shape))
        with np.errstate(divide="ignore"):
            constants = np.log(weights) - np.log(np.einsum("kii->ki", L)).sum(axis=1) - d / 2 * np.log(2 * np.pi)
        N, first, second, log_likelihood = np.zeros(k), np.zeros((k, d)), np.zeros((k, d, d)), 0.0
        for i in range(0, n, BLOCK):
            block = self.features[:, i : i + BLOCK]
            logs = log_joint(block, A, means, constants)
            top = logs.max(axis=0)
            logs -= top
            np.exp(logs, out=logs)
            total = logs.sum(axis=0)
            log_likelihood += top.sum() + np.log(total).sum()
            logs /= total
            add_moments(block, logs, means, N, first, second)
        if N.min() <= 0:
            return mixture_step(self.X, weights, means, covariances, floor)
        move = first / N[:, None]
        lower = second / N[:, None, None]
        new = np.tril(lower) + np.tril(lower, -1).transpose(0, 2, 1) - move[:, :, None] * move[:, None, :]
        if not np.all(move**2 <= FAR * np.einsum("kii->ki", new)):
            return mixture_step(self.X, weights, means, covariances, floor)
        return N / n, means + move, new + floor * np.eye(d), log_likelihood / n


@njit(cache=True, fastmath=SUMS)
def log_joint(features, A, means, constants):
    r"""$\ln[\pi_k N(x_i \mid \mu_k, C_k)]$, (k, m).

    features : (d, m), the samples in columns;  A : (k, d, d) lower triangular, $C_k^{-1} = A^\top A$;  means : (k, d);
    constants : (k,), the logarithms of $\pi_k$ over the norm.

    >>> log_joint(np.array([[0.0, 2.0]]), np.ones((1, 1, 1)), np.zeros((1, 1)), np.zeros(1))
    array([[ 0., -2.]])
    """
    d, n = features.shape
    logs = np.empty((len(A), n))
    y, z = np.empty((d, TILE)), np.empty(TILE)
    for start in range(0, n, TILE):
        m = min(TILE, n - start)
        for k in range(len(A)):
            out = logs[k, start : start + m]
            out[:] = constants[k]
            for i in range(d):
                x, mean = features[i, start : start + m], means[k, i]
                for p in range(m):
                    y[i, p] = x[p] - mean
            for i in range(d):
                z[:] = 0.0
                j = 0
                while j + 4 <= i + 1:  # four columns at a time: z is read and written once for them
                    a, b, c, e = A[k, i, j], A[k, i, j + 1], A[k, i, j + 2], A[k, i, j + 3]
                    for p in range(m):
                        z[p] += a * y[j, p] + b * y[j + 1, p] + c * y[j + 2, p] + e * y[j + 3, p]
                    j += 4
                for rest in range(j, i + 1):
                    a = A[k, i, rest]
                    for p in range(m):
                        z[p] += a * y[rest, p]
                for p in range(m):
                    out[p] -= 0.5 * z[p] * z[p]
    return logs


@njit(cache=True, fastmath=SUMS)
def add_moments(features, R, means, N, first, second):
    r"""Add $\sum_i r_{ki}$, $\sum_i r_{ki}\, y$ and half of $\sum_i r_{ki}\, y y^\top$, with $y = x_i - \mu_k$.

    features : (d, m), the samples in columns;  R : (k, m) responsibilities;  means : (k, d);
    N : (k,), first : (k, d), second : (k, d, d), its lower triangle : what is added to.

    >>> N, first, second = np.zeros(1), np.zeros((1, 1)), np.zeros((1, 1, 1))
    >>> add_moments(np.array([[1.0, 3.0]]), np.ones((1, 2)), np.ones((1, 1)), N, first, second)
    >>> N, first.ravel(), second.ravel()
    (array([2.]), array([2.]), array([4.]))
    """
    d, n = features.shape
    y, v = np.empty((d, TILE)), np.empty(TILE)
    for start in range(0, n, TILE):
        m = min(TILE, n - start)
        for k in range(len(R)):
            r = R[k, start : start + m]
            N[k] += r.sum()
            for i in range(d):
                x, mean, total = features[i, start : start + m], means[k, i], 0.0
                for p in range(m):
                    y[i, p] = x[p] - mean
                    v[p] = r[p] * y[i, p]
                    total += v[p]
                first[k, i] += total
                for j in range(i + 1):
                    total = 0.0
                    for p in range(m):
                        total += v[p] * y[j, p]
                    second[k, i, j] += total
