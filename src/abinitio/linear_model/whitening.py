r"""Coordinates in which a linear model's loss is round: features centred and scaled, then whitened with its curvature.

The Hessian of $\sum_i s_i \ell(x_i^\top w + b) + \frac{\alpha}{2}|w|^2$ in the parameters $\theta = (w, b)$ is
$\sum_i s_i h_i\,\tilde x_i \tilde x_i^\top$ plus $\alpha$ on w, with the curvatures $h_i = \ell''$ and
$\tilde x = (x, 1)$. With the Cholesky factor $L L^\top$ of this matrix for standardised features, coordinates v with
$\theta = L^{-\top} v$ make it the unit matrix, and gradient methods need few steps. The minimum stays where it is: the
coordinates only shorten the way, and a matrix that is nearly right (from some of the rows, or with one mean
$h_i$ for K classes) is good enough.

With many features (the factor costs $d^3/3$) L keeps only its diagonal.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import cholesky, solve_triangular

WIDEST = 3000  # features above which the factor is a diagonal
ROWS = 6  # rows per feature that make the factor
BLOCK = 4096  # rows at a time


class Whitening(NamedTuple):
    """Means and scales (d,) of the features, the factor L, (d+1, d+1) or (d+1,), and whether the intercept is free.

    Parameters theta and v have the shape (d+1,) or (d+1, K), with the intercept in the last row.
    """

    mean: np.ndarray
    scale: np.ndarray
    factor: np.ndarray
    fit_intercept: bool

    def to_standardised(self, v):
        """The parameters for standardised features that v stands for."""
        theta = (
            solve_triangular(self.factor, v, lower=True, trans="T", check_finite=False) if self.full else self.over(v)
        )
        theta[-1] *= self.fit_intercept
        return theta

    def pull_standardised(self, gradient):
        """The derivatives with respect to v, from those with respect to the parameters for standardised features."""
        gradient[-1] *= self.fit_intercept
        return (
            solve_triangular(self.factor, gradient, lower=True, check_finite=False)
            if self.full
            else self.over(gradient)
        )

    def to_theta(self, v):
        """The parameters for the features as they are that v stands for."""
        theta = self.to_standardised(v)
        w = (theta[:-1].T / self.scale).T
        return np.concatenate([w, theta[-1:] - self.mean @ w])

    def from_theta(self, theta):
        """The v that stands for theta."""
        w, b = (theta[:-1].T * self.scale).T, theta[-1:] + self.mean @ theta[:-1]
        return self.times(np.concatenate([w, b]), transposed=True)

    def pull(self, gradient):
        """The derivatives with respect to v, from those with respect to theta."""
        w = ((gradient[:-1] - np.multiply.outer(self.mean, gradient[-1])).T / self.scale).T
        return self.pull_standardised(np.concatenate([w, gradient[-1:]]))

    def push(self, gradient):
        """The derivatives with respect to theta, from those with respect to v."""
        gradient = self.times(gradient)
        gradient[-1] *= self.fit_intercept
        w = (gradient[:-1].T * self.scale).T + np.multiply.outer(self.mean, gradient[-1])
        return np.concatenate([w, gradient[-1:]])

    @property
    def full(self):
        """Whether the factor is a triangular matrix, and not a diagonal."""
        return self.factor.ndim == 2

    def over(self, v):
        """v over the diagonal factor."""
        return (v.T / self.factor).T

    def times(self, v, transposed=False):
        """The factor L, or its transpose if `transposed`, times v."""
        return (self.factor.T if transposed else self.factor) @ v if self.full else (v.T * self.factor).T


def standardising(X, s, fit_intercept=True):
    """The `Whitening` that only centres and scales the features X (n, d) with weights s (n,) of sum 1.

    fit_intercept : without one, the features are not centred.  A constant feature has scale 1.
    """
    n, d = X.shape
    blocks = [slice(i, i + BLOCK) for i in range(0, n, BLOCK)]
    s = s.astype(X.dtype)
    mean, square = np.zeros(d), np.zeros(d)
    if fit_intercept:
        mean = sum((s[rows] @ X[rows] for rows in blocks), start=mean)
    for rows in blocks:
        square += s[rows] @ (X[rows] - mean.astype(X.dtype)) ** 2
    spread = np.sqrt(square)
    scale = np.where(spread > 1e-7 * np.abs(mean), spread, 1.0)
    scale[scale == 0] = 1.0
    return Whitening(mean, scale, np.ones(d + 1), fit_intercept)


def standardised(X, frame, dtype):
    """(X - mean) / scale of the `Whitening` frame, a new array of type dtype.  X : (n, d)."""
    Z, mean, scale = np.empty(X.shape, dtype), frame.mean.astype(X.dtype), frame.scale.astype(X.dtype)
    for i in range(0, len(X), BLOCK):
        Z[i : i + BLOCK] = (X[i : i + BLOCK] - mean) / scale
    return Z


def some_rows(n, d):
    """A slice of the n samples that is enough to whiten d features: about `ROWS` a feature, evenly spread."""
    return slice(None, None, max(1, n // (ROWS * max(d, 50))))


def whitened(frame, Z, weight, alpha):
    """The `Whitening` frame with the factor of the Hessian.

    Z : (m, d) standardised rows;  weight : (m,) their $s_i h_i$ > 0;  alpha : float >= 0, for features as they are.
    """
    m, d = Z.shape
    penalty = np.append(alpha / frame.scale**2, 0.0)
    Z1 = np.column_stack([Z, np.ones(m, Z.dtype)]) * np.sqrt(weight).astype(Z.dtype)[:, None]
    if d > WIDEST or d > m:
        diagonal = np.einsum("ij,ij->j", Z1, Z1).astype(float)
        return frame._replace(factor=np.sqrt(diagonal + penalty + 1e-6 * diagonal[-1]))
    A = (Z1.T @ Z1).astype(float)
    A.flat[:: d + 2] += penalty + 1e-6 * A[-1, -1]  # a constant or redundant feature keeps a finite unit
    return frame._replace(factor=cholesky(A, lower=True, overwrite_a=True, check_finite=False))
