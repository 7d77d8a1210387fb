r"""Fisher information from scores that come in parts: the mean of $s s^\top$, and whether the scores average to 0.

At the parameter that the data were drawn with, the score $s = \nabla_\theta \ln p(x|\theta)$ has mean 0 and covariance
$I(\theta)$. The information of n samples is n times that; its inverse bounds the covariance of every unbiased estimate.

Oracle: the closed forms of `information`. Source: R. A. Fisher, Phil. Trans. A 222 (1922) 309.
"""

import numpy as np


def fisher_of_moments(moments):
    r"""$\frac1n \sum_i s_i s_i^\top$, (d, d), from the `Moments` of the scores.

    >>> from abinitio.streaming.moments import moments_of
    >>> fisher_of_moments(moments_of(np.array([[1.0], [-3.0]])))
    array([[5.]])
    """
    return moments.scatter / moments.n + np.outer(moments.mean, moments.mean)


def score_of_zero_mean(moments):
    r"""$n\, \bar s^\top I^{-1} \bar s$: of order d where the parameter is the true one, as chi-squared of d degrees.

    moments : `Moments` of the scores at a given parameter. This is Rao's score test.

    >>> from abinitio.streaming.moments import moments_of
    >>> score_of_zero_mean(moments_of(np.array([[1.0], [-1.0]])))
    0.0
    """
    return float(moments.n * moments.mean @ np.linalg.solve(fisher_of_moments(moments), moments.mean))
