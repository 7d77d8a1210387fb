r"""Lloyd's iteration with bounds: most distances need not be computed again when the centres move little.

Each point keeps an upper bound u of the distance to its centre and a lower bound l of that to any other. When the
centres move, u grows by the move of its own and l falls by the largest move of the others. While u < l, or u is below
half the distance from its centre to the next centre, the point stays where it is. The others are gathered, a few
hundred at a time, and their distances to all centres computed with the points along the SIMD lanes.

Bounds are rounded outwards, so that the clusters are those of `lloyd`, up to distances that are equal within rounding.
Oracle: `lloyd`.  Source: G. Hamerly, SIAM Int. Conf. Data Mining (2010) 130.
"""

import numpy as np
from numba import njit

TILE = 256  # points along the lanes


def bounded_lloyd(X, centres, weights=None):
    """Lloyd's iteration, as a generator that ends by itself at a fixed point.

    X : (n, d) points, float64 or float32, not too far from the origin compared with their spread (the centres are sums
    divided by numbers);  centres : (k, d) to start from;  weights : (n,) >= 0, how much each point counts, or None.
    Yields (labels, centres) after every iteration: the points are assigned to the centres, at equal distance to the
    lower number, then the centres moved to the (weighted) mean of their points; one without any stays. labels, (n,)
    int32, is the same array every time. It ends when no label has changed.

    >>> *_, (labels, centres) = bounded_lloyd(np.array([[0.0], [1.0], [8.0], [9.0]]), np.array([[0.0], [1.0]]))
    >>> labels, centres.ravel()
    (array([0, 0, 1, 1], dtype=int32), array([0.5, 8.5]))
    """
    X, k = np.ascontiguousarray(X), len(centres)
    weights = np.ones(len(X), X.dtype) if weights is None else np.asarray(weights, dtype=X.dtype)
    centres, moves = np.asarray(centres, dtype=X.dtype), np.zeros(k, X.dtype)
    labels, upper, lower = np.full(len(X), -1, np.int32), np.full(len(X), np.inf, X.dtype), np.zeros(len(X), X.dtype)
    sums, masses = np.zeros((k, X.shape[1])), np.zeros(k)
    while True:
        changed = reassign(X, weights, centres, moves, half_gaps(centres), labels, upper, lower, sums, masses)
        if changed:
            filled = masses > 0
            new = np.where(filled[:, None], sums / np.where(filled, masses, 1)[:, None], centres).astype(X.dtype)
            moves, centres = np.sqrt(((new - centres) ** 2).sum(axis=1)), new
        yield labels, centres
        if not changed:
            return


def half_gaps(centres):
    """Half the distance from each centre to the nearest other one (infinite for a single centre).

    centres : (k, d).  Returns (k,).

    >>> half_gaps(np.array([[0.0], [4.0], [10.0]]))
    array([2., 2., 3.])
    """
    gaps = ((centres[:, None] - centres) ** 2).sum(axis=2)
    np.fill_diagonal(gaps, np.inf)
    return np.sqrt(gaps.min(axis=1)) / 2


@njit(cache=True)
def reassign(X, weights, centres, moves, gaps, labels, upper, lower, sums, masses):
    """Assign every point to its nearest centre, after the centres have moved; returns how many changed.

    X : (n, d);  weights : (n,);  centres : (k, d) and moves : (k,), how far each of them came;  gaps : (k,), as
    `half_gaps`. Brought up to date in place are labels (n,), -1 at first;  upper, lower : (n,) bounds of the distances
    to the point's own centre and to the others;  sums (k, d), masses (k,) : weighted sums of the points of each centre.

    >>> labels, sums = np.array([-1, -1]), np.zeros((2, 1))
    >>> bounds, masses = np.zeros((2, 2)), np.zeros(2)
    >>> X, centres, zero = np.array([[1.0], [7.0]]), np.array([[0.0], [8.0]]), np.zeros(2)
    >>> reassign(X, zero + 1, centres, zero, zero + 4, labels, bounds[0], bounds[1], sums, masses)
    2
    >>> labels, bounds, sums.ravel()
    (array([0, 1]), array([[1., 1.], [7., 7.]]), array([1., 7.]))
    """
    n, outwards = len(X), 8 * np.finfo(X.dtype).eps
    first, second, far = two_largest(moves)
    one = X.dtype.type(1)
    grow, shrink = one + X.dtype.type(outwards), one - X.dtype.type(outwards)
    waiting, count, changed = np.empty(TILE, np.int64), 0, 0
    tile, work = np.empty((X.shape[1], TILE), X.dtype), np.empty((3, TILE), X.dtype)
    best = np.empty(TILE, np.int32)
    for i in range(n):
        label = labels[i]
        if label >= 0:
            upper[i] = (upper[i] + moves[label]) * grow
            lower[i] = (lower[i] - (second if label == far else first)) * shrink
            stays = upper[i] < max(lower[i], gaps[label] * shrink)
        else:
            stays = False
        if not stays:
            waiting[count] = i
            count += 1
        if count == TILE or (i == n - 1 and count > 0):
            two_nearest(X, waiting[:count], centres, tile, work, best)
            for p in range(count):
                j = waiting[p]
                upper[j], lower[j] = np.sqrt(work[0, p]), np.sqrt(work[1, p])
                if labels[j] != best[p]:
                    changed += 1
                    move_mass(X, j, weights[j], labels[j], best[p], sums, masses)
                    labels[j] = best[p]
            count = 0
    return changed


