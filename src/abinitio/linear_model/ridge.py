r"""Ridge regression: least squares with the penalty $\alpha |w|^2$, its whole path over alpha, its leave-one-out error.

With $X = U S V^\top$ the solution is $w = V\,\mathrm{diag}\!\big(s/(s^2 + \alpha)\big)\,U^\top y$ for every $\alpha$ at
once, and the residual of a sample that is left out is its ordinary residual over $1 - h_{ii}$, with the hat matrix H.

Source: A. E. Hoerl, R. W. Kennard, Technometrics 12 (1970) 55; G. H. Golub, M. Heath, G. Wahba, Technometrics 21
(1979) 215, section 2.
"""

import numpy as np

from abinitio.linear_model.affine import AffineRegressor
from abinitio.linear_model.normal_equations import penalised_least_squares


def ridge_coefficients(X, y, alpha):
    r"""Coefficients w that minimise $|y - Xw|^2 + \alpha |w|^2$.

    X : (n, d) centred features;  y : (n,) centred targets;  alpha : float > 0, in the unit of X squared.
    Convention: sums over the n samples, without 1/n. The intercept, which is not penalised, is what the centring
    took out: there is none here.
    Returns w, (d,), the unique minimiser.

    >>> ridge_coefficients(np.eye(2), np.array([2.0, 4.0]), alpha=1.0)
    array([1., 2.])
    """
    A = X.T @ X + alpha * np.eye(X.shape[1])  # gradient = 0:  (XᵀX + α1) w = Xᵀy
    return np.linalg.solve(A, X.T @ y)


def ridge_path(X, y, alphas):
    r"""Coefficients that minimise $|y - Xw|^2 + \alpha |w|^2$ for each alpha, from one singular value decomposition.

    X : (n, d) centred features;  y : (n,) centred targets;  alphas : (m,) positive numbers, in any order.
    Returns (m, d): row i is the solution for alphas[i].

    >>> ridge_path(np.eye(2), np.array([2.0, 4.0]), np.array([1.0, 3.0]))
    array([[1. , 2. ],
           [0.5, 1. ]])
    """
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    shrinkage = s / (s**2 + alphas[:, None])  # w = V diag(s / (s² + α)) Uᵀ y
    return (shrinkage * (U.T @ y)) @ Vt


def ridge_leave_one_out(X, y, alphas):
    r"""Mean squared leave-one-out error of ridge regression with an intercept, for each alpha.

    The error of sample i is $y_i - x_i^\top w_{(i)} - b_{(i)}$, where $w_{(i)}, b_{(i)}$ minimise
    $\sum_{j \ne i} (y_j - x_j^\top w - b)^2 + \alpha |w|^2$ over the other n - 1 samples (the intercept b is not
    penalised and is fitted anew too). The result is that of n fits for each alpha, without doing them.

    X : (n, d) features, n >= 2, not necessarily centred;  y : (n,) targets;  alphas : (m,) positive numbers.
    Returns (m,): the mean over the n samples of the squared errors, for each of the alphas.

    >>> X, y = np.array([[-1.0], [1.0]]), np.array([0.0, 2.0])
    >>> ridge_leave_one_out(X, y, np.array([0.5]))  # one sample is left: b is its y, w = 0, and the errors are 2, -2
    array([4.])
    """
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    U, s, _ = np.linalg.svd(Xc, full_matrices=False)
    filters = s**2 / (s**2 + alphas[:, None])  # the hat matrix is 1/n + U diag(filters) Uᵀ
    residuals = yc - (filters * (U.T @ yc)) @ U.T
    leverages = 1 / len(y) + filters @ (U**2).T
    return np.mean((residuals / (1 - leverages)) ** 2, axis=1)


class Ridge(AffineRegressor):
    r"""Ridge regression with scikit-learn's interface: minimises $\sum_i s_i (y_i - x_i^\top w - b)^2 + \alpha |w|^2$.

    alpha : float >= 0, or (k,) one for each of k targets;  fit_intercept : bool, whether to fit b (not penalised).
    After fit: coef_ (d,), or (k, d) for k targets;  intercept_ float or (k,);  n_features_in_.

    >>> Ridge(alpha=2.0).fit([[-1.0], [1.0]], [-1.0, 3.0]).predict([[0.0], [1.0]])
    array([1., 2.])
    """

    def __init__(self, alpha=1.0, *, fit_intercept=True):
        self.alpha = alpha
        self.fit_intercept = fit_intercept

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d) and y (n,) or (n, k) with weights sample_weight (n,); returns self."""
        X, y, sample_weight = self._checked_data(X, y, sample_weight)
        alphas = np.asarray(self.alpha, dtype=float)
        if not np.all(alphas >= 0):
            raise ValueError(f"alpha is {self.alpha}; it must be >= 0")
        if alphas.ndim > 0 and alphas.shape != y.shape[1:]:
            raise ValueError(f"alpha has shape {alphas.shape} and y {y.shape}; give one alpha, or one for each target")
        fit = lambda y, alpha: penalised_least_squares(
            X, y, alpha, sample_weight, self.fit_intercept, ridge_coefficients
        )
        if alphas.ndim == 0:
            w, b = fit(y, float(alphas))
        else:
            w, b = map(np.transpose, zip(*(fit(target, alpha) for target, alpha in zip(y.T, alphas))))
        self._set_affine(w, b, X.dtype)
        return self
