r"""Gaussian-process regression: the posterior of a function f from noisy values of it.

Before the data, the values of f at any points are jointly Gaussian with mean 0 and covariance $K_{ij} = k(x_i, x_j)$.
Measured are $y_i = f(x_i) + \varepsilon_i$ with independent Gaussian errors of variance $\sigma_i^2$. Conditioning the
joint Gaussian on y gives a Gaussian again. Its mean is kernel ridge regression with $\alpha = \sigma^2$: the Bayesian
reading of the same formula.

Symbols: $A = K + \mathrm{diag}(\sigma^2)$ for n samples X; for m queries $X_*$, $K_\mathrm{cross} = k(X_*, X)$ is
(m, n), rows are queries, columns are samples, and $K_\mathrm{new} = k(X_*, X_*)$ is (m, m).

No function adds a jitter by itself: where A is not positive definite to rounding, numpy.linalg.LinAlgError is raised;
give a larger `noise` (1e-10 of the variance of f is a usual least).

Oracle: the block formula with explicit inverses; kernel ridge regression; conjugate updates of one and two points.
Source: C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006), equations 2.22-2.26 and
algorithm 2.1.
"""

import numpy as np
from scipy.linalg import solve_triangular


def gp_posterior(K, K_cross, K_new, y, noise):
    r"""Mean and covariance of f at m queries, given noisy values of it at n points. The prior mean is 0.

    K : (n, n), $k(x_i, x_j)$ of the samples;  K_cross : (m, n), queries in rows, samples in columns;
    K_new : (m, m), of the queries;  y : (n,) measured values;
    noise : variance of the errors of y, a number or (n,) one for each, in the unit of y squared, >= 0.
    Returns (mean, covariance): (m,) and (m, m), of f itself; a new measurement of it has `noise` on top.
    numpy.linalg.LinAlgError where K plus the noise is not positive definite.

    >>> K, K_cross, K_new = np.array([[1.0]]), np.array([[1.0], [0.5]]), np.array([[1.0, 0.5], [0.5, 1.0]])
    >>> mean, covariance = gp_posterior(K, K_cross, K_new, np.array([4.0]), noise=1.0)
    >>> mean.round(12), covariance.round(12)
    (array([2., 1.]), array([[0.5  , 0.25 ],
                             [0.25 , 0.875]]))
    """
    L = np.linalg.cholesky(K + noise * np.eye(len(y)))  # A = L Lᵀ
    V = solve_triangular(L, K_cross.T, lower=True)  # K× A⁻¹ K×ᵀ = Vᵀ V
    mean = V.T @ solve_triangular(L, y, lower=True)  # K× A⁻¹ y
    return mean, K_new - V.T @ V


def gp_posterior_marginals(K, K_cross, k_new, y, noise):
    r"""Mean and variance of f at each of m queries, without the covariances between them.

    K : (n, n), $k(x_i, x_j)$ of the samples;  K_cross : (m, n), queries in rows, samples in columns;
    k_new : (m,), $k(x, x)$ of each query;  y : (n,) measured values;
    noise : variance of the errors of y, a number or (n,) one for each, in the unit of y squared, >= 0.
    Returns (mean, variance), both (m,): those of `gp_posterior`, the variance being the diagonal of its covariance.
    numpy.linalg.LinAlgError where K plus the noise is not positive definite.

    >>> K, K_cross, k_new = np.array([[1.0]]), np.array([[1.0], [0.5]]), np.array([1.0, 1.0])
    >>> mean, variance = gp_posterior_marginals(K, K_cross, k_new, np.array([4.0]), noise=1.0)
    >>> mean.round(12), variance.round(12)
    (array([2., 1.]), array([0.5  , 0.875]))
    """
    L = np.linalg.cholesky(K + noise * np.eye(len(y)))
    V = solve_triangular(L, K_cross.T, lower=True)
    mean = V.T @ solve_triangular(L, y, lower=True)
    return mean, k_new - np.sum(V**2, axis=0)


def posterior_covariance_from_factor(L, K_cross, K_new):
    r"""The covariance of `gp_posterior` where A has been factorised before.

    L : (n, n) lower triangular, $A = L L^\top$;  K_cross : (m, n);  K_new : (m, m).  Returns (m, m).

    >>> posterior_covariance_from_factor(np.array([[2.0]]), np.array([[1.0]]), np.array([[1.0]]))
    array([[0.75]])
    """
    V = solve_triangular(L, K_cross.T, lower=True, check_finite=False)
    return K_new - V.T @ V


def posterior_variance_from_factor(L, K_cross, k_new):
    r"""The variance of `gp_posterior_marginals` where A has been factorised before.

    L : (n, n) lower triangular, $A = L L^\top$;  K_cross : (m, n);  k_new : (m,).  Returns (m,).

    >>> posterior_variance_from_factor(np.array([[2.0]]), np.array([[1.0]]), np.array([1.0]))
    array([0.75])
    """
    V = solve_triangular(L, K_cross.T, lower=True, check_finite=False)
    return k_new - np.einsum("ij,ij->j", V, V)


gp_posterior.fast = posterior_covariance_from_factor  # what an estimator with a factor runs, where there is one
gp_posterior_marginals.fast = posterior_variance_from_factor


def whitened_residuals(y, mean, covariance):
    r"""Residuals in units of their errors, made independent: $L^{-1} (y - \mu)$ with $C = L L^\top$.

    If y is drawn from the Gaussian with this mean and covariance they are m independent standard normal numbers, and
    the sum of their squares is $\chi^2$ with m degrees of freedom: a test of calibration.
    y : (m,) values, not used to make the prediction;  mean : (m,) their predicted mean $\mu$;
    covariance : (m, m) their predicted covariance C, the noise of y included, positive definite.
    Returns (m,): entry i depends on the first i + 1 values only.

    >>> whitened_residuals(np.array([2.0, 3.0]), np.array([0.0, 3.0]), np.array([[4.0, 0.0], [0.0, 1.0]]))
    array([1., 0.])
    """
    return solve_triangular(np.linalg.cholesky(covariance), y - mean, lower=True)
