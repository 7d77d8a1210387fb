r"""The loss of logistic regression and its gradient in one pass over the samples, in blocks that stay in the cache.

Twins of `logistic_loss` with `logistic_gradient`, and of `cross_entropy` with `cross_entropy_gradient`, for weighted
samples and without the penalty: $f = \sum_i s_i \ell_i$. While a block of X is in the cache it serves twice, for
$z = Xw + b$ and for $X^\top \partial f/\partial z$, where the readable functions read X three times from memory.
Products and exponentials run in the type asked for (float32 is twice as fast); sums over blocks are in float64.

The samples are the long, last axis of all that is computed here: NumPy's loops then fill the SIMD lanes.
"""

import numpy as np

BLOCK = 2**20  # bytes of a block of X: half of a core's second cache


def blocked_logistic(theta, X, y, s, dtype=np.float64):
    r"""$\sum_i s_i [\log(1 + e^{z_i}) - y_i z_i]$ with $z = Xw + b$, and its gradient.

    theta : (d+1,) the d coefficients w, then the intercept b;  X : (n, d);  y : (n,) labels 0 or 1;  s : (n,) weights;
    dtype : float64 or float32, the type of products and exponentials.
    Returns (a float, (d+1,)).

    >>> f, g = blocked_logistic(np.zeros(2), np.array([[0.0], [1.0]]), np.array([0, 1]), np.ones(2))
    >>> round(f, 6), g
    (1.386294, array([-0.5,  0. ]))
    """
    w, b, value, gradient = theta[:-1].astype(dtype), dtype(theta[-1]), 0.0, np.zeros(len(theta))
    for rows in _blocks(X, dtype):
        x, weight = X[rows].astype(dtype, copy=False), s[rows].astype(dtype, copy=False)
        z, target = x @ w + b, y[rows].astype(dtype, copy=False)
        e = np.exp(-np.abs(z))
        log = np.log(1 + e) if dtype is np.float32 else np.log1p(e)
        value += float(weight @ (np.maximum(z, 0) + log - target * z))
        r = weight * (np.where(z >= 0, dtype(1), e) / (1 + e) - target)
        gradient[:-1] += r @ x
        gradient[-1] += r.sum()
    return value, gradient


def blocked_cross_entropy(theta, X, y, s, dtype=np.float64):
    r"""$-\sum_i s_i \log p_{y_i}(x_i)$ with $p = \mathrm{softmax}(XW + b)$, and its gradient.

    theta : (d+1, K) the coefficients W and, in the last row, the intercepts b;  X : (n, d);
    y : (n,) integers 0 ... K-1;  s : (n,) weights;  dtype : float64 or float32, the type of products and exponentials.
    Returns (a float, (d+1, K)).

    >>> f, g = blocked_cross_entropy(np.zeros((2, 2)), np.array([[0.0], [1.0]]), np.array([0, 1]), np.ones(2))
    >>> round(f, 6), g[0]
    (1.386294, array([ 0.5, -0.5]))
    """
    W, b = theta[:-1].astype(dtype), theta[-1][:, None].astype(dtype)
    value, gradient = 0.0, np.zeros(theta.shape[::-1])
    for rows in _blocks(X, dtype):
        x, weight = X[rows].astype(dtype, copy=False), s[rows].astype(dtype, copy=False)
        Z = np.ascontiguousarray((x @ W).T) + b
        Z -= Z.max(axis=0)
        true = y[rows], np.arange(len(x))
        z_true = Z[true]
        np.exp(Z, out=Z)
        total = Z.sum(axis=0)
        value += float(weight @ (np.log(total) - z_true))
        Z *= weight / total
        Z[true] -= weight
        gradient[:, :-1] += Z @ x
        gradient[:, -1] += Z.sum(axis=1)
    return value, gradient.T


def _blocks(X, dtype):
    rows = max(BLOCK // max(X.shape[1] * np.dtype(dtype).itemsize, 1), 64)
    return (slice(i, i + rows) for i in range(0, len(X), rows))
