r"""Count, mean and scatter matrix of samples that come in parts: what one part knows, and what two parts know together.

$$n,\quad \bar x,\quad S = \sum_i (x_i - \bar x)(x_i - \bar x)^\top;\qquad
n = n_1 + n_2,\quad \bar x = \bar x_1 + \tfrac{n_2}{n} \delta,\quad
S = S_1 + S_2 + \tfrac{n_1 n_2}{n} \delta \delta^\top,\quad \delta = \bar x_2 - \bar x_1 .$$
Joining is associative and commutative but for rounding, so that parts may be blocks of a file, files or machines, and
may be joined in any order. Every part is centred about its own mean: nothing cancels, however far the data lie from 0.
Least squares, ridge regression, principal components and linear discriminants need nothing else of the data.

Oracles: the same numbers from all samples at once, also a million standard deviations from the origin; any order and
any tree of joins.
Source: T. F. Chan, G. H. Golub, R. J. LeVeque, The American Statistician 37 (1983) 242.
"""

from typing import NamedTuple

import numpy as np

BLOCK = 2**15  # numbers centred and multiplied at once: 256 kB, which stay in a core's second cache

NEAR = 3  # standard deviations


class Moments(NamedTuple):
    """Of n samples of d numbers: their count (float), mean (d,) and scatter matrix (d, d), in the unit of X squared."""

    n: float
    mean: np.ndarray
    scatter: np.ndarray


def moments_of(X):
    """The `Moments` of samples X, (n, d) of any real type, n >= 1; computed in float64.

    >>> moments_of(np.array([[1.0], [3.0]]))
    Moments(n=2.0, mean=array([2.]), scatter=array([[2.]]))
    """
    mean = X.mean(axis=0, dtype=float)
    Xc = X - mean
    return Moments(float(len(X)), mean, Xc.T @ Xc)


def merge_moments(a, b):
    """The `Moments` of all samples of two parts, from those of the parts, a and b; either may be empty (n = 0).

    >>> merge_moments(moments_of(np.array([[1.0]])), moments_of(np.array([[3.0]])))
    Moments(n=2.0, mean=array([2.]), scatter=array([[2.]]))
    """
    if not (a.n and b.n):
        return a if a.n else b
    n, delta = a.n + b.n, b.mean - a.mean
    scatter = a.scatter + b.scatter + np.outer(delta, delta) * (a.n * b.n / n)
    return Moments(n, a.mean + delta * (b.n / n), scatter)


def covariance_of(moments, ddof=1):
    """The covariance matrix (d, d): the scatter over n - ddof.

    moments : `Moments` of the samples;  ddof : 1 for no bias, 0 for the largest likelihood.

    >>> covariance_of(Moments(2.0, np.array([2.0]), np.array([[2.0]])))
    array([[2.]])
    """
    return moments.scatter / (moments.n - ddof)


def _in_cache(X, y=None):
    """`moments_of` the rows x, or (x, y), block by block: read from memory once, for the mean and for the products.

    Rows that are float64 and lie near 0 are not copied: a mean of NEAR standard deviations costs one digit of sixteen.
    """
    n, d = X.shape
    width = d + (y is not None)
    rows = min(max(BLOCK // width, 64), n)
    memory, ones, moments = np.empty((rows, width)), np.ones(rows), None
    as_it_is = y is None and X.dtype == float and X.flags.c_contiguous
    for start in range(0, n, rows):
        part = _uncentred(X[start : start + rows], ones) if as_it_is else None
        if part is None:
            as_it_is, A = False, memory[: min(rows, n - start)]
            A[:, :d] = X[start : start + rows]
            if y is not None:
                A[:, d] = y[start : start + rows]
            mean = ones[: len(A)] @ A / len(A)
            A -= mean
            part = Moments(float(len(A)), mean, A.T @ A)
        moments = part if moments is None else merge_moments(moments, part)
    return moments


def _uncentred(A, ones):
    """The `Moments` of A, (m, d), from sums about 0; None where these would cancel."""
    m = len(A)
    mean, scatter = ones[:m] @ A / m, A.T @ A
    scatter -= m * np.outer(mean, mean)
    return Moments(float(m), mean, scatter) if np.all(m * mean**2 <= NEAR**2 * np.diag(scatter)) else None


moments_of.fast = _in_cache  # what estimators run where there is one, and else the function itself
