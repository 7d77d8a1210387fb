r"""Least squares with a quadratic penalty, solved by the quickest way that the condition of the data allows.

The normal equations $(X^\top X + \alpha 1) w = X^\top y$ cost one pass over the data and a small Cholesky
factorisation, but their condition number is that of X *squared*. So it is estimated first, for columns scaled to
length 1, which no choice of units can spoil:

- below 1e3 the solution stands, with 13 digits;
- below 1e10 iterative refinement, with residuals taken from the data, restores the digits;
- above, where the matrix is singular, or with fewer rows than columns: QR and singular values, minimum norm.

Source: Å. Björck, Numerical Methods for Least Squares Problems (SIAM 1996), chapters 1 (conditioning) and 2 (normal
equations, QR, rank deficiency, iterative refinement); QR by blocks of rows: J. Demmel, L. Grigori, M. Hoemmen,
J. Langou, SIAM J. Sci. Comput. 34 (2012) A206.
"""

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, svd
from scipy.linalg.lapack import dpocon, dtpqrt

from abinitio.linear_model.gram import BLOCK, centred_blocks, centred_data, centred_gram

WELL, USABLE = 1e3, 1e10  # condition numbers of the scaled normal matrix
EPS = np.finfo(float).eps
TEXTBOOK = 2**14  # numbers in data so small that the readable version costs next to nothing
PANEL = 8  # columns that QR reflects at a time: few, since a quarter of a block of rows is not tall


def penalised_least_squares(X, y, alpha=0.0, sample_weight=None, fit_intercept=True, textbook=None):
    r"""Coefficients w and intercept b that minimise $\sum_i s_i (y_i - x_i^\top w - b)^2 + \alpha |w|^2$.

    X : (n, d);  y : (n,), or (n, k) for k targets at once;  alpha : float >= 0 (the intercept is not penalised);
    sample_weight : (n,) $s_i \ge 0$, None for ones;  fit_intercept : False fixes b = 0;
    textbook : None, or callable textbook(Xc, yc, alpha) -> (d,) that solves the centred problem for one target by the
    normal equations; it is called where that is as good: well-conditioned data of at most 2^14 numbers.
    Returns (w, b): (d,) and a number, or (d, k) and (k,); float64. Where the minimum is not unique (alpha = 0 and
    columns that depend on each other linearly, to max(n, d) units in the last place), w is the one of smallest norm.

    >>> w, b = penalised_least_squares(np.array([[1.0], [2.0], [3.0]]), np.array([3.0, 5.0, 7.0]))
    >>> w.round(12), round(float(b), 12)
    (array([2.]), 1.0)
    """
    (n, d), Y = X.shape, y.reshape(len(y), -1)
    if n - fit_intercept >= d:
        gram = centred_gram(X, Y, sample_weight, fit_intercept)
        x_mean, y_mean = gram.x_mean, gram.y_mean
        factor, scale, condition = scaled_cholesky(gram.XX, alpha)
    else:
        x_mean, y_mean = _means(X, Y, sample_weight) if fit_intercept else (np.zeros(d), np.zeros(Y.shape[1]))
        condition = np.inf
    data = X, Y, sample_weight, np.concatenate([x_mean, y_mean])
    if textbook is not None and condition < WELL and np.all(scale > 0) and X.size <= TEXTBOOK:
        A = centred_data(*data)
        w = np.column_stack([textbook(A[:, :d], target, alpha) for target in A[:, d:].T])
    elif condition < USABLE:
        w = scale[:, None] * cho_solve(factor, scale[:, None] * gram.Xy, check_finite=False)
        for _ in range((condition > WELL) + (condition > 1e7)):
            gradient = _residual_products(w, *data) - alpha * w
            w += scale[:, None] * cho_solve(factor, scale[:, None] * gradient, check_finite=False)
    else:
        w = (_tall_solution if n - fit_intercept >= d else _wide_solution)(*data, alpha, fit_intercept)
    b = y_mean - x_mean @ w
    return (w[:, 0], b[0]) if y.ndim == 1 else (w, b)


