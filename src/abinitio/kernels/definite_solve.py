r"""Solve $(K + \alpha 1)\,a = y$ for a kernel matrix: a float32 factor, refined to the accuracy of float64.

The Cholesky factor costs $n^3/3$ multiplications, and float32 does twice as many a second. With rows and columns scaled
to a diagonal of ones its error is 1e-7 times the condition number $\kappa$, so for $\kappa < 10^6$ each round of
$a \leftarrow a + (LL^\top)^{-1} (y - (K + \alpha 1) a)$ with the residual in float64 wins at least a digit, for the
price of one pass over K. Where that does not converge a float64 factor is made, and where the matrix is singular to
rounding the solution of least length comes from its eigenvectors.

Memory: besides K, $4 n^2$ bytes for the float32 factor, $16 n^2$ where float64 is needed.
Source: N. J. Higham, "Accuracy and Stability of Numerical Algorithms" (SIAM 2002), chapter 12 (iterative refinement);
the residual asked for is that of LAPACK's dsposv.
"""

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh

from abinitio.linear_model.normal_equations import scaled_cholesky

SMALL = 300  # samples below which float64 alone is as quick
ROUNDS = 20  # of refinement, before it is given up
ROWS = 256  # of a block
EPS = np.finfo(float).eps


def definite_solve(K, y, alpha):
    r"""The solution a of $(K + \alpha 1)\,a = y$.

    K : (n, n), symmetric, positive semidefinite up to rounding, float64 (not modified);  y : (n,) or (n, k);
    alpha : float >= 0.
    Returns a, of the shape of y, with a residual at the rounding of float64. Where $K + \alpha 1$ is singular to
    rounding: the a of least length that leaves the smallest residual.

    >>> definite_solve(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([2.5, 1.0]), alpha=1.0).round(12) + 0.0
    array([1.2, 0.2])
    """
    Y = y.reshape(len(y), -1).astype(float)
    a = _refined(K, Y, alpha) if len(K) >= SMALL else None
    if a is None:
        a = _direct(K, Y, alpha)
    return a.reshape(y.shape)


def _refined(K, Y, alpha):
    """By a float32 factor and refinement until it wins no more; None where that leaves too much."""
    diagonal = np.diag(K) + alpha
    if not np.all(diagonal > 0):
        return None
    s = 1 / np.sqrt(diagonal)
    A = _scaled_single(K, s)
    size = np.linalg.norm(A)
    try:
        factor = cho_factor(A.T, overwrite_a=True, check_finite=False)
    except LinAlgError:
        return None
    s, a, residual = s[:, None], np.zeros_like(Y), Y
    left = np.abs(s * Y).max(axis=0)
    for _ in range(ROUNDS):
        unit = np.maximum(left, np.finfo(float).tiny)
        step = cho_solve(factor, (s * residual / unit).astype(np.float32), check_finite=False)
        if not np.isfinite(step).all():
            return None
        new = a + s * step * unit
        new_residual = Y - K @ new - alpha * new
        new_left = np.abs(s * new_residual).max(axis=0)
        a, residual = np.where(new_left < left, new, a), np.where(new_left < left, new_residual, residual)
        gained, left = np.any(new_left < left / 2), np.minimum(new_left, left)
        if not gained:
            break
    return a if np.all(left <= np.sqrt(len(K)) * EPS * size * np.abs(a / s).max(axis=0)) else None


def _scaled_single(K, s):
    """The matrix with entries $s_i K_{ij} s_j$, and ones on the diagonal, in float32."""
    A = np.empty(K.shape, dtype=np.float32)
    for i in range(0, len(K), ROWS):
        np.multiply(K[i : i + ROWS] * s[i : i + ROWS, None], s, out=A[i : i + ROWS], casting="same_kind")
    np.fill_diagonal(A, 1)
    return A


def _direct(K, Y, alpha):
    """By a float64 factor, or by the eigenvectors where the matrix is singular to rounding."""
    factor, scale, condition = scaled_cholesky(K, alpha)
    if condition * len(K) * EPS < 1:
        return scale[:, None] * cho_solve(factor, scale[:, None] * Y, check_finite=False)
    eigenvalues, Q = eigh(K, check_finite=False)
    eigenvalues += alpha
    kept = eigenvalues > len(K) * EPS * eigenvalues[-1]
    return Q[:, kept] @ ((Q[:, kept].T @ Y) / eigenvalues[kept, None])
