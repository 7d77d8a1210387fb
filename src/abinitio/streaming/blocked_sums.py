"""Log-likelihood and moments of the components of a mixture, of a block of samples, in pieces that stay in the cache.

The kernels are those of `density.blocked_mixture`, whose moments are about the old means; here they are turned into
moments about the samples' own, which can be joined with those of other blocks.
Oracle: `mixture_sums_of`.
"""

import numpy as np

from abinitio.density.blocked_mixture import AXES, BLOCK, FAR, add_moments, log_joint


def blocked_mixture_sums(X, weights, means, covariances):
    """(log-likelihood in nats, N (k,), means (k, d), scatter matrices (k, d, d)) of the samples X (m, d).

    weights : (k,);  means : (k, d);  covariances : (k, d, d), of the mixture that says to whom the samples belong.
    None in more than `AXES` dimensions, or where a mean moves so far that the moments about the old one would cancel.

    >>> blocked_mixture_sums(np.array([[1.0], [3.0]]), np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)))[1:3]
    (array([2.]), array([[2.]]))
    """
    n, d = X.shape
    if d > AXES:
        return None
    k, L = len(weights), np.linalg.cholesky(covariances)
    A = np.linalg.solve(L, np.broadcast_to(np.eye(d), L.shape))
    with np.errstate(divide="ignore"):
        constants = np.log(weights) - np.log(np.einsum("kii->ki", L)).sum(axis=1) - d / 2 * np.log(2 * np.pi)
    N, first, second, log_likelihood = np.zeros(k), np.zeros((k, d)), np.zeros((k, d, d)), 0.0
    for i in range(0, n, BLOCK):
        features = np.ascontiguousarray(X[i : i + BLOCK].T, dtype=float)
        R = log_joint(features, A, means, constants)
        top = R.max(axis=0)
        R -= top
        np.exp(R, out=R)
        total = R.sum(axis=0)
        log_likelihood += top.sum() + np.log(total).sum()
        R /= total
        add_moments(features, R, means, N, first, second)
    move = first / np.where(N > 0, N, 1)[:, None]
    scatter = np.tril(second) + np.tril(second, -1).transpose(0, 2, 1) - N[:, None, None] * _squares(move)
    if np.any((N >= 1)[:, None] & (N[:, None] * move**2 > FAR * np.einsum("kii->ki", scatter))):
        return None
    return log_likelihood, N, means + move, scatter


def _squares(v):
    return v[:, :, None] * v[:, None, :]
