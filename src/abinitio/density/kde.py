r"""Kernel density estimation: every sample is smeared out to a Gaussian of width h, and their mean is the density.

$$\hat f(q) = \frac1n \sum_i (2\pi h^2)^{-d/2}\, e^{-|q - x_i|^2 / 2h^2}$$
For n independent samples of a density f the bias is $\frac{h^2}{2} \nabla^2 f(q) + O(h^4)$ and the variance
$f(q)\, R/nh^d + O(1/n)$ with $R = (4\pi)^{-d/2}$, the integral of the square of the kernel of width 1.

X : (n, d) samples;  queries : (m, d);  bandwidth h : float > 0, in the unit of X, the same in all directions (so that
the features should have comparable scales). Densities are in the unit of X to the power -d, logarithms natural.

Oracles: the density integrates to 1; samples of a normal law, where its expectation is known exactly; scipy's
gaussian_kde and scikit-learn's KernelDensity.
Sources: E. Parzen, Ann. Math. Statist. 33 (1962) 1065; B. W. Silverman, "Density Estimation for Statistics and Data
Analysis" (1986), sections 3.3, 3.4 and 4.3; D. W. Scott, "Multivariate Density Estimation" (1992), section 6.3.
"""

import numpy as np


def kernel_log_density(X, queries, bandwidth, weights=None):
    r"""Logarithm of the kernel density estimate, $\ln \hat f(q_j)$, with Gaussian kernels.

    X : (n, d) samples;  queries : (m, d);  bandwidth : h > 0;  weights : (n,) >= 0, how much each sample counts, not
    all 0, or None for the same.  Returns (m,), finite also where the density itself is too small for a float.

    >>> kernel_log_density(np.array([[0.0], [2.0]]), np.array([[1.0], [9.0]]), bandwidth=1.0).round(4)
    array([ -1.4189, -26.1121])
    """
    squares = sum((queries[:, j, None] - X[:, j]) ** 2 for j in range(X.shape[1]))  # (m, n)
    shares = np.full(len(X), 1 / len(X)) if weights is None else weights / weights.sum()
    with np.errstate(divide="ignore"):  # a weight of 0 has the logarithm -inf and adds nothing
        logs = np.log(shares) - squares / (2 * bandwidth**2)
    top = logs.max(axis=1, keepdims=True)  # the largest term becomes 1: the sum is not 0
    total = np.exp(logs - top).sum(axis=1)
    return top[:, 0] + np.log(total) - X.shape[1] / 2 * np.log(2 * np.pi * bandwidth**2)


def scott_factor(n, d):
    r"""Scott's bandwidth for n samples whose features have the standard deviation 1: $n^{-1/(d+4)}$.

    n : number of samples;  d : number of features.

    >>> scott_factor(32, 1)
    0.5
    """
    return n ** (-1 / (d + 4))


def silverman_factor(n, d):
    r"""Silverman's bandwidth for n samples whose features have the standard deviation 1.

    n : number of samples;  d : number of features.
    $\big(\frac{4}{(d + 2)\, n}\big)^{1/(d+4)}$: it minimises the leading terms of the mean integrated squared error for
    samples of the standard normal law, and is too wide for laws with several peaks.

    >>> round(silverman_factor(100, 1), 4)  # 1.06 / 100^(1/5)
    0.4217
    """
    return (4 / (n * (d + 2))) ** (1 / (d + 4))


def sample_kernel_density(X, bandwidth, m, weights, rng):
    """m independent draws from the kernel density estimate.

    X : (n, d) samples;  bandwidth : h >= 0;  m : how many;  weights : (n,) >= 0, or None, as in `kernel_log_density`.
    Their mean is that of the samples and their covariance that of the samples (with 1/n) plus $h^2$ on the diagonal.
    Returns (m, d).

    >>> sample_kernel_density(np.array([[4.0, 5.0]]), 0.0, 2, None, np.random.default_rng(0))
    array([[4., 5.],
           [4., 5.]])
    """
    p = None if weights is None else weights / weights.sum()
    return X[rng.choice(len(X), size=m, p=p)] + bandwidth * rng.standard_normal((m, X.shape[1]))


def _in_fewer_steps(X, queries, bandwidth, weights=None, rtol=0.0):
    """`kernel_log_density` by way of a grid or a tree."""
    from abinitio.density.tree_kde import fast_log_density  # numba loads only where used

    return fast_log_density(X, queries, bandwidth, weights, rtol)


kernel_log_density.fast = _in_fewer_steps  # what the estimator runs where there is one, and else the function
