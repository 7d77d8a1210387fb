r"""The log evidence and its gradient for large n: one array of $n^2$ numbers, whatever the number of parameters.

A is built in its upper triangle, factorised there and inverted there: $n^3/3$ and $2n^3/3$ operations, where a
solve against the unit matrix takes $2 n^3$. The trace $\mathrm{tr}\big((aa^\top - A^{-1})\,\partial A\big)/2$ is a sum
over the entries of symmetric matrices. It is taken a few rows at a time: the derivatives of those rows are made,
used and dropped while they are in the cache, so no array of n x n x p numbers exists.

Oracle: `log_evidence`, `log_evidence_gradient`; scikit-learn's `log_marginal_likelihood`.
Memory: $8 n^2$ bytes, and a few blocks of half a megabyte.
"""

import numpy as np
from scipy.linalg import LinAlgError, cho_solve
from scipy.linalg.lapack import dpotrf, dpotri

CACHED = 2**16  # numbers of a block: 0.5 MB


def blocked_evidence(kernel, X, y, noise):
    r"""Log evidence of y under a kernel and its gradient in the logarithms of the kernel's parameters.

    kernel : a `Kernel` with p free parameters;  X : (n, d) points;  y : (n,) values, or (n, k) for k independent
    processes whose evidences are added;  noise : variance added to the diagonal, a number or (n,), >= 0.
    Returns (value, gradient (p,)), in nats. numpy.linalg.LinAlgError where the covariance is not positive definite.

    >>> from abinitio.gaussian_process.kernels import ConstantKernel
    >>> value, gradient = blocked_evidence(ConstantKernel(3.0), np.zeros((1, 1)), np.array([4.0]), noise=1.0)
    >>> float(value.round(6)), gradient  # the derivative in the logarithm of 3: 3 (y²/2A² - 1/2A)
    (-3.612086, array([1.125]))
    """
    A, Y = covariance_triangle(kernel, X, noise), y.reshape(len(y), -1)
    factor, failed = dpotrf(A.T, lower=1, clean=0, overwrite_a=1)
    if failed or not np.isfinite(factor[-1, -1]):
        raise LinAlgError(
            f"the covariance of {kernel} is not positive definite; add noise, at least 1e-10 of its scale"
        )
    a = cho_solve((factor, True), Y, check_finite=False)
    log_roots = np.sum(np.log(np.diag(factor)))
    value = -np.sum(Y * a) / 2 - Y.shape[1] * (log_roots + len(y) / 2 * np.log(2 * np.pi))
    inverse, _ = dpotri(factor, lower=1, overwrite_c=1)
    return value, _contracted(kernel, X, a, inverse.T)


def covariance_triangle(kernel, X, noise):
    r"""The upper triangle of $k(x_i, x_j) + \delta_{ij} \sigma_i^2$; what is below it is left as it comes.

    kernel : a `Kernel`;  X : (n, d);  noise : the variance $\sigma^2$, a number or (n,).  Returns (n, n).

    >>> from abinitio.gaussian_process.kernels import ConstantKernel
    >>> np.triu(covariance_triangle(ConstantKernel(3.0), np.zeros((2, 1)), noise=1.0))
    array([[4., 3.],
           [0., 4.]])
    """
    A = np.empty((len(X), len(X)))
    for i, j in _rows(len(X)):
        A[i:j, i:] = kernel.values(X[i:j], X[i:], same=True)
    A[np.diag_indices_from(A)] += noise
    return A


def _contracted(kernel, X, a, inverse):
    """The sums over i, j of (a aᵀ - k A⁻¹) dA / 2 for each parameter, from the upper triangle of A⁻¹."""
    gradient = np.zeros(len(kernel.theta))
    if not len(gradient):
        return gradient
    for i, j in _rows(len(X)):
        W = a[i:j] @ a[i:].T  # a pair i < j stands for (j, i) too: 2 / 2
        W -= inverse[i:j, i:] if a.shape[1] == 1 else a.shape[1] * inverse[i:j, i:]
        W[:, : j - i] = np.triu(W[:, : j - i], 1) + np.diag(np.diag(W) / 2)
        _, derivatives = kernel.expand(X[i:j], X[i:], same=True)
        gradient += [_sum_of_products(W, dA) for dA in derivatives]
    return gradient


def _sum_of_products(W, dA):
    return np.vdot(W, dA) if dA.shape == W.shape else np.sum(W * dA)


def _rows(n):
    size = max(min(CACHED // n, n // 8), 16)  # small enough to spare the triangle that is not wanted
    return ((i, min(i + size, n)) for i in range(0, n, size))