def scaled_cholesky(A, alpha=0.0):
    r"""Cholesky factor of $D(A + \alpha 1)D$, which has unit diagonal; the scaling D; the condition number, estimated.

    A : (d, d) symmetric, positive semi-definite;  alpha : float >= 0.
    Returns (factor for scipy's cho_solve, (d,) diagonal of D, condition number in the 1-norm). Rows of zeros stay in
    as rows of the identity, with 0 in D. The condition is inf, the factor None, where the matrix is not definite.

    >>> scaled_cholesky(np.diag([1.0, 1e12]))[2], scaled_cholesky(np.ones((2, 2)))[2]
    (1.0, inf)
    """
    diagonal = A.diagonal() + alpha
    scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, np.inf))
    R = scale[:, None] * A * scale
    np.fill_diagonal(R, 1)
    try:
        factor = cho_factor(R, lower=True, check_finite=False)
    except LinAlgError:
        return None, scale, np.inf
    reciprocal, _ = dpocon(factor[0], np.abs(R).sum(axis=0).max(), uplo="L")
    return factor, scale, 1 / reciprocal if reciprocal > 0 else np.inf


def _residual_products(w, X, Y, sample_weight, centre):
    """The (d, k) matrix Xᵀ(Y - Xw) of the weighted, centred data, from the data and not from their Gram matrix."""
    return sum(A.T @ (B - A @ w) for A, B, _ in centred_blocks(X, Y, sample_weight, centre))


def _tall_solution(X, Y, sample_weight, centre, alpha, fit_intercept):
    """Least squares for n >= d by QR; of minimum norm where the centred X has not full rank."""
    (n, d), R = X.shape, _triangle(X, Y, sample_weight, centre)
    length = np.sqrt(np.sum(R[:, :d] ** 2, axis=0))
    if alpha == 0 and np.all(length > 0):
        U, s, Vt = svd(R[:, :d] / length, full_matrices=False, check_finite=False)
        if s[-1] > n * EPS * s[0] + _rounding(centre[:d] / length, n, sample_weight):  # of full rank in some units:
            return Vt.T @ (U.T @ R[:, d:] / s[:, None]) / length[:, None]  # the solution is unique
    return _filtered(R[:, :d], R[:, d:], alpha, n * EPS, _rounding(centre[:d], n, sample_weight))


def _triangle(X, Y, sample_weight, centre):
    """The upper triangular R, (d + k, d + k), of the QR factorisation of the weighted, centred [X, Y]."""
    m = len(centre)
    rows, R = max(min(BLOCK // (4 * m), 1024), m), np.zeros((m, m), order="F")
    for A, B, _ in centred_blocks(X, Y, sample_weight, centre):
        M = np.hstack([A, B])
        for i in range(0, len(M), rows):  # R becomes the triangle of all rows so far
            R = dtpqrt(0, min(PANEL, m), R, np.asfortranarray(M[i : i + rows]), overwrite_a=True, overwrite_b=True)[0]
    return R


def _wide_solution(X, Y, sample_weight, centre, alpha, fit_intercept):
    """Least squares of minimum norm for n <= d: w = Xᵀc with (XXᵀ + α 1) c = Y, of the centred data."""
    n, d = X.shape
    s = np.ones(n) if sample_weight is None else sample_weight
    A, constant = centred_data(X, Y, sample_weight, centre), fit_intercept * np.sqrt(s / s.sum())
    X, Y = A[:, :d], A[:, d:]
    K = X @ X.T
    K += np.trace(K) / n * np.outer(constant, constant)  # its eigenvalue is 0 after centring, and Y has no part there
    factor, scale, condition = scaled_cholesky(K, alpha)
    if condition > USABLE or not np.all(scale > 0):
        return _filtered(X, Y, alpha, d * EPS, _rounding(centre[:d], n, sample_weight))
    c = scale[:, None] * cho_solve(factor, scale[:, None] * Y, check_finite=False)
    if condition > WELL:
        residual = Y - X @ (X.T @ c) - alpha * c
        c += scale[:, None] * cho_solve(factor, scale[:, None] * residual, check_finite=False)
    return X.T @ c


def _rounding(mean, n, sample_weight):
    """What singular values of centred data may owe to the rounding of the data, which was relative to their mean."""
    return EPS * np.linalg.norm(mean) * np.sqrt(n if sample_weight is None else sample_weight.sum())


def _filtered(X, Y, alpha, relative, absolute):
    """The solution V s/(s² + α) UᵀY over the singular values s that rise above rounding."""
    U, s, Vt = svd(X, full_matrices=False, check_finite=False)
    s, kept = s[:, None], s[:, None] > relative * s[0] + absolute
    return Vt.T @ (np.where(kept, s / np.where(kept, s**2 + alpha, 1), 0) * (U.T @ Y))


def _means(X, Y, sample_weight):
    """Weighted means of the columns, exact where a column is constant."""
    return [A[0] + np.average(A - A[0], axis=0, weights=sample_weight) for A in (X, Y)]
