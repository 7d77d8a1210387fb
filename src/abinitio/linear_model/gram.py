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
ALONE = 2**18  # multiplications in a product of matrices up to which OpenBLAS keeps it on one thread


class Gram(NamedTuple):
    """Weighted, centred sums over the samples; see `centred_gram`."""

    XX: np.ndarray  # (d, d)
    Xy: np.ndarray  # (d,) or (d, k)
    yy: np.ndarray  # () or (k,)
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

    X : (n, d);  y : (n,), or (n, k) for k targets (then Xy is (d, k), yy and y_mean are (k,): each target's own);
    sample_weight : (n,) $s_i \ge 0$ with a positive sum, None for ones;
    fit_intercept : False leaves the data uncentred, with zero means.
    The sums are float64 whatever the data are. A column whose standard deviation is below four units in the last
    place of its mean is constant as far as its numbers can tell: its sums are 0.

    >>> gram = centred_gram(np.array([[1.0], [3.0]]) + 1e9, np.array([0.0, 4.0]))
    >>> gram.XX, gram.Xy, float(gram.yy), gram.x_mean - 1e9
    (array([[2.]]), array([4.]), 8.0, array([2.]))
    """
    Y = y.reshape(len(y), -1)
    shift = _pilot_shift(X, Y) if fit_intercept else np.zeros(X.shape[1] + Y.shape[1])
    gram = _gram_about(shift, X, Y, sample_weight, fit_intercept)
    mean, squares = np.append(gram.x_mean, gram.y_mean), np.append(gram.XX.diagonal(), gram.yy)
    if fit_intercept and np.any(gram.weight * (mean - shift) ** 2 > 100 * squares):
        gram = _gram_about(mean, X, Y, sample_weight, True)  # ten standard deviations off cost two digits: once more
    if fit_intercept:
        constant = (
            gram.XX.diagonal() <= gram.weight * (4 * np.finfo(np.result_type(X, np.float32)).eps * gram.x_mean) ** 2
        )
        gram.XX[constant] = gram.XX[:, constant] = gram.Xy[constant] = 0
    return gram if y.ndim > 1 else gram._replace(Xy=gram.Xy[:, 0], yy=gram.yy[0], y_mean=gram.y_mean[0])


def centred_blocks(X, Y, sample_weight, shift):
    r"""Blocks of rows of $\sqrt{s}\,(X - a)$, of $\sqrt{s}\,(Y - b)$ and of $\sqrt{s}$, for reading only.

    X : (n, d);  Y : (n, k);  sample_weight : (n,) s, None for ones;  shift : (d + k,) the numbers a, b to subtract.
    Yields float64 arrays of shapes (rows, d), (rows, k), (rows,), which the next ones overwrite; where there is
    nothing to do, the first is a view of X.

    >>> next(centred_blocks(np.array([[3.0]]), np.array([[5.0]]), None, np.array([1.0, 1.0])))
    (array([[2.]]), array([[4.]]), array([1.]))
    """
    (n, d), k = X.shape, Y.shape[1]
    rows = _rows(n, d + k)
    untouched = sample_weight is None and not shift[:d].any() and X.dtype == float and X.flags.c_contiguous
    memory = np.empty((0 if untouched else rows, d)), np.empty((rows, k)), np.ones(rows)
    for start in range(0, n, rows):
        here = slice(start, min(start + rows, n))
        A, B, root = (array[: here.stop - start] for array in memory)
        A = X[here] if untouched else np.subtract(X[here], shift[:d], out=A)
        np.subtract(Y[here], shift[d:], out=B)
        if sample_weight is not None:
            np.sqrt(sample_weight[here], out=root)
            A *= root[:, None]
            B *= root[:, None]
        yield A, B, root


def _rows(n, m):
    """Rows in a block of n rows of m numbers: as fit into the cache; of small data as one thread multiplies by itself.

    Two threads that meet after microseconds, perhaps with those of a second BLAS, lose more than they gain.
    """
    few = min(ALONE // m**2, 2**13 // m)
    return min(n, few if n * m <= BLOCK and few >= 48 else max(BLOCK // m, 256))


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


def _pilot_shift(X, Y):
    """What to subtract: means of about 256 rows of [X, Y], exact for constant columns; 0 if X is near 0 anyway."""
    rows, d = slice(None, None, max(len(X) // 256, 1)), X.shape[1]
    pilot = np.concatenate([X[rows], Y[rows]], axis=1, dtype=float)
    shift = pilot[0] + (pilot - pilot[0]).mean(axis=0)
    if np.all(np.abs(shift[:d]) <= 3 * pilot[:, :d].std(axis=0)):
        shift[:d] = (
            0  # a mean of three standard deviations costs one digit of sixteen, a copy of X a quarter of the time
        )
    return shift


def _gram_about(shift, X, Y, sample_weight, fit_intercept):
    """The `Gram` of k targets, from sums of the data less `shift`, which must be near the mean."""
    d, k = X.shape[1], Y.shape[1]
    XX, Xy, yy = np.zeros((d, d), order="F"), np.zeros((d, k)), np.zeros(k)
    x_sum, y_sum, weight = np.zeros(d), np.zeros(k), 0.0
    for A, B, root in centred_blocks(X, Y, sample_weight, shift):
        XX = dsyrk(1.0, A.T, beta=1.0, c=XX, overwrite_c=True)  # XX += AᵀA, upper triangle
        Xy += A.T @ B
        yy += np.sum(B**2, axis=0)
        x_sum += root @ A
        y_sum += root @ B
        weight += root @ root
    XX = np.triu(XX) + np.triu(XX, 1).T
    if not fit_intercept:
        return Gram(XX, Xy, yy, np.zeros(d), np.zeros(k), float(weight))
    XX -= np.outer(x_sum, x_sum) / weight  # Σ s (a - ā)(b - b̄) = Σ s a b - (Σ s a)(Σ s b) / Σ s
    Xy -= np.outer(x_sum, y_sum) / weight
    yy -= y_sum**2 / weight
    return Gram(XX, Xy, yy, shift[:d] + x_sum / weight, shift[d:] + y_sum / weight, float(weight))
