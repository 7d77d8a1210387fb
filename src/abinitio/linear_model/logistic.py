r"""Binary logistic regression: the loss, its gradient and its Hessian.

The model says $P(y = 1 | x) = \sigma(z)$ with $z = w^\top x + b$ and $\sigma(z) = 1/(1 + e^{-z})$. What is minimised is
$$F(\theta) = \frac1n \sum_i \big[\log(1 + e^{z_i}) - y_i z_i\big] + \frac{\alpha}{2} |w|^2, \qquad \theta = (w, b),$$
minus the mean log-likelihood and a penalty that leaves the intercept b free. F is convex: its Hessian is a sum of
$\sigma'(z_i)\,\tilde x_i \tilde x_i^\top$ with $\sigma' > 0$. Without penalty, on classes that a plane separates, F has
no minimum: it falls towards 0 as |w| grows without bound.

Convention: the mean over the samples; scikit-learn's C is $1/(n \alpha)$.
Oracles: complex step; conditions of optimality.
Source: D. R. Cox, J. R. Statist. Soc. B 20 (1958) 215; A. Albert, J. A. Anderson, Biometrika 71 (1984) 1 (separation).
"""

import numpy as np

from abinitio.linear_model.blocked_loss import blocked_logistic


def sigmoid(z):
    r"""The logistic function $1/(1 + e^{-z})$, without overflow and with full relative accuracy for every z.

    z : array of any shape, or a number, of floats or integers.  Returns an array of floats of that shape, or a number.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    e = np.exp(-np.abs(z))  # at most 1
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def logistic_loss(theta, X, y, alpha):
    r"""$\frac1n \sum_i [\log(1 + e^{z_i}) - y_i z_i] + \frac{\alpha}{2} |w|^2$ with $z = Xw + b$; finite for every z.

    theta : (d+1,) the d coefficients w, then the intercept b;  X : (n, d);  y : (n,) labels 0 or 1;
    alpha : float >= 0, penalty on w, not on b.  Returns a number, in nats.

    >>> X, y = np.array([[0.0], [1.0]]), np.array([0, 1])
    >>> float(logistic_loss(np.zeros(2), X, y, alpha=0.0).round(6))  # log 2: a coin
    0.693147
    """
    w, b = theta[:-1], theta[-1]
    z = X @ w + b
    return np.mean(np.logaddexp(0, z) - y * z) + alpha / 2 * w @ w


def logistic_gradient(theta, X, y, alpha):
    r"""The gradient of `logistic_loss`, $\frac1n \sum_i [\log(1 + e^{z_i}) - y_i z_i] + \frac{\alpha}{2} |w|^2$.

    Here $z = Xw + b$; the gradient is finite for every z.
    theta : (d+1,) the d coefficients w, then the intercept b;  X : (n, d);  y : (n,) labels 0 or 1;
    alpha : float >= 0, penalty on w, not on b.
    Returns (d+1,): the derivatives with respect to w, then to b.

    >>> X, y = np.array([[0.0], [1.0]]), np.array([0, 1])
    >>> logistic_gradient(np.zeros(2), X, y, alpha=0.0)
    array([-0.25,  0.  ])
    """
    w, b = theta[:-1], theta[-1]
    r = (sigmoid(X @ w + b) - y) / len(y)  # dF/dz
    return np.append(X.T @ r + alpha * w, r.sum())


def logistic_hessian(theta, X, alpha):
    r"""The Hessian of `logistic_loss`, which does not depend on the labels.

    theta : (d+1,) the d coefficients w, then the intercept b;  X : (n, d);  alpha : float >= 0, penalty on w, not on b.
    Returns (d+1, d+1), symmetric and positive semidefinite; the last row and column belong to b.

    >>> logistic_hessian(np.zeros(2), np.array([[0.0], [1.0]]), alpha=0.0)
    array([[0.125, 0.125],
           [0.125, 0.25 ]])
    """
    X1 = np.column_stack([X, np.ones(len(X))])
    p = sigmoid(X1 @ theta)
    H = (X1.T * (p * (1 - p) / len(X))) @ X1
    H[np.arange(len(H) - 1), np.arange(len(H) - 1)] += alpha
    return H


for _function in (sigmoid, logistic_loss, logistic_gradient):
    _function.fast = blocked_logistic  # what a fit runs while all three have it, and else they themselves
