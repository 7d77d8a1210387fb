r"""Least squares on the first n samples, for many n at once: the fits of a learning curve for the price of a few.

The factorisation of the first n rows is that of the first n - 1 with one row more: $O(d^2)$ where a fit from scratch
costs $O(n d^2)$. While n <= d, rows are orthogonalised, $X = LQ$, and the fit of smallest norm is
$w = Q^\top L^{-1} y$. Beyond, rotations turn each new row into the triangle R of $X = QR$, and $Rw = Q^\top y$.
A penalty $\alpha|w|^2$ is d rows $\sqrt\alpha\, 1$ with targets 0 in front. Rotations keep the condition number of X,
where normal equations or updated inverse matrices would square it: it matters where n is near d.

Oracle: `numpy.linalg.lstsq` and ridge regression for every n.
Source: G. H. Golub, C. F. Van Loan, "Matrix Computations" (2013), sections 5.1.8 (rotations) and 6.5.3 (added rows).
"""

import numpy as np
from numba import njit

from abinitio.linear_model.ridge import ridge_coefficients


def nested_least_squares(X, y, sizes, alpha=0.0):
    r"""Coefficients that minimise $|y - Xw|^2 + \alpha |w|^2$ over the first n rows, for each of several n.

    X : (N, d) features in general position: any d rows linearly independent;  y : (N,) targets;
    sizes : (m,) increasing integers, 1 <= n <= N;  alpha : float >= 0; for 0 and n < d the w of smallest norm.
    There is no intercept.  Returns (m, d).

    >>> nested_least_squares(np.array([[1.0, 1.0], [0.0, 2.0]]), np.array([2.0, 6.0]), [1, 2]).round(12) + 0.0
    array([[ 1.,  1.],
           [-1.,  3.]])
    """
    if alpha > 0:
        return np.array([ridge_coefficients(X[:n], y[:n], alpha) for n in sizes])
    return np.array([np.linalg.lstsq(X[:n], y[:n], rcond=None)[0] for n in sizes])


def _rows_added(X, y, sizes, alpha=0.0):
    """`nested_least_squares`, row after row."""
    sizes = np.asarray(sizes, dtype=np.int64)
    return _sweep(np.ascontiguousarray(X, dtype=float), np.asarray(y, dtype=float), sizes, float(alpha))


@njit(cache=True)
def _sweep(X, y, sizes, alpha):
    d = X.shape[1]
    R, z, n = np.zeros((d, d)), np.zeros(d), 0  # the triangle of the rows so far, and Qᵀy
    Q, c = np.zeros((d, d)), np.zeros(d)  # rows of X made orthonormal, and L⁻¹y
    W = np.empty((len(sizes), d))
    if alpha > 0:
        for j in range(d):
            R[j, j] = np.sqrt(alpha)
    for k in range(len(sizes)):
        while n < sizes[k]:
            if alpha == 0 and n < d:
                c[n] = _orthonormal_row(X[n], y[n], Q, c, n)
            _rotate_row_in(X[n].copy(), y[n], R, z)
            n += 1
        if alpha == 0 and n <= d:
            W[k] = c[:n] @ Q[:n]
        else:
            for i in range(d - 1, -1, -1):  # R w = z from below
                W[k, i] = (z[i] - R[i, i + 1 :] @ W[k, i + 1 :]) / R[i, i]
    return W


@njit(cache=True)
def _orthonormal_row(x, target, Q, c, n):
    """Set Q[n] to what is new in x, of length 1; the entry of L⁻¹y that belongs to it."""
    q = x.copy()
    for _ in range(2):  # twice is enough: the second pass removes what rounding left
        for j in range(n):
            overlap = Q[j] @ q
            q -= overlap * Q[j]
            target -= overlap * c[j]
    length = np.sqrt(q @ q)
    Q[n] = q / length
    return target / length


@njit(cache=True)
def _rotate_row_in(x, target, R, z):
    """Rotate the row x and its target into the triangle R and z, in place."""
    d = len(x)
    for i in range(d):
        if x[i] != 0:
            length = np.hypot(R[i, i], x[i])
            cos, sin = R[i, i] / length, x[i] / length
            for j in range(i, d):
                R[i, j], x[j] = cos * R[i, j] + sin * x[j], cos * x[j] - sin * R[i, j]
            z[i], target = cos * z[i] + sin * target, cos * target - sin * z[i]


nested_least_squares.fast = _rows_added
