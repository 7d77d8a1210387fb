r"""Laplace's approximation: a posterior as the normal law that touches it at its maximum, and the evidence with it.

With $E(\theta) = -\log p(x, \theta)$, its minimum $\hat\theta$ and the Hessian H there,
$p(\theta | x) \approx N(\hat\theta, H^{-1})$ and
$\log p(x) \approx -E(\hat\theta) + \frac d2 \log 2\pi - \frac12 \log\det H$. Exact for a normal law; otherwise the
relative error of the evidence falls like 1/n. Schwarz's criterion is what is left of it for large n.

Oracles: linear regression, where it is exact; Stirling's formula; quadrature.
Source: D. J. C. MacKay, "Information Theory, Inference, and Learning Algorithms" (2003), chapter 27; the probability of
a class: D. J. C. MacKay, Neural Computation 4 (1992) 720.
"""

from typing import NamedTuple

import numpy as np

from abinitio.linear_model.logistic import sigmoid
from abinitio.optimize.newton import damped_newton


class LaplaceApproximation(NamedTuple):
    """Mean (d,) and covariance (d, d) of a normal law, and the log evidence that it makes, in nats."""

    mean: np.ndarray
    covariance: np.ndarray
    log_evidence: float


def laplace_approximation(value_and_gradient, hessian, theta):
    r"""The normal law that touches a posterior at its maximum, and the log evidence.

    value_and_gradient : callable, theta -> (E, gradient (d,)) with $E = -\log p(x, \theta)$, likelihood times prior,
    all constants included;  hessian : callable, theta -> (d, d), the Hessian of E;  theta : (d,), the start (not
    modified).
    Returns a `LaplaceApproximation` at the minimum of E that Newton's method reaches from there.
    numpy's LinAlgError where H is not positive definite at it.

    >>> E = lambda theta: (float(theta @ theta), 2 * theta)  # the integral of exp(-theta²) is sqrt(pi)
    >>> found = laplace_approximation(E, lambda theta: 2 * np.eye(1), np.array([3.0]))
    >>> found.covariance, bool(np.isclose(found.log_evidence, np.log(np.pi) / 2))
    (array([[0.5]]), True)
    """
    theta = np.asarray(theta, dtype=float)
    for point in damped_newton(value_and_gradient, hessian, theta):
        theta = point.w
    H = hessian(theta)
    log_determinant = 2 * np.sum(np.log(np.diag(np.linalg.cholesky(H))))
    log_evidence = -value_and_gradient(theta)[0] + (len(theta) * np.log(2 * np.pi) - log_determinant) / 2
    return LaplaceApproximation(theta, np.linalg.inv(H), float(log_evidence))


def logistic_joint(X, y, prior):
    r"""$-\log p(y, \theta)$ of logistic regression with a Gaussian prior, with its gradient, and its Hessian.

    X : (n, d), with a column of ones where an intercept is wanted;  y : (n,) labels 0 or 1;  prior : variance
    $\tau^2$ of every one of the d parameters.
    Returns two callables for `laplace_approximation`: theta -> (E, gradient), and theta -> (d, d).

    >>> value_and_gradient, hessian = logistic_joint(np.ones((2, 1)), np.array([0, 1]), prior=1.0)
    >>> hessian(np.zeros(1))
    array([[1.5]])
    """
    d = X.shape[1]

    def value_and_gradient(theta):
        z = X @ theta
        minus_log = np.sum(np.logaddexp(0, z) - y * z) + theta @ theta / (2 * prior) + d / 2 * np.log(2 * np.pi * prior)
        return minus_log, X.T @ (sigmoid(z) - y) + theta / prior

    def hessian(theta):
        p = sigmoid(X @ theta)
        return (X.T * (p * (1 - p))) @ X + np.eye(d) / prior

    return value_and_gradient, hessian


def averaged_probability(queries, mean, covariance):
    r"""Probability of the class 1, averaged over a normal law of the parameters of logistic regression.

    queries : (m, d);  mean, covariance : (d,) and (d, d) of the parameters.
    Returns (m,): MacKay's approximation $\sigma\big(\mu/\sqrt{1 + \pi s^2/8}\big)$ of $E\,\sigma(z)$, with mean $\mu$
    and variance $s^2$ of $z = x^\top \theta$; within 0.02 of it.

    >>> averaged_probability(np.array([[3.0]]), np.array([1.0]), np.array([[1.0]])).round(3)  # the mode says 0.953
    array([0.804])
    """
    mu, variance = queries @ mean, np.sum(queries @ covariance * queries, axis=1)
    return sigmoid(mu / np.sqrt(1 + np.pi * variance / 8))
