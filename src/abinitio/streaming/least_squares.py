r"""Least squares and ridge regression for all penalties at once, from the moments of features and target.

With the scatter matrix of $(x, y)$ in blocks, $S_{xx} = V \mathrm{diag}(\lambda) V^\top$, the ridge solution is
$w = V\, \mathrm{diag}(1/(\lambda + \alpha))\, V^\top S_{xy}$, and the residual sum of squares
$S_{yy} - 2 w^\top S_{xy} + w^\top S_{xx} w$: one pass over the data serves every $\alpha$, every subset of the
features, and every target. $S_{xx}$ squares the condition number of the data; `triangular` does not.

Oracles: the same from all samples at once. Source: A. E. Hoerl, R. W. Kennard, Technometrics 12 (1970) 55.
"""

from typing import NamedTuple

import numpy as np

EPS = np.finfo(float).eps


class Fit(NamedTuple):
    """Coefficients (..., d), intercepts (...) and residual sums of squares (...), one for each penalty."""

    coefficients: np.ndarray
    intercept: np.ndarray
    residual: np.ndarray


def ridge_of_moments(moments, alphas):
    r"""Minimise $\sum_i (y_i - x_i^\top w - b)^2 + \alpha |w|^2$ for each $\alpha$.

    moments : `Moments` of rows $(x_i, y_i)$, the target last;  alphas : (m,) numbers > 0, or >= 0 where no feature is
    a combination of others.  Returns a `Fit` with coefficients (m, d), intercepts (m,), residual sums of squares (m,).

    >>> from abinitio.streaming.moments import moments_of
    >>> ridge_of_moments(moments_of(np.array([[0.0, 0.0], [2.0, 4.0]])), np.array([0.0, 2.0])).coefficients
    array([[2.],
           [1.]])
    """
    S, mean = moments.scatter, moments.mean
    XX, Xy, yy = S[:-1, :-1], S[:-1, -1], S[-1, -1]
    eigenvalues, V = np.linalg.eigh(XX)
    shrunk = (V.T @ Xy) / (np.maximum(eigenvalues, 0) + np.asarray(alphas, dtype=float)[:, None])
    w = shrunk @ V.T
    residual = yy - 2 * w @ Xy + np.sum(w @ XX * w, axis=1)
    return Fit(w, mean[-1] - w @ mean[:-1], np.maximum(residual, 0))


def least_squares_of_moments(moments):
    """The least-squares fit with intercept: `Fit` of shapes (d,), () and ().

    moments : `Moments` of rows (x, y), the target last. ValueError where the features are linearly dependent as far as
    their moments can tell, that is where the reciprocal condition number of the scatter matrix, with every feature in
    its own unit, is below d times the rounding of float64: a condition number of the data above about 10^7.

    >>> from abinitio.streaming.moments import moments_of
    >>> w, b, residual = least_squares_of_moments(moments_of(np.array([[0.0, 1.0], [2.0, 5.0], [4.0, 9.0]])))
    >>> w, float(b)
    (array([2.]), 1.0)
    """
    S, mean = moments.scatter, moments.mean
    XX, Xy, yy = S[:-1, :-1], S[:-1, -1], S[-1, -1]
    scale = np.sqrt(np.diag(XX))
    if not scale.all() or np.linalg.eigvalsh(XX / np.outer(scale, scale))[0] < len(XX) * EPS:
        raise ValueError(
            "the features are linearly dependent, or so nearly that their squares do not tell them apart; "
            "leave features out, take ridge regression, or the moments of `triangular`, which lose half as many digits"
        )
    w = np.linalg.solve(XX / np.outer(scale, scale), Xy / scale) / scale
    return Fit(w, mean[-1] - w @ mean[:-1], np.maximum(yy - w @ Xy, 0))


def generalised_cross_validation(moments, alphas):
    r"""The mean squared error that new data will show, estimated for each penalty: $n \cdot RSS / (n - \nu)^2$.

    moments : `Moments` of rows (x, y), the target last;  alphas : (m,) numbers > 0.
    $\nu = 1 + \sum_j \lambda_j / (\lambda_j + \alpha)$ is the number of coefficients that the data determine, intercept
    included; leave-one-out with every sample's leverage replaced by the mean one (Golub, Heath, Wahba 1979).
    Returns (m,), in the unit of y squared.

    >>> from abinitio.streaming.moments import Moments
    >>> line = Moments(4.0, np.zeros(2), np.diag([1.0, 8.0]))
    >>> generalised_cross_validation(line, np.array([1.0])).round(4)  # 4 x 8 / (4 - 1.5)^2
    array([5.12])
    """
    alphas = np.asarray(alphas, dtype=float)
    eigenvalues = np.maximum(np.linalg.eigvalsh(moments.scatter[:-1, :-1]), 0)
    nu = 1 + np.sum(eigenvalues / (eigenvalues + alphas[:, None]), axis=1)
    return moments.n * ridge_of_moments(moments, alphas).residual / (moments.n - nu) ** 2
