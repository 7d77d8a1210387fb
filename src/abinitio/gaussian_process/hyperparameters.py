r"""The Gaussian covariance with a variance and a length for each feature, and its slopes in their logarithms.

$$k(x, x') = v\, e^{-q/2}, \qquad q = \sum_a (x_a - x'_a)^2 / l_a^2, \qquad A = k(X, X) + \sigma^2 1 .$$
All parameters are positive: their logarithms are free, have no unit and are what an optimiser should move. The slope in
$\log l_a$ is $k\,(x_a - x'_a)^2 / l_a^2$. (Automatic relevance determination: a feature with a large length does not
matter.)

Oracle: the complex step. Source: C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006),
equations 5.1 and 5.2.
"""

import numpy as np


def gaussian_covariance(X, Y, variance, lengths):
    r"""The Gaussian covariance $v \exp\!\big(-\tfrac12 \sum_a (x_a - x'_a)^2 / l_a^2\big)$ of two tables of points.

    X : (m, d);  Y : (n, d);  variance : v > 0, in the unit of the function squared;  lengths : (d,) one a feature, or
    one number l for all, > 0, in the unit of X.
    Returns (m, n): rows are the points of X, columns those of Y.

    >>> gaussian_covariance(np.array([[0.0, 0.0]]), np.array([[0.0, 9.0], [2.0, 0.0]]), 4.0, np.array([1.0, 9.0]))
    array([[2.42612264, 0.54134113]])
    """
    q = np.sum(((X[:, None] - Y) / lengths) ** 2, axis=2)
    return variance * np.exp(-q / 2)


def gaussian_covariance_gradient(X, variance, lengths, noise):
    r"""Slopes of $A_{ij} = k(x_i, x_j) + \sigma^2 \delta_{ij}$ in the logarithms of its d + 2 parameters.

    k is `gaussian_covariance`.  X : (n, d);  variance : v > 0;  lengths : (d,) one a feature, > 0;
    noise : the variance $\sigma^2$ > 0 of the errors.
    Returns (d + 2, n, n): $\partial A / \partial \log v$, then $\partial A / \partial \log l_a$ for each feature, last
    $\partial A / \partial \log \sigma^2$.

    >>> gaussian_covariance_gradient(np.array([[0.0], [2.0]]), 1.0, np.array([2.0]), 0.1).round(4)
    array([[[1.    , 0.6065],
            [0.6065, 1.    ]],
           [[0.    , 0.6065],
            [0.6065, 0.    ]],
           [[0.1   , 0.    ],
            [0.    , 0.1   ]]])
    """
    K = gaussian_covariance(X, X, variance, lengths)
    squares = ((X[:, None] - X) / lengths) ** 2  # (n, n, d)
    return np.concatenate([[K], K * squares.transpose(2, 0, 1), [noise * np.eye(len(X))]])
