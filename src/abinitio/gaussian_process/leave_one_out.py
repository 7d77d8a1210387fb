r"""Leave-one-out predictions of a Gaussian process, from one inverse instead of n fits.

With $A = K + \mathrm{diag}(\sigma^2)$, sample i has $y_i - \mu_i = [A^{-1} y]_i / [A^{-1}]_{ii}$ and the variance
$v_i = 1 / [A^{-1}]_{ii}$, predicted from the n - 1 others. The sum of the
log densities at the $y_i$ is a pseudo-likelihood. Unlike the evidence it asks only how well held-out points are
predicted, so it depends less on whether the prior is right.

Oracle: n posteriors. Source: S. Sundararajan, S. S. Keerthi, Neural Computation 13 (2001) 1103; C. E. Rasmussen,
C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006), equations 5.10-5.12.
"""

import numpy as np


def gp_leave_one_out(K, y, noise):
    r"""Mean and variance of each measurement $y_i$, predicted from the n - 1 others. The prior mean is 0.

    K : (n, n), $k(x_i, x_j)$;  y : (n,) measured values;
    noise : variance of the errors of y, a number or (n,) one for each, in the unit of y squared, >= 0.
    Returns (mean, variance), both (n,), of the measurement $y_i$: its own error is included in the variance.
    numpy.linalg.LinAlgError where K plus the noise is singular.

    >>> mean, variance = gp_leave_one_out(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([4.0, 2.0]), noise=1.0)
    >>> mean.round(12), variance.round(12)
    (array([0.5, 1. ]), array([1.875, 1.875]))
    """
    A_inverse = np.linalg.inv(K + noise * np.eye(len(y)))
    variance = 1 / np.diag(A_inverse)
    return y - variance * (A_inverse @ y), variance


def leave_one_out_log_density(K, y, noise):
    r"""The sum over i of $\log p(y_i \mid \text{the other } n - 1)$, Gaussian densities with what leaves i out.

    K : (n, n), $k(x_i, x_j)$;  y : (n,) measured values;  noise : variance of the errors of y, a number or (n,).
    Returns a number, in nats; its value depends on the unit of y.

    >>> float(leave_one_out_log_density(np.array([[3.0]]), np.array([2.0]), noise=1.0).round(6))  # nothing is left
    -2.112086
    """
    mean, variance = gp_leave_one_out(K, y, noise)
    return -np.sum((y - mean) ** 2 / variance + np.log(2 * np.pi * variance)) / 2
