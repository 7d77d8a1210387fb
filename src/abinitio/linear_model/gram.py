r"""Centred sums of squares and products: all that least squares, ridge and the lasso need to know of the data.

Centring after the sum, $X^\top X - n\,\bar x \bar x^\top$, cancels: with a mean of $10^6$ standard deviations it
loses 12 of float64's 16 digits. `centred_products` is the two-pass definition that reads like the equation;
`centred_gram` gives the same in one pass over blocks of rows that stay in the processor's cache.

Source: T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for computing the sample variance: analysis and
recommendations", The American Statistician 37 (1983) 242, section 3 (shifted data).
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg.blas import dsyrk

BLOCK = 2**17  # numbers in a block of rows: 1 MB, which stays in a second-level cache


class Gram(NamedTuple):
    """Weighted, centred sums over the samples; see `centred_gram`."""

    XX: np.ndarray  # (d, d)
    Xy: np.ndarray  # (d,) or (d, k)
    yy: np.ndarray  # () or (k, k)
    x_mean: np.ndarray  # (d,)
    y_mean: np.ndarray  # () or (k,)
    weight: float  # sum of the weights; n without weights


def centred_products(X, y):
    r"""The matrix $X_c^\top X_c$ and the vector $X_c^\top y_c$ of the columns of X and y less their means.

    X : (n, d);  y : (n,) or (n, k).  Returns ((d, d), (d,) or (d, k)).

    >>> centred_products(np.array([[1.0], [3.0]]), np.array([0.0, 4.0]))
    (array([[2.]]), array([4.]))
    """
    Xc = X - X.mean(axis=0)
    return Xc.T @ Xc, Xc.T @ (y - y.mean(axis=0))


def centred_gram(X, y, sample_weight=None, fit_intercept=True):
    r"""Sums of squares and products of weighted, centred data: a `Gram` with

    XX = $\sum_i s_i (x_i - \bar x)(x_i - \bar x)^\top$ (d, d),  Xy = $\sum_i s_i (x_i - \bar x)(y_i - \bar y)$ (d,),
    yy = $\sum_i s_i (y_i - \bar y)^2$,  the weighted means x_mean (d,) and y_mean,  weight = $\sum_i s_i$.

    X : (n, d);  y : (n,), or (n, k) for k targets (then Xy is (d, k), yy is (k, k), y_mean is (k,));
    sample_weight : (n,) $s_i \ge 0$ with a positive sum, None for ones;
    fit_intercept : False leaves the data uncentred, with zero means.
    The sums are float64 whatever the data are. A column whose standard deviation is below four units in the last
    place of its mean is constant as far as its numbers can tell: its sums are 0.

    >>> gram = centred_gram(np.array([[1.0], [3.0]]) + 1e9, np.array([0.0, 4.0]))
    >>> gram.XX, gram.Xy, float(gram.yy), gram.x_mean - 1e9
    (array([[2.]]), array([4.]), 8.0, array([2.]))
    """
    d, Y = X.shape[1], y.reshape(len(y), -1)
    shift = _pilot_mean(X, Y) if fit_intercept else np.zeros(d + Y.shape[1])
    S = _shifted_sums(X, Y, sample_weight, shift)
    if fit_intercept and np.any(S[-1, :-1] ** 2 > 100 * S[-1, -1] * _centred(S).diagonal()):
        shift = shift + S[-1, :-1] / S[-1, -1]  # ten standard deviations off would cost two digits: once more
        S = _shifted_sums(X, Y, sample_weight, shift)
    weight, mean, C = S[-1, -1], np.zeros(len(shift)), S[:-1, :-1]
    if fit_intercept:
        mean, C = shift + S[-1, :-1] / weight, _centred(S)
        constant = C.diagonal() <= weight * (4 * np.finfo(X.dtype).eps * mean) ** 2
        C[constant] = C[:, constant] = 0
    j = d if y.ndim == 1 else slice(d, None)
    return Gram(np.ascontiguousarray(C[:d, :d]), C[:d, j].copy(), C[j, j].copy(), mean[:d], mean[j], float(weight))


def centred_blocks(X, Y, sample_weight, shift):
    r"""Blocks of rows of $\sqrt{s}\,[X - a,\ Y - b,\ 1]$, made one after the other in the same memory.

    X : (n, d);  Y : (n, k);  sample_weight : (n,) s, None for ones;  shift : (d + k,) the numbers a, b to subtract.
    Yields (rows, d + k + 1) float64 arrays; each is overwritten by the next.

    >>> [block.copy() for block in centred_blocks(np.array([[3.0]]), np.array([[5.0]]), None, np.array([1.0, 1.0]))]
    [array([[2., 4., 1.]])]
    """
    (n, d), width = X.shape, len(shift) + 1
    rows = max(BLOCK // width, 256)
    memory = np.ones((min(rows, n), width))
    for start in range(0, n, rows):
        block, here = memory[: min(rows, n - start)], slice(start, start + rows)
        np.subtract(X[here], shift[:d], out=block[:, :d])
        np.subtract(Y[here], shift[d:], out=block[:, d:-1])
        if sample_weight is not None:
            block[:, -1] = 1
            block *= np.sqrt(sample_weight[here])[:, None]
        yield block


def centred_data(X, Y, sample_weight, shift):
    r"""All rows of $\sqrt{s}\,[X - a,\ Y - b]$ in a new float64 array of shape (n, d + k).

    X : (n, d);  Y : (n, k);  sample_weight : (n,) s, None for ones;  shift : (d + k,) the numbers a, b to subtract.

    >>> centred_data(np.array([[3.0]]), np.array([[5.0]]), np.array([4.0]), np.array([1.0, 1.0]))
    array([[4., 8.]])
    """
    A = np.concatenate([X, Y], axis=1, dtype=float)
    A -= shift
    if sample_weight is not None:
        A *= np.sqrt(sample_weight)[:, None]
    return A


def _pilot_mean(X, Y):
    """Mean of about 256 rows of [X, Y], spread over the samples; exact where a column is constant."""
    rows = slice(None, None, max(len(X) // 256, 1))
    return np.concatenate([A[0] + (A[rows] - A[0]).mean(axis=0, dtype=float) for A in (X, Y)])


def _shifted_sums(X, Y, sample_weight, shift):
    """Sums of products of all columns of `centred_blocks`; the last row holds the sums of the columns, then of s."""
    S = np.zeros((len(shift) + 1, len(shift) + 1), order="F")
    for block in centred_blocks(X, Y, sample_weight, shift):
        S = dsyrk(1.0, block.T, beta=1.0, c=S, overwrite_c=True)  # S += blockᵀ block, upper triangle
    return np.triu(S) + np.triu(S, 1).T


def _centred(S):
    """The sums about the means: Σ s a b - (Σ s a)(Σ s b) / Σ s."""
    return S[:-1, :-1] - np.outer(S[-1, :-1], S[-1, :-1]) / S[-1, -1]
