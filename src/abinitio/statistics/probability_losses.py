r"""Squared error or cross entropy for a probability: both find the truth, one with less data and a convex search.

The model is $P(y = 1 | x) = p = \sigma(x^\top \theta)$, with a constant column in X for an intercept. Cross entropy is
minus the log-likelihood; the squared error $\frac1n \sum_i (p_i - y_i)^2$ (Brier's score) is smallest at the true
probabilities too: both are proper. But with $v = p(1 - p)$

- its gradient carries v, and vanishes where the model is sure, right or wrong;
- its Hessian is indefinite there: it is not convex;
- its estimate varies more: $n\,\mathrm{Cov} \to A^{-1} B A^{-1}$, $A = E\,v^2 xx^\top$, $B = E\,v^3 xx^\top$, against
  the Cramér-Rao bound $(E\,v\,xx^\top)^{-1}$ of cross entropy.

Oracles: numerical derivatives; the bound; repeated fits.
Source: A. W. van der Vaart, "Asymptotic Statistics" (1998), theorem 5.23; P. J. Huber, Proc. 5th Berkeley Symp. (1967)
221 (the sandwich).
"""

import numpy as np

from abinitio.linear_model.logistic import sigmoid


def squared_probability_loss(theta, X, y):
    r"""Mean squared error $\frac1n \sum_i (\sigma(x_i^\top \theta) - y_i)^2$ of the predicted probabilities.

    theta : (d,);  X : (n, d), with a column of ones where an intercept is wanted;  y : (n,) labels 0 or 1.
    Returns a number between 0 and 1.

    >>> float(squared_probability_loss(np.zeros(1), np.ones((2, 1)), np.array([0, 1])))
    0.25
    """
    return np.mean((sigmoid(X @ theta) - y) ** 2)


def squared_probability_gradient(theta, X, y):
    r"""Gradient of the mean squared error $\frac1n \sum_i (\sigma(x_i^\top \theta) - y_i)^2$.

    theta : (d,);  X : (n, d);  y : (n,) labels 0 or 1.  Returns (d,).

    >>> squared_probability_gradient(np.zeros(1), np.ones((2, 1)), np.array([1, 1]))
    array([-0.25])
    """
    p = sigmoid(X @ theta)
    return 2 / len(y) * X.T @ ((p - y) * p * (1 - p))


def squared_probability_hessian(theta, X, y):
    r"""Hessian of the mean squared error $\frac1n \sum_i (\sigma(x_i^\top \theta) - y_i)^2$.

    theta : (d,);  X : (n, d);  y : (n,) labels 0 or 1.  Returns (d, d), symmetric; it can have negative eigenvalues.

    >>> squared_probability_hessian(np.zeros(1), np.ones((2, 1)), np.array([1, 1]))
    array([[0.125]])
    """
    p = sigmoid(X @ theta)
    v = p * (1 - p)
    curvature = v**2 + (p - y) * v * (1 - 2 * p)  # half of d²(p - y)²/dz²
    return 2 / len(y) * (X.T * curvature) @ X


def cross_entropy_covariance(theta, X):
    r"""Covariance of the estimate of least cross entropy in large samples: $\big(\sum_i v_i x_i x_i^\top\big)^{-1}$.

    theta : (d,) the true parameters;  X : (n, d) features of the sample.
    Returns (d, d): the Cramér-Rao bound, with $v_i = p_i (1 - p_i)$.

    >>> cross_entropy_covariance(np.zeros(1), np.ones((8, 1)))
    array([[0.5]])
    """
    p = sigmoid(X @ theta)
    return np.linalg.inv((X.T * (p * (1 - p))) @ X)


def squared_probability_covariance(theta, X):
    r"""Covariance of the estimate of least squared error in large samples: the sandwich $A^{-1} B A^{-1}$.

    theta : (d,) the true parameters;  X : (n, d) features of the sample.
    Returns (d, d), with $A = \sum_i v_i^2 x_i x_i^\top$, $B = \sum_i v_i^3 x_i x_i^\top$ and $v_i = p_i (1 - p_i)$.

    >>> squared_probability_covariance(np.zeros(1), np.ones((8, 1)))  # all v alike: as good as cross entropy
    array([[0.5]])
    """
    p = sigmoid(X @ theta)
    v = p * (1 - p)
    A, B = (X.T * v**2) @ X, (X.T * v**3) @ X
    return np.linalg.solve(A, np.linalg.solve(A, B).T)
