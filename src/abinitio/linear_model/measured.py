r"""Least squares with measured errors: what a physicist fits first.

The model is linear in its parameters, $y = Xw$ plus errors that are Gaussian with known standard deviations
$\sigma_i$, or with a known covariance matrix. The minimum of
$\chi^2 = \sum_i (y_i - x_i^\top w)^2/\sigma_i^2$ is the maximum-likelihood estimate; its covariance
$(\sum_i x_i x_i^\top/\sigma_i^2)^{-1}$ is the smallest of all unbiased linear estimates (Gauss-Markov), and
$\chi^2$ there is distributed as chi squared with n - d degrees of freedom if model and errors are right.

Source: Particle Data Group, Review of Particle Physics, "Statistics", section on the method of least squares;
W. H. Press et al., Numerical Recipes, 3rd ed. (2007), section 15.4.
"""

import numpy as np
from scipy.special import chdtrc


def weighted_least_squares(X, y, sigma):
    r"""Best parameters and their covariance for measurements y with independent Gaussian errors sigma.

    X : (n, d) design matrix, whose column j holds the j-th basis function at the n points; columns linearly
    independent, no intercept but what X holds;  y : (n,) measurements;  sigma : (n,) their standard deviations > 0,
    in the unit of y, taken as absolute (known, not to be rescaled by the scatter of the points).
    Returns (w, covariance): w (d,), which minimises $\chi^2 = \sum_i (y_i - x_i^\top w)^2/\sigma_i^2$, and the (d, d)
    covariance matrix of w that follows from the errors of y.

    >>> X, y = np.ones((2, 1)), np.array([1.0, 2.0])  # the weighted mean of two measurements of one number
    >>> weighted_least_squares(X, y, sigma=np.array([1.0, 0.5]))
    (array([1.8]), array([[0.2]]))
    """
    A, b = X / sigma[:, None], y / sigma  # in units of the errors all points count alike
    covariance = np.linalg.inv(A.T @ A)
    return covariance @ (A.T @ b), covariance


def generalized_least_squares(X, y, covariance):
    r"""Best parameters and their covariance for measurements y with correlated Gaussian errors.

    X : (n, d) design matrix with linearly independent columns;  y : (n,) measurements;
    covariance : (n, n) covariance matrix C of the measurements, positive definite (LinAlgError otherwise).
    Returns (w, covariance of w): w (d,) minimises $(y - Xw)^\top C^{-1} (y - Xw)$; the covariance is (d, d).

    >>> X, y, C = np.ones((2, 1)), np.array([1.0, 2.0]), np.array([[1.0, 0.5], [0.5, 1.0]])
    >>> generalized_least_squares(X, y, C)  # half of the variance is common to both and does not average out
    (array([1.5]), array([[0.75]]))
    """
    L = np.linalg.cholesky(covariance)  # C = L Lᵀ: the errors of L⁻¹y are independent, of size one
    A, b = np.linalg.solve(L, X), np.linalg.solve(L, y)
    return weighted_least_squares(A, b, np.ones(len(b)))


def chi_squared(w, X, y, sigma):
    r"""The sum $\chi^2 = \sum_i (y_i - x_i^\top w)^2/\sigma_i^2$, without 1/n.

    w : (d,) parameters;  X : (n, d) design matrix;  y : (n,) measurements;  sigma : (n,) their standard deviations.
    Returns a float >= 0, without unit.

    >>> chi_squared(np.array([1.0]), np.ones((2, 1)), np.array([1.0, 2.0]), sigma=np.array([1.0, 0.5]))
    4.0
    """
    return float(np.sum(((y - X @ w) / sigma) ** 2))


def chi_squared_p_value(chi2, dof):
    """Probability that chi squared with dof degrees of freedom is chi2 or more: the fit's p-value.

    chi2 : float >= 0;  dof : int >= 1.  Small values speak against the model or for underestimated errors, values
    very near 1 for overestimated errors.

    >>> round(float(chi_squared_p_value(3.841, 1)), 3)
    0.05
    """
    return chdtrc(dof, chi2)


def prediction_band(X, covariance):
    r"""One standard deviation of the fitted curve $x^\top w$ at each row of X.

    X : (m, d) design matrix at the points where the curve is wanted;  covariance : (d, d) covariance of w.
    Returns (m,), in the unit of y: what the error of w makes of the curve. A new measurement scatters more, with
    the variance of the band plus its own.

    >>> prediction_band(np.array([[1.0, 2.0]]), np.diag([9.0, 4.0]))
    array([5.])
    """
    return np.sqrt(np.einsum("ij,jk,ik->i", X, covariance, X))  # Var(xᵀw) = xᵀ Cov(w) x
