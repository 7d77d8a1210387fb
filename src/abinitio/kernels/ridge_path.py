r"""Kernel ridge regression for every penalty at once, and its leave-one-out error, from one eigendecomposition.

With $K = Q \Lambda Q^\top$, $a(\alpha) = Q (\Lambda + \alpha)^{-1} Q^\top y$ for every $\alpha$. Sample i, left out,
would be missed by $a_i / [(K + \alpha 1)^{-1}]_{ii}$: no fit has to be done again.

Time about $9 n^3$ multiplications once, then $n^2$ for each alpha, where one alpha costs $n^3/3$ by itself and its
leave-one-out error $n^3$; memory $24 n^2$ bytes. A smooth kernel in few dimensions has only some $r < n$ eigenvalues
that rise above rounding; pivoted Cholesky finds out, and about $8 n r^2$ multiplications do the same.
Source: G. H. Golub, M. Heath, G. Wahba, Technometrics 21 (1979) 215; R. M. Rifkin, R. A. Lippert, "Notes on regularized
least squares", MIT-CSAIL-TR-2007-025 (2007), section 3.
"""

import numpy as np
from scipy.linalg import eigh, qr
from sklearn.base import MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import validate_data

from abinitio.kernels.kernel_matrix import FLOATS, KernelEstimator
from abinitio.kernels.pivoted_cholesky import pivoted_cholesky
from abinitio.kernels.ridge import kernel_predictions


def kernel_ridge_path(K, y, alphas):
    r"""Coefficients a of kernel ridge regression, $(K + \alpha 1)\,a = y$, for each alpha.

    K : (n, n), $K_{ij} = k(x_i, x_j)$;  y : (n,) targets;  alphas : (m,) positive numbers, in any order.
    Returns (m, n): row i is the solution for alphas[i].

    >>> kernel_ridge_path(np.diag([1.0, 3.0]), np.array([2.0, 4.0]), np.array([1.0, 3.0])).round(6)
    array([[1.      , 1.      ],
           [0.5     , 0.666667]])
    """
    eigenvalues, Q = np.linalg.eigh(K)
    return ((Q.T @ y) / (eigenvalues + alphas[:, None])) @ Q.T  # a = Q (Λ + α)⁻¹ Qᵀy


def kernel_ridge_leave_one_out(K, y, alphas):
    r"""Mean squared leave-one-out error of kernel ridge regression, for each alpha.

    The error of sample i is $y_i - f_{(i)}(x_i)$, with $f_{(i)}$ fitted to the other n - 1 samples with the same
    $\alpha$. The result is that of n fits for each alpha, without doing them.
    K : (n, n), $K_{ij} = k(x_i, x_j)$, n >= 2;  y : (n,) targets;
    alphas : (m,) positive numbers, some perhaps many orders of magnitude below the eigenvalues of K.
    Returns (m,): the mean over the samples of the squared errors.

    >>> K, y = np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([1.0, 2.0])
    >>> kernel_ridge_leave_one_out(K, y, np.array([1.0]))  # the other predicts y / 4: the errors are 0.5 and 1.75
    array([1.65625])
    """
    eigenvalues, Q = np.linalg.eigh(K)
    inverse = 1 / (eigenvalues + alphas[:, None])
    a = (inverse * (Q.T @ y)) @ Q.T
    diagonal = inverse @ (Q**2).T  # of (K + α1)⁻¹
    return np.mean((a / diagonal) ** 2, axis=1)


