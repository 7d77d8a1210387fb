r"""The evidence of a Gaussian process: how probable the data are under a kernel, and its slope in the kernel.

With the function integrated out, $y \sim N(0, A)$, $A = K + \mathrm{diag}(\sigma^2)$, and
$$\log p(y) = -\tfrac12 y^\top A^{-1} y - \tfrac12 \log\det A - \tfrac n2 \log 2\pi .$$
The first term rewards the fit, the second punishes a kernel that could have fitted anything. The determinant itself
over- or underflows for a few hundred points; its logarithm is well behaved.
Unit: nats; y is a density, so the value depends on the unit of y.

Oracle: `scipy.stats.multivariate_normal.logpdf`; `numpy.linalg.slogdet`; the complex step.
Source: C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006), equations 5.8 and 5.9.
"""

import numpy as np
from scipy.linalg import solve_triangular

from abinitio.gaussian_process.blocked_evidence import blocked_evidence


def log_determinant(A):
    r"""$\log\det A$ of a symmetric positive definite matrix, also where $\det A$ over- or underflows.

    A : (n, n).  Returns a number.  numpy.linalg.LinAlgError where A is not positive definite.

    >>> float(log_determinant(1e-200 * np.eye(4)) / np.log(10))  # the determinant would be 1e-800
    -800.0
    """
    return 2 * np.sum(np.log(np.diag(np.linalg.cholesky(A))))  # det A = Π Lᵢᵢ²


def log_evidence(K, y, noise):
    r"""The log evidence $\log p(y)$ of n measured values under a Gaussian process with mean 0.

    K : (n, n), $k(x_i, x_j)$;  y : (n,) measured values;
    noise : variance of the errors of y, a number or (n,) one for each, in the unit of y squared, >= 0.
    Returns a number, in nats. numpy.linalg.LinAlgError where K plus the noise is not positive definite.

    >>> float(log_evidence(np.array([[3.0]]), np.array([2.0]), noise=1.0).round(6))  # -1/2 - log(4)/2 - log(2 pi)/2
    -2.112086
    """
    L = np.linalg.cholesky(K + noise * np.eye(len(y)))
    z = solve_triangular(L, y, lower=True)  # yᵀ A⁻¹ y = |z|²
    return -z @ z / 2 - np.sum(np.log(np.diag(L))) - len(y) / 2 * np.log(2 * np.pi)


def log_evidence_gradient(K, y, noise, dK):
    r"""The derivatives of the log evidence in p parameters of the covariance.

    K : (n, n), $k(x_i, x_j)$;  y : (n,) measured values;  noise : variance of the errors of y, a number or (n,);
    dK : (p, n, n): entry k holds the derivatives of $A = K + \mathrm{diag}(\sigma^2)$ in parameter k.
    Returns (p,), in nats per unit of the parameter.

    >>> log_evidence_gradient(np.array([[3.0]]), np.array([4.0]), 1.0, np.array([[[1.0]]]))  # y²/2A² - 1/2A
    array([0.375])
    """
    A_inverse = np.linalg.inv(K + noise * np.eye(len(y)))
    a = A_inverse @ y
    return np.einsum("ij,kij->k", np.outer(a, a) - A_inverse, dK) / 2  # tr((a aᵀ - A⁻¹) dA) / 2, all symmetric


log_evidence.fast = blocked_evidence  # what an estimator runs where both have one, and else the functions themselves
log_evidence_gradient.fast = blocked_evidence