@njit(cache=True)
def two_largest(moves):
    """The largest of the numbers, the second largest (0 if there is none), and where the largest is.

    moves : (k,), >= 0.

    >>> two_largest(np.array([1.0, 5.0, 3.0]))
    (5.0, 3.0, 1)
    """
    far, second = np.argmax(moves), moves[0] * 0
    for k in range(len(moves)):
        if k != far:
            second = max(second, moves[k])
    return moves[far], second, far


@njit(cache=True)
def move_mass(X, i, weight, old, new, sums, masses):
    """Take the point X[i] of this weight from the centre `old` (-1: from none) and give it to `new`.

    X : (n, d);  sums : (k, d) and masses : (k,), brought up to date in place.

    >>> sums, masses = np.zeros((2, 1)), np.zeros(2)
    >>> move_mass(np.array([[9.0], [3.0]]), 1, 2.0, -1, 1, sums, masses)
    >>> sums.ravel(), masses
    (array([0., 6.]), array([0., 2.]))
    """
    masses[new] += weight
    for t in range(X.shape[1]):
        sums[new, t] += weight * X[i, t]
    if old >= 0:
        masses[old] -= weight
        for t in range(X.shape[1]):
            sums[old, t] -= weight * X[i, t]


@njit(cache=True, fastmath={"contract"})
def two_nearest(X, rows, centres, tile, work, best):
    """Squared distances of some points to their nearest and second nearest centre, into work[0] and work[1].

    X : (n, d);  rows : (m,) which points;  centres : (k, d);  tile : (d, TILE) and work : (3, TILE), overwritten;
    best : (TILE,), receives the numbers of the nearest centres, at equal distance the lower.

    >>> work, best = np.empty((3, TILE)), np.empty(TILE, np.int32)
    >>> two_nearest(np.array([[1.0]]), np.array([0]), np.array([[4.0], [1.5]]), np.empty((1, TILE)), work, best)
    >>> work[:2, 0], int(best[0])
    (array([0.25, 9.  ]), 1)
    """
    m, d = len(rows), X.shape[1]
    for p in range(m):
        for t in range(d):
            tile[t, p] = X[rows[p], t]
    work[:2] = np.inf
    least, next_least, squares = work[0], work[1], work[2]
    for k in range(len(centres)):
        squares[:] = 0
        t = 0
        while t + 4 <= d:  # four features at a time: squares is read and written once for them
            a, b, c, e = centres[k, t], centres[k, t + 1], centres[k, t + 2], centres[k, t + 3]
            for p in range(m):
                w, x, y, z = tile[t, p] - a, tile[t + 1, p] - b, tile[t + 2, p] - c, tile[t + 3, p] - e
                squares[p] += (w * w + x * x) + (y * y + z * z)
            t += 4
        for rest in range(t, d):
            a = centres[k, rest]
            for p in range(m):
                squares[p] += (tile[rest, p] - a) * (tile[rest, p] - a)
        for p in range(m):
            s, nearer = squares[p], squares[p] < least[p]
            next_least[p] = least[p] if nearer else min(next_least[p], s)
            best[p] = np.int32(k) if nearer else best[p]
            least[p] = s if nearer else least[p]