class KernelRidgeCV(MultiOutputMixin, RegressorMixin, KernelEstimator):
    r"""Kernel ridge regression that chooses its penalty by the leave-one-out error.

    alphas : (m,) positive numbers to choose from;  kernel, gamma, degree, coef0, kernel_params : as in `KernelRidge`.
    After fit: alpha_;  best_score_, minus the mean squared leave-one-out error of alpha_ (over all targets);
    leave_one_out_ (m,), the errors of all alphas;  dual_coef_ (n,) or (n, k);  X_fit_ (n, d).

    >>> X = np.linspace(0, 1, 20)[:, None]
    >>> KernelRidgeCV([1e-6, 1.0], kernel="rbf", gamma=10.0).fit(X, np.sin(6 * X[:, 0])).alpha_  # no noise
    1e-06
    """

    def __init__(self, alphas=(0.1, 1.0, 10.0), *, kernel="linear", gamma=None, degree=3, coef0=1, kernel_params=None):
        self.alphas = alphas
        self.kernel = kernel
        self.gamma = gamma
        self.degree = degree
        self.coef0 = coef0
        self.kernel_params = kernel_params

    def fit(self, X, y):
        """Fit to X (n, d), or K (n, n) if precomputed, and y (n,) or (n, k), n >= 2; returns self."""
        X, y = validate_data(self, X, y, dtype=FLOATS, multi_output=True, y_numeric=True, ensure_min_samples=2)
        alphas = np.atleast_1d(np.asarray(self.alphas, dtype=float))
        if alphas.ndim != 1 or alphas.size == 0 or not np.all(alphas > 0):
            raise ValueError(f"alphas is {self.alphas}; it must be a list of positive numbers")
        Y = y.reshape(len(y), -1).astype(float)
        errors, paths = _errors_and_paths(self._kernel(X, X), Y, alphas)
        best = int(np.argmin(errors))
        self.leave_one_out_, self.alpha_, self.best_score_ = errors, float(alphas[best]), -float(errors[best])
        self.dual_coef_, self.X_fit_ = paths[best].reshape(y.shape).astype(X.dtype), X
        return self

    def predict(self, X):
        """Predictions (m,) or (m, k) at the rows of X (m, d), or of K (m, n) if precomputed."""
        K, dtype = self._query_kernel(X)
        return kernel_predictions(K, self.dual_coef_).astype(dtype)


def _fast(K, Y, alphas):
    """Errors (m,), the mean over targets, and coefficients (m, n, k) for the targets Y (n, k)."""
    eigenvalues, Q = eigenvectors_above_rounding(K)
    inverse, rest = 1 / (np.maximum(eigenvalues, 0) + alphas[:, None]), 1 / alphas
    a = Q @ (inverse[:, :, None] * (Q.T @ Y))
    squares = Q**2
    diagonal = inverse @ squares.T
    if Q.shape[1] < len(K):  # the eigenvalues left out are 0
        a += rest[:, None, None] * (Y - Q @ (Q.T @ Y))
        diagonal += rest[:, None] * np.maximum(1 - squares.sum(axis=1), 0)
    return np.mean((a / diagonal[:, :, None]) ** 2, axis=(1, 2)), a


def eigenvectors_above_rounding(K):
    """Eigenvalues (r,) and eigenvectors (n, r) of K; all of them, or, where K - QΛQᵀ is then rounding, only r < n/3.

    K : (n, n) symmetric, positive semidefinite up to rounding.

    >>> [array.shape for array in eigenvectors_above_rounding(np.ones((9, 9)))]
    [(1,), (9, 1)]
    """
    Z, _ = pivoted_cholesky(K)
    if 3 * Z.shape[1] >= len(K) or np.abs(np.einsum("ij,ij->i", Z, Z) - np.diag(K)).max() > 1e-13 * np.diag(K).max():
        return eigh(K, check_finite=False, driver="evd")
    Q, R = qr(Z, mode="economic", check_finite=False)  # K = Q (R Rᵀ) Qᵀ
    eigenvalues, U = eigh(R @ R.T, check_finite=False, driver="evd")
    return eigenvalues, Q @ U


kernel_ridge_path.fast = kernel_ridge_leave_one_out.fast = _fast


def _errors_and_paths(K, Y, alphas):
    """By `_fast`, while it stands for both functions; else by the functions themselves."""
    fast = getattr(kernel_ridge_path, "fast", None)
    if fast and hasattr(kernel_ridge_leave_one_out, "fast"):
        return fast(K, Y, alphas)
    errors = np.mean([kernel_ridge_leave_one_out(K, y, alphas) for y in Y.T], axis=0)
    return errors, np.stack([kernel_ridge_path(K, y, alphas) for y in Y.T], axis=2)
