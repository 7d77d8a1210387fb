r"""Functions drawn from a Gaussian process, before the data or after: samples of a Gaussian with a given covariance.

With $C = L L^\top$ and independent standard normal z, $\mu + L z$ has the mean $\mu$ and the covariance C. The
covariance of many points of a smooth function has eigenvalues far below rounding, some of them negative in float64, and
then has no Cholesky factor. Policy: a small jitter is added to the diagonal, explicitly; each sample then has
independent noise of that variance on top, which is stated and is far below the plot's line width.

Oracle: moments within their standard errors.
Source: C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006), section A.2.
"""

import numpy as np

LADDER = (0.0, *(10.0 ** np.arange(-15, -3)))


def gaussian_samples(mean, covariance, jitter, count, rng):
    r"""Draws from the Gaussian with a given mean and covariance, to whose diagonal a jitter is added.

    mean : (m,);  covariance : (m, m), positive semidefinite;  jitter : number >= 0, in the unit of the covariance,
    such that covariance plus jitter is positive definite in float64, else numpy.linalg.LinAlgError;
    count : how many draws;  rng : numpy Generator.
    Returns (m, count): one draw in each column.

    >>> smooth = np.ones((3, 3))  # a constant function: singular without jitter
    >>> gaussian_samples(np.zeros(3), smooth, 1e-12, 2, np.random.default_rng(0)).round(3)
    array([[ 0.126, -0.132],
           [ 0.126, -0.132],
           [ 0.126, -0.132]])
    """
    L = np.linalg.cholesky(covariance + jitter * np.eye(len(mean)))
    return mean[:, None] + L @ rng.standard_normal((len(mean), count))


def sufficient_jitter(covariance, scale):
    r"""The least jitter of a ladder, 0 and $10^{-15} \ldots 10^{-4}$ times `scale`, that makes a covariance definite.

    covariance : (m, m), symmetric, positive semidefinite up to rounding;
    scale : variance to which rounding is relative, > 0: of a posterior covariance, the largest variance of the prior.
    Returns a number. numpy.linalg.LinAlgError where the ladder ends: then the matrix is no covariance.

    >>> float(sufficient_jitter(np.eye(2), 1.0)), float(sufficient_jitter(np.zeros((2, 2)), 1.0))
    (0.0, 1e-15)
    """
    for step in LADDER:
        try:
            np.linalg.cholesky(covariance + step * scale * np.eye(len(covariance)))
        except np.linalg.LinAlgError:
            continue
        return step * scale
    smallest = np.linalg.eigvalsh(covariance)[0]
    raise np.linalg.LinAlgError(
        f"the smallest eigenvalue of the covariance is {smallest:.3g}, far below rounding at a scale of {scale:.3g}; "
        "is the kernel positive semidefinite, and was the noise added before the factorisation?"
    )
