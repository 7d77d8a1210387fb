r"""Ridge regression that chooses its penalty by the leave-one-out error.

With the eigenvectors V and eigenvalues $\lambda$ of $X_c^\top X_c$ every alpha costs a column of two matrix products:
for the rows $z_i = V^\top x_i$ the fit is $\sum_j z_{ij} (V^\top X_c^\top y)_j / (\lambda_j + \alpha)$, the leverage
$h_i = s_i / \sum s + \sum_j z_{ij}^2 / (\lambda_j + \alpha)$. With more features than samples the same is read off the
eigenvectors of $X_c X_c^\top$.

Source: G. H. Golub, M. Heath, G. Wahba, Technometrics 21 (1979) 215, section 2; for the dual form R. M. Rifkin,
R. A. Lippert, "Notes on regularized least squares", MIT-CSAIL-TR-2007-025 (2007), section 3.
"""

import numpy as np
from scipy.linalg import eigh

from abinitio.linear_model.affine import AffineRegressor
from abinitio.linear_model.gram import centred_blocks, centred_data, centred_gram
from abinitio.linear_model.normal_equations import TEXTBOOK, penalised_least_squares
from abinitio.linear_model.ridge import ridge_coefficients, ridge_leave_one_out


def leave_one_out_squares(X, y, alphas, sample_weight=None, fit_intercept=True):
    r"""Weighted squared leave-one-out errors $s_i (y_i - \hat y_{(i)})^2$ of ridge regression for each alpha.

    X : (n, d), n >= 2;  y : (n, k);  alphas : (m,) positive;  sample_weight : (n,) with two positive numbers at
    least, None for ones;  fit_intercept : whether the fits have an intercept (not penalised, fitted anew each time).
    Yields (rows, k, m) arrays for consecutive blocks of samples.

    >>> X, y = np.array([[-1.0], [1.0]]), np.array([[0.0], [2.0]])
    >>> next(leave_one_out_squares(X, y, np.array([0.5]))).ravel()
    array([4., 4.])
    """
    rows = _tall_rows if len(X) - fit_intercept >= X.shape[1] else _wide_rows
    for residual, complement in rows(X, y, alphas, sample_weight, fit_intercept):
        yield (residual / complement[:, None, :]) ** 2


def _tall_rows(X, Y, alphas, sample_weight, fit_intercept):
    """Blocks of residuals (rows, k, m) and of one minus the leverages (rows, m), for n >= d."""
    d, (k, m) = X.shape[1], (Y.shape[1], len(alphas))
    gram = centred_gram(X, Y, sample_weight, fit_intercept)
    centre = np.concatenate([gram.x_mean, gram.y_mean])
    eigenvalues, V = eigh(gram.XX, driver="evd", check_finite=False)
    products = V.T @ gram.Xy
    if np.min(alphas) < 1e-10 * eigenvalues[-1]:  # XᵀX knows its eigenvalues to 1e-16 of the largest; X, their roots
        A = centred_data(X, Y, sample_weight, centre)
        U, s, Vt = np.linalg.svd(A[:, :d], full_matrices=False)
        eigenvalues, V, products = s**2, Vt.T, s[:, None] * (U.T @ A[:, d:])
    inverse = 1 / (np.maximum(eigenvalues, 0)[:, None] + alphas)
    solutions = (products[:, :, None] * inverse[:, None, :]).reshape(d, k * m)
    for A, B, root in centred_blocks(X, Y, sample_weight, centre):
        Z = A @ V
        leverage = Z**2 @ inverse + fit_intercept * root[:, None] ** 2 / gram.weight
        yield B[:, :, None] - (Z @ solutions).reshape(-1, k, m), 1 - leverage


def _wide_rows(X, Y, alphas, sample_weight, fit_intercept):
    """The same, both divided by alpha, for n < d: one block of (n, k, m) and (n, m)."""
    n, d = X.shape
    s = np.ones(n) if sample_weight is None else sample_weight.astype(float)
    centre = fit_intercept * np.concatenate([np.average(A, axis=0, weights=s) for A in (X, Y)])
    A = centred_data(X, Y, sample_weight, centre)
    K, constant = A[:, :d] @ A[:, :d].T, fit_intercept * np.sqrt(s / s.sum())
    lift = np.trace(K) / n  # centring makes `constant` an eigenvector of K with eigenvalue 0, which 1/α would blow up
    eigenvalues, Q = eigh(K + lift * np.outer(constant, constant), check_finite=False)
    inverse = 1 / (np.maximum(eigenvalues, 0)[:, None] + alphas)
    dual = np.einsum("ij,jk,jm->ikm", Q, Q.T @ A[:, d:], inverse, optimize=True)
    yield dual, Q**2 @ inverse - constant[:, None] ** 2 / (lift + alphas)


class RidgeCV(AffineRegressor):
    r"""Ridge regression with the alpha of the smallest leave-one-out error, with scikit-learn's interface.

    alphas : (m,) positive numbers to choose from;  fit_intercept : bool, whether to fit an intercept (not penalised);
    store_cv_results : bool, whether to keep all squared leave-one-out errors.
    After fit: alpha_;  best_score_, minus the mean squared leave-one-out error of alpha_ (over all targets);  coef_
    (d,) or (k, d);  intercept_ float or (k,);  cv_results_ (n, m) or (n, k, m) if stored, times the sample's weight.

    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([1.0, 3.0, 5.0, 7.0])
    >>> RidgeCV(alphas=(0.01, 1.0)).fit(X, y).alpha_  # no noise: the least shrinkage is best
    0.01
    """

    def __init__(self, alphas=(0.1, 1.0, 10.0), *, fit_intercept=True, store_cv_results=False):
        self.alphas = alphas
        self.fit_intercept = fit_intercept
        self.store_cv_results = store_cv_results

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d) and y (n,) or (n, k) with weights sample_weight (n,); returns self."""
        X, y, sample_weight = self._checked_data(X, y, sample_weight, ensure_min_samples=2)
        if sample_weight is not None and np.count_nonzero(sample_weight) < 2:
            raise ValueError("sample_weight is positive for one sample only; leaving it out leaves none")
        alphas = np.atleast_1d(np.asarray(self.alphas, dtype=float))
        if alphas.ndim != 1 or alphas.size == 0 or not np.all(alphas > 0):
            raise ValueError(f"alphas is {self.alphas}; it must be a list of positive numbers")
        scores = -self._errors(X, y, alphas, sample_weight)
        self.alpha_, self.best_score_ = float(alphas[np.argmax(scores)]), float(np.max(scores))
        w, b = penalised_least_squares(X, y, self.alpha_, sample_weight, self.fit_intercept, ridge_coefficients)
        self._set_affine(w, b, X.dtype)
        return self

    def _errors(self, X, y, alphas, sample_weight):
        """Mean squared leave-one-out error of each alpha; all of them in cv_results_ if wanted."""
        n, d = X.shape
        plain = y.ndim == 1 and sample_weight is None and self.fit_intercept and not self.store_cv_results
        if plain and d < n and X.size <= TEXTBOOK:
            return ridge_leave_one_out(X.astype(float), y.astype(float), alphas)
        squares = leave_one_out_squares(X, y.reshape(n, -1), alphas, sample_weight, self.fit_intercept)
        if not self.store_cv_results:
            return sum(block.sum(axis=(0, 1)) for block in squares) / y.size
        self.cv_results_ = np.concatenate(list(squares)).reshape(*y.shape, -1).astype(X.dtype)
        return self.cv_results_.reshape(y.size, -1).mean(axis=0, dtype=float)
