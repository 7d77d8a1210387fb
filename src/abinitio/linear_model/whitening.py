r"""A loss made round: features centred and scaled, and the inverse of its curvature, from the samples that matter.

The Hessian of $\sum_i s_i \ell(x_i^\top w + b) + \frac{\alpha}{2}|w|^2$ in the parameters $\theta = (w, b)$ is
$$P = \sum_i h_i\,\tilde x_i \tilde x_i^\top + \alpha\,\mathrm{diag}(1, \dots, 1, 0), \qquad h_i = s_i \ell_i'',\quad
\tilde x = (x, 1).$$
A gradient method that takes $P^{-1} g$ for its gradient g sees a loss whose Hessian is the unit matrix, and needs few
steps. The minimum stays where it is: P only shortens the way, and one that is nearly right is good enough. It is so
from m samples drawn in proportion to $h_i$, each then with the same weight $\sum_i h_i / m$: where the model is sure
of most samples, these few carry the curvature.

With K classes every class has its own $h_i = s_i p_{ik} (1 - p_{ik})$ and its own P, the blocks on the diagonal of the
Hessian; where these would cost more than they save, their mean serves all classes. With many features (a Cholesky
factor costs $d^3/3$) P keeps only its diagonal.

Oracles: the Hessian itself; maps that invert each other; the chain rule.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import LinAlgError, cho_solve, cholesky

WIDEST = 3000  # features above which only the diagonal is kept
MOST = 2**23  # numbers in the factors of all classes, above which one mean factor serves them
ROWS = 5  # samples per feature that make a factor
BLOCK = 2**20  # bytes of X at a time


class Frame(NamedTuple):
    """Means and scales (d,) of the features, and whether there is an intercept.

    Parameters, for features as they are (theta) or for standardised ones (t), are arrays (d+1,) or (d+1, K), with the
    intercept in the last row, which stays 0 where there is none.
    """

    mean: np.ndarray
    scale: np.ndarray
    fit_intercept: bool

    def to_theta(self, t):
        """The parameters for the features as they are that do what t does for the standardised ones."""
        w = (t[:-1].T / self.scale).T
        return np.concatenate([w, self.fit_intercept * t[-1:] - self.mean @ w])

    def from_theta(self, theta):
        """The t that does for standardised features what theta does."""
        return np.concatenate([(theta[:-1].T * self.scale).T, theta[-1:] + self.mean @ theta[:-1]])

    def pull(self, gradient):
        """The derivatives with respect to t, from those with respect to theta."""
        w = ((gradient[:-1] - np.multiply.outer(self.mean, gradient[-1])).T / self.scale).T
        return np.concatenate([w, self.fit_intercept * gradient[-1:]])

    def push(self, gradient):
        """The derivatives with respect to theta, from those with respect to t."""
        w = (gradient[:-1].T * self.scale).T + np.multiply.outer(self.mean, gradient[-1])
        return np.concatenate([w, gradient[-1:]])


def blocks_of(X):
    """Slices that cut the rows of X into blocks which stay in the cache.  X : (n, d)."""
    rows = max(BLOCK // max(8 * X.shape[1], 1), 64)
    return (slice(i, i + rows) for i in range(0, len(X), rows))


def standardising(X, s, fit_intercept=True):
    """The `Frame` that centres and scales the features X (n, d) with weights s (n,) of sum 1.

    fit_intercept : without one, the features are not centred.  A constant feature has scale 1.
    """
    s, d = s.astype(X.dtype), X.shape[1]
    mean, square = np.zeros(d), np.zeros(d)
    if fit_intercept:
        mean = sum((s[rows] @ X[rows] for rows in blocks_of(X)), start=mean)
    for rows in blocks_of(X):
        centred = X[rows] - mean.astype(X.dtype)
        square += s[rows] @ np.square(centred, out=centred)
    spread = np.sqrt(square)
    scale = np.where(spread > 1e-7 * np.abs(mean), spread, 1.0)
    scale[scale == 0] = 1.0
    return Frame(mean, scale, fit_intercept)


def standardised(X, frame, dtype):
    """(X - mean) / scale of the `Frame`, a new array.  X : (n, d);  frame : a `Frame`;  dtype : its type."""
    Z, finest = np.empty(X.shape, dtype), np.result_type(X, dtype)
    mean, share = frame.mean.astype(finest), (1 / frame.scale).astype(finest)
    for rows in blocks_of(X):
        np.multiply(X[rows] - mean, share, out=Z[rows], casting="same_kind")
    return Z


def telling_samples(h, m):
    r"""The samples that stand for all n in $\sum_i h_i \tilde x_i \tilde x_i^\top$, and their weights there.

    h : (n,) curvatures > 0;  m : int, samples wanted.
    Returns (indices, weight): every sample with its h, (n,), for n <= 2m; else m, evenly spaced along the cumulative
    sum of h (so that a sample comes in proportion to its h, several times where h is large), all with weight sum(h)/m.

    >>> telling_samples(np.array([1.0, 0.5, 2.5, 4.0, 0.0, 0.0]), 2)
    (array([2, 3]), np.float64(4.0))
    """
    if len(h) <= 2 * m:
        return np.arange(len(h)), h
    total = np.cumsum(h)
    places = (np.arange(m) + 0.5) / m * total[-1]
    return np.searchsorted(total, places), total[-1] / m


def curvature_factors(Z, h, penalty):
    r"""Cholesky factors of $P = \sum_i h_i \tilde z_i \tilde z_i^\top + \mathrm{diag}(\mathrm{penalty})$, a list.

    Z : (n, d) standardised features;  h : (n,) or (n, K) curvatures > 0;  penalty : (d+1,) >= 0, 0 for the intercept.
    Returns one factor for every column of h, or a single one of their mean where that does as well or K would be too
    dear; a factor is (d+1, d+1), lower triangular, or the roots (d+1,) of the diagonal alone.
    """
    n, d = Z.shape
    h = h[:, None] if h.ndim == 1 else h
    same = np.all(np.ptp(h, axis=0) <= 1e-6 * h.max(axis=0))  # of a model that says the same of every sample
    if same or d > WIDEST or h.shape[1] * (d + 1) ** 2 > MOST or d * d > 16 * n:
        h = h.mean(axis=1, keepdims=True)
    return [_factor(Z, column, penalty) for column in h.T]


def _factor(Z, h, penalty):
    d = Z.shape[1]
    few, weight = telling_samples(h, ROWS * max(d, 50))
    Z1 = np.ones((len(few), d + 1), Z.dtype)
    np.take(Z, few, axis=0, out=Z1[:, :-1])
    if np.ndim(weight):
        Z1, weight = Z1 * np.sqrt(weight).astype(Z.dtype)[:, None], 1.0
    if d > WIDEST or d > len(few):
        diagonal = weight * np.einsum("ij,ij->j", Z1, Z1).astype(float)
        return np.sqrt(diagonal + penalty + 1e-6 * diagonal[-1])
    P = weight * (Z1.T @ Z1).astype(float)
    diagonal = np.diag(P) * (1 + 100 * np.finfo(Z.dtype).eps)  # more than rounding can make negative
    diagonal += penalty + 1e-6 * diagonal[-1]  # a constant or redundant feature keeps a finite unit
    P.flat[:: d + 2] = diagonal
    try:
        return cholesky(P, lower=True, overwrite_a=True, check_finite=False)
    except LinAlgError:  # the rounding of float32 can hide how little two features differ
        return np.sqrt(diagonal)


def solve_curvature(factors, g):
    r"""$P^{-1} g$ with the P of `curvature_factors`.

    factors : list of one or K factors;  g : (d+1,) or (d+1, K).  Returns an array of g's shape.

    >>> solve_curvature([np.array([1.0, 2.0])], np.array([1.0, 1.0]))
    array([1.  , 0.25])
    """
    if len(factors) > 1:
        return np.stack([solve_curvature([L], column) for L, column in zip(factors, g.T, strict=True)], axis=1)
    L = factors[0]
    return (g.T / L**2).T if L.ndim == 1 else cho_solve((L, True), g, check_finite=False)
