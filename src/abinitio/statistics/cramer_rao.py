r"""The Cramér-Rao bound: no unbiased estimator varies less than the inverse Fisher information allows.

For n draws with information I each, $\mathrm{Var}\,\hat g \ge \nabla g^\top (n I)^{-1} \nabla g$ for an estimator whose
mean is $g(\theta)$. Equality needs a score that is linear in the estimator: exponential families in their mean. The
mean of normal draws has it; their median has $2/\pi$ of its efficiency in large samples, and for Laplace's law the
median wins. The maximum of a uniform law beats $1/n$: its support moves with the parameter, and the bound says nothing.

Oracles: equality for the exponential families, any n; exact moments of the median.
Source: E. L. Lehmann, G. Casella, "Theory of Point Estimation" (1998), theorem 2.5.10 and section 2.6.
"""

import numpy as np


def cramer_rao_bound(information, n, gradient=1.0):
    r"""Least variance of an estimator of $g(\theta)$ from n independent draws: $\nabla g^\top (n I)^{-1} \nabla g$.

    information : I, (d, d) Fisher information of one draw, or a number where d = 1;  n : number of draws;
    gradient : (d,), or a number where d = 1: that of the estimator's mean $g(\theta)$ in theta; 1 for an unbiased
    estimate of theta itself, $1 + b'(\theta)$ for one with bias b.
    Returns a number, in the unit of g squared.

    >>> cramer_rao_bound(np.diag([1.0, 2.0]) / 9, n=100, gradient=np.array([1.0, 0.0]))  # a mean, sigma = 3
    0.09
    """
    I, gradient = np.atleast_2d(information), np.atleast_1d(gradient)
    return float(gradient @ np.linalg.solve(n * I, gradient))


def cramer_rao_matrix(information, n, jacobian):
    r"""The covariance below which no estimator of k functions $g(\theta)$ can be: $J (n I)^{-1} J^\top$.

    information : I, (d, d) Fisher information of one draw;  n : number of draws;
    jacobian : J, (k, d), the derivatives of the estimator's mean; `np.eye(d)` for unbiased estimates of theta.
    Returns (k, k): the true covariance minus this has no negative eigenvalue.

    >>> cramer_rao_matrix(np.diag([4.0, 1.0]), n=1, jacobian=np.eye(2))
    array([[0.25, 0.  ],
           [0.  , 1.  ]])
    """
    return jacobian @ np.linalg.solve(n * information, jacobian.T)


def efficiency(variance, bound):
    """How much of the information an estimator uses: the bound over its variance, 1 at best.

    variance : of the estimator;  bound : `cramer_rao_bound` for the mean it has.
    Returns a number: the fraction of the draws with which an efficient estimator would be as good.

    >>> efficiency(variance=0.5, bound=0.25)
    0.5
    """
    return bound / variance


def location_information(score, quantile, nodes=200):
    r"""Fisher information $\int \big(\frac{d}{dx} \log p\big)^2 p\, dx$ of a density about the place where it sits.

    score : callable, array -> array, $\frac{d}{dx} \log p(x)$;  quantile : callable, array in (0, 1) -> array, the
    inverse distribution function;  nodes : of the quadrature, in the probability.
    Returns a number, in the inverse unit of x squared: the information of one draw about $\mu$ in $p(x - \mu)$.

    >>> from scipy.stats import cauchy
    >>> round(location_information(lambda x: -2 * x / (1 + x**2), cauchy.ppf), 8)
    0.5
    """
    u, weight = np.polynomial.legendre.leggauss(nodes)
    # u = (1 + sin(πt/2))/2 crowds the nodes at both ends, where the quantile runs off to infinity
    p, stretch = (1 + np.sin(np.pi * u / 2)) / 2, np.pi / 4 * np.cos(np.pi * u / 2)
    return float(np.sum(weight * stretch * score(quantile(p)) ** 2))
