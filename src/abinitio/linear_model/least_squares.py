r"""Linear regression: the w that minimises the mean squared error $\frac1n |y - Xw|^2$.

`mse_gradient` is what gradient descent needs, `least_squares_coefficients` the exact solution by the normal
equations, `least_squares` the same for any X: ill-conditioned, of deficient rank, with more features than samples.

Source: C. M. Bishop, Pattern Recognition and Machine Learning (2006), section 3.1.
"""

import numpy as np

from abinitio.linear_model.affine import AffineRegressor
from abinitio.linear_model.normal_equations import penalised_least_squares


def mse_gradient(w, X, y):
    r"""Gradient with respect to w of the mean squared error $L(w) = \frac1n \sum_{i=1}^n (y_i - x_i^\top w)^2$.

    w : (d,) coefficients;  X : (n, d) features, one sample $x_i$ a row;  y : (n,) targets.
    Convention: the loss has the factor 1/n and not 1/2; there is no intercept.
    Returns the gradient, (d,), in the unit of y squared over the unit of w.

    >>> mse_gradient(np.array([1.0]), np.array([[1.0], [2.0]]), np.array([2.0, 4.0]))
    array([-5.])
    """
    return 2 / len(y) * X.T @ (X @ w - y)


def least_squares_coefficients(X, y):
    r"""Coefficients w that minimise $|y - Xw|^2$, from the normal equations.

    X : (n, d) features whose columns are linearly independent (so n >= d);  y : (n,) targets. No intercept: where
    one is wanted, X and y are centred beforehand.
    Returns w, (d,), the unique minimiser.

    >>> least_squares_coefficients(np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]), np.array([3.0, 4.0, 5.0]))
    array([3., 2.])
    """
    return np.linalg.solve(X.T @ X, X.T @ y)  # gradient = 0:  Xᵀ(Xw - y) = 0


def least_squares(X, y):
    r"""Coefficients w that minimise $|y - Xw|^2$, whatever X is: the one of smallest norm where there are many.

    X : (n, d);  y : (n,), or (n, k) for k targets.  Returns w, (d,) or (d, k), without intercept.
    Normal equations where their condition number allows, refined where it is middling, else QR and singular values.

    >>> least_squares(np.array([[1.0, 1.0]]), np.array([2.0])).round(12)
    array([1., 1.])
    """
    return penalised_least_squares(X, y, fit_intercept=False)[0]


class LinearRegression(AffineRegressor):
    r"""Ordinary least squares with scikit-learn's interface: minimises $\sum_i s_i (y_i - x_i^\top w - b)^2$.

    fit_intercept : bool, whether to fit b (else it is 0).
    After fit: coef_ (d,), or (k, d) for k targets;  intercept_ float or (k,);  n_features_in_.

    >>> LinearRegression().fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]).predict([[3.0]]).round(12)
    array([7.])
    """

    def __init__(self, *, fit_intercept=True):
        self.fit_intercept = fit_intercept

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d) and y (n,) or (n, k) with weights sample_weight (n,); returns self."""
        X, y, sample_weight = self._checked_data(X, y, sample_weight)
        textbook = lambda Xc, yc, alpha: least_squares_coefficients(Xc, yc)
        w, b = penalised_least_squares(X, y, 0.0, sample_weight, self.fit_intercept, textbook)
        self._set_affine(w, b, X.dtype)
        return self
