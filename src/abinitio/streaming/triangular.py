r"""Least squares in one pass without squaring the condition number: the triangular factor of the centred data.

With $A = [X\; y] - \text{mean} = QR$ the scatter matrix is $R^\top R$, and R holds it to full precision. Two parts
together have
$$R^\top R = R_1^\top R_1 + R_2^\top R_2 + \tfrac{n_1 n_2}{n} \delta \delta^\top,$$
the triangular factor of $R_1$, $R_2$ and the row $\sqrt{n_1 n_2 / n}\; \delta^\top$, one above the other. A condition
number of $10^{10}$ leaves six digits of the coefficients, where normal equations leave none, for about twice the time.

Oracle: `least_squares` on all samples at once.
Source: J. Demmel, L. Grigori, M. Hoemmen, J. Langou, SIAM J. Sci. Comput. 34 (2012) A206 (parts); G. H. Golub, C. F.
Van Loan, "Matrix Computations" (2013), section 5.3.
"""

from functools import reduce
from typing import NamedTuple

import numpy as np
from scipy.linalg import qr

from abinitio.streaming.least_squares import Fit

BLOCK = 2**17  # numbers in a block that is factored at once


class Triangle(NamedTuple):
    """Of n samples of d numbers: count, mean (d,) and the factor R (d, d), upper triangular, of the centred samples."""

    n: float
    mean: np.ndarray
    R: np.ndarray


def triangle_of(X):
    """The `Triangle` of samples X, (n, d) of any real type, n >= 1; computed in float64.

    >>> triangle_of(np.array([[1.0], [3.0]])).R ** 2  # the scatter
    array([[2.]])
    """
    rows = max(BLOCK // X.shape[1], 2 * X.shape[1])
    return reduce(merge_triangles, (_triangle(X[i : i + rows]) for i in range(0, len(X), rows)))


def _triangle(X):
    mean = X.mean(axis=0, dtype=float)
    return Triangle(float(len(X)), mean, _factor(X - mean))


def _factor(A):
    """R of A = QR, (d, d), also where A has fewer rows."""
    d = A.shape[1]
    R = qr(A, mode="r", overwrite_a=True, check_finite=False)[0][:d]
    return np.pad(R, ((0, d - len(R)), (0, 0)))


def merge_triangles(a, b):
    """The `Triangle` of all samples of two parts, from those of the parts, a and b; either may be empty (n = 0).

    >>> merge_triangles(triangle_of(np.array([[1.0]])), triangle_of(np.array([[3.0]]))).R ** 2
    array([[2.]])
    """
    if not (a.n and b.n):
        return a if a.n else b
    n, delta = a.n + b.n, b.mean - a.mean
    R = _factor(np.vstack([a.R, b.R, np.sqrt(a.n * b.n / n) * delta]))
    return Triangle(n, a.mean + delta * (b.n / n), R)


def least_squares_of_triangle(triangle):
    """The least-squares fit with intercept: a `Fit`.

    triangle : `Triangle` of rows (x, y), the target last. Where many fit equally well, the one of smallest norm, every
    feature in the unit of its own standard deviation.

    >>> rows = np.array([[0.0, 1.0], [2.0, 5.0], [4.0, 9.0]])
    >>> w, b, residual = least_squares_of_triangle(triangle_of(rows))
    >>> w.round(12), b.round(12)
    (array([2.]), np.float64(1.0))
    """
    R, mean = triangle.R, triangle.mean
    scale = np.linalg.norm(R[:, :-1], axis=0)  # a feature's unit does not count for what is dependent
    scale[scale == 0] = 1
    w = np.linalg.lstsq(R[:-1, :-1] / scale, R[:-1, -1], rcond=len(R) * np.finfo(float).eps)[0] / scale
    rest = R[:-1, -1] - R[:-1, :-1] @ w
    return Fit(w, mean[-1] - w @ mean[:-1], rest @ rest + R[-1, -1] ** 2)
