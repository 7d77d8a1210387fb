r"""The curse of dimension: in many dimensions all samples are far away, and about equally far.

Sources: T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning" (2009), equation 2.24;
K. Beyer, J. Goldstein, R. Ramakrishnan, U. Shaft, ICDT 1999.
"""

import numpy as np
from scipy.stats import chi


def relative_contrast(distances):
    r"""How much farther the farthest sample is than the nearest, $(r_{\max} - r_{\min}) / r_{\min}$, for each query.

    distances : (m, n), positive, of m queries from n samples.  Returns (m,).

    >>> relative_contrast(np.array([[2.0, 3.0, 6.0], [5.0, 5.0, 5.0]]))
    array([2., 0.])
    """
    nearest = distances.min(axis=1)
    return (distances.max(axis=1) - nearest) / nearest


def median_nearest_in_ball(n, d):
    r"""The median distance from the centre of a d-dimensional ball of radius 1 to the nearest of n uniform samples.

    A sample is closer than r with probability $r^d$, so the median is $(1 - 2^{-1/n})^{1/d}$.
    n : integer >= 1, or array;  d : integer >= 1, or array.

    >>> float(np.round(median_nearest_in_ball(500, 10), 2))
    0.52
    """
    return (-np.expm1(-np.log(2) / n)) ** (1 / d)


def median_extremes_of_gaussian(n, d):
    r"""The median distances of the nearest and of the farthest of n Gaussian samples from their centre, for d axes.

    The samples have unit variance along each axis; their distances follow the chi distribution with d degrees of
    freedom. n : integer >= 1;  d : integer >= 1.  Returns (nearest, farthest); both approach $\sqrt{d}$ for large d.

    >>> nearest, farthest = median_extremes_of_gaussian(1, 1)  # one sample: both are its median distance
    >>> float(round(nearest, 4)), float(round(farthest, 4))
    (0.6745, 0.6745)
    """
    half = np.log(2) / n
    return chi.ppf(-np.expm1(-half), d), chi.ppf(np.exp(-half), d)
