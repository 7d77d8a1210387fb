r"""The weighted moments behind locally linear regression, for many queries: blocks of queries, NumPy's exp, compiled sums.

For a query q with the weights $k_i = s_i \exp\big((r^2_{\min} - r_i^2)/2h^2\big)$, $r_i = |x_i - q|$: the sum of weights, the
means of $x_i - q$ and $y_i$, the covariance of the positions, that of positions with targets. All are summed about the
sample nearest to q: the weights are largest there, so the differences do not cancel.

In one dimension the samples are sorted and a block of neighbouring queries looks only at those near it: beyond
`REACH` bandwidths further than the nearest sample weights are below $10^{-35}$. Where the rest spans so little that even
those could matter, all samples are used.
"""

from typing import NamedTuple

import numpy as np

REACH = 80.0  # cut-off of the exponent: exp(-80) = 2e-35
BLOCK = 2**16  # distances in a block: 0.5 MB, which stays in a second-level cache


class Moments(NamedTuple):
    """For each of m queries; d features."""

    weight: np.ndarray  # (m,) sum of the weights, the nearest sample's being 1 (times its sample weight)
    x_mean: np.ndarray  # (m, d) weighted mean of x - q
    y_mean: np.ndarray  # (m,)
    S_inverse: np.ndarray  # (m, d, d) inverse, on its span, of the weighted covariance of x
    t: np.ndarray  # (m, d) weighted covariance of x and y


def inverse_on_span(S, m):
    r"""Inverse of each covariance matrix on the directions that its samples span; zero across them.

    S : (k, d, d) weighted covariances of positions;  m : (k, d) their mean distance from the query.
    A direction counts as spanned where the variance is above $10^{-14}$ of the largest and $10^{-26}\,|m|^2$: below, it
    is the rounding of the positions.  Returns (k, d, d).

    >>> inverse_on_span(np.array([[[4.0, 0.0], [0.0, 0.0]]]), np.array([[1.0, 1.0]]))
    array([[[0.25, 0. ],
            [0.  , 0. ]]])
    """
    variance, axes = np.linalg.eigh(S)
    floor = 1e-14 * variance[:, -1] + 1e-26 * (m**2).sum(axis=1)
    inverse = np.where(variance > floor[:, None], 1 / np.where(variance > 0, variance, 1), 0)
    return (axes * inverse[:, None, :]) @ axes.swapaxes(1, 2)
