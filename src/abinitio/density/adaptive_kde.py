r"""Adaptive kernel density estimation: kernels are wide where samples are rare.

$$\hat f(q) = \frac1n \sum_i (2\pi h^2 \lambda_i^2)^{-d/2}\, e^{-|q - x_i|^2 / 2 h^2 \lambda_i^2}, \qquad
\lambda_i = \Big(\frac{\tilde f(x_i)}{g}\Big)^{-1/2}, \quad \ln g = \frac1n \sum_i \ln \tilde f(x_i)$$
with a pilot estimate $\tilde f$. In one dimension, for widths $h \lambda(x)$ that depend on the sample's place,
$\mathrm{E} \hat f(q) = f + \frac{h^2}{2} (\lambda^2 f)'' + \frac{h^4}{8} (\lambda^4 f)'''' + \dots$, so that the square
root, of the true f, makes the bias of order $h^4$: $\lambda^2 f$ is constant. This is local: where f falls off as fast
as a Gaussian, the widest kernels reach from the tails back to the centre.

X : (n, d) samples;  bandwidth h : float > 0, in the unit of X;  factors $\lambda$ : (n,) > 0. Logarithms are natural.

Oracles: equal factors give `kernel_log_density`; the integral is 1; the bias above for a law with heavy tails.
Sources: I. S. Abramson, Ann. Statist. 10 (1982) 1217; B. W. Silverman, "Density Estimation for Statistics and Data
Analysis" (1986), section 5.3; G. R. Terrell, D. W. Scott, Ann. Statist. 20 (1992) 1236 (the reach of the tails).
"""

import numpy as np

from abinitio.density.kde import kernel_log_density

PAIRS = 2**20  # kernels summed at once: 8 MB


def local_factors(log_densities, sensitivity=0.5):
    r"""$\lambda_i = (\tilde f(x_i)/g)^{-\alpha}$, whose geometric mean is 1.

    log_densities : (n,), $\ln \tilde f(x_i)$ of a pilot estimate at each sample, finite;  sensitivity : $\alpha$ from 0
    to 1: 0 gives equal kernels, 1/2 Abramson's, 1/d about the widths of nearest neighbours.  Returns (n,).

    >>> local_factors(np.log(np.array([1.0, 4.0, 16.0])))
    array([2. , 1. , 0.5])
    """
    return np.exp(-sensitivity * (log_densities - log_densities.mean()))


def variable_kernel_log_density(X, queries, bandwidth, factors):
    r"""$\ln \hat f(q_j)$ with a kernel of width $h \lambda_i$ at sample i.

    X : (n, d);  queries : (m, d);  bandwidth : h > 0;  factors : $\lambda$ (n,) > 0.
    Returns (m,), finite also where the density is too small for a float.

    >>> X, q = np.array([[0.0], [2.0]]), np.array([[1.0]])
    >>> variable_kernel_log_density(X, q, 1.0, np.array([1.0, 1.0])).round(4)
    array([-1.4189])
    """
    (n, d), logs = X.shape, np.empty(len(queries))
    widths = bandwidth * factors
    heights = -np.log(n) - d / 2 * np.log(2 * np.pi) - d * np.log(widths)
    for rows in np.array_split(np.arange(len(queries)), -(-len(queries) * n // PAIRS) or 1):
        if len(rows):
            terms = heights - sum(((queries[rows, j, None] - X[:, j]) / widths) ** 2 for j in range(d)) / 2
            top = terms.max(axis=1, keepdims=True)  # the largest term becomes 1: the sum is not 0
            logs[rows] = top[:, 0] + np.log(np.exp(terms - top).sum(axis=1))
    return logs


def adaptive_log_density(X, queries, bandwidth, sensitivity=0.5):
    r"""$\ln \hat f(q_j)$ with the kernel density estimate of the same h as the pilot.

    X : (n, d);  queries : (m, d);  bandwidth : h > 0;  sensitivity : $\alpha$, as in `local_factors`.
    Returns (m,).

    >>> X = np.array([[0.0], [0.0], [9.0]])  # the lone sample has the widest kernel
    >>> adaptive_log_density(X, np.array([[0.0], [9.0]]), 1.0).round(3)
    array([-1.209, -2.249])
    """
    pilot = getattr(kernel_log_density, "fast", kernel_log_density)(X, X, bandwidth)
    return variable_kernel_log_density(X, queries, bandwidth, local_factors(pilot, sensitivity))
