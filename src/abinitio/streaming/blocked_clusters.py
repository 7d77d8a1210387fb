"""Numbers, sums and squares of the points of each centre, with the points along the SIMD lanes.

Distances are computed as in `bounded_lloyd`, a few hundred points at a time; sums are in float64 whatever the points.
Oracle: `cluster_sums_of`.
"""

import numpy as np
from numba import njit

from abinitio.cluster.bounded_lloyd import TILE, two_nearest


@njit(cache=True)
def add_clusters(X, centres, counts, sums):
    """Add each point to its nearest centre; returns the sum of the squared distances.

    X : (m, d);  centres : (k, d), of the same type;  counts : (k,) and sums : (k, d), float64, what is added to.

    >>> counts, sums = np.zeros(2), np.zeros((2, 1))
    >>> add_clusters(np.array([[0.0], [1.0], [8.0]]), np.array([[0.5], [9.0]]), counts, sums), counts, sums.ravel()
    (1.5, array([2., 1.]), array([1., 8.]))
    """
    n, d = X.shape
    tile, work, best = np.empty((d, TILE), X.dtype), np.empty((3, TILE), X.dtype), np.empty(TILE, np.int32)
    squares = 0.0
    for start in range(0, n, TILE):
        rows = np.arange(start, min(start + TILE, n))
        two_nearest(X, rows, centres, tile, work, best)
        for p in range(len(rows)):
            k = best[p]
            counts[k] += 1
            squares += work[0, p]
            for t in range(d):
                sums[k, t] += X[start + p, t]
    return squares
