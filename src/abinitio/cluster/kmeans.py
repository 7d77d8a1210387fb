r"""k-means: k centres such that the points lie close to their nearest one (Lloyd's two alternating steps).

X : (n, d) points;  centres : (k, d);  labels : (n,) integers 0 ... k-1, the centre that each point belongs to.
Minimised is the inertia $\sum_i |x_i - c_{\ell_i}|^2$, first over the labels, then over the centres, so that it never
rises; the fixed point that is reached depends on the start.

Oracles: `sklearn.cluster.KMeans` from the same start; two Gaussians a distance Δσ apart, where the best split errs on
the fraction Φ(-Δ/2); the bound of Arthur and Vassilvitskii for the random start.
Sources: S. Lloyd, IEEE Trans. Inf. Theory 28 (1982) 129; D. Arthur and S. Vassilvitskii, SODA 2007, Theorem 1.1.
"""

import numpy as np


def assign_clusters(X, centres):
    """The nearest centre of every point, in Euclidean distance.

    X : (n, d) points;  centres : (k, d). Returns labels : (n,) integers 0 ... k-1; at equal distance the lower number.
    Points and centres may lie far from the origin compared with the distances between them.

    >>> assign_clusters(np.array([[0.0, 1.0], [4.0, 4.0], [5.0, 3.0]]), np.array([[0.0, 0.0], [5.0, 5.0]]))
    array([0, 1, 1])
    """
    distances = [((X - centre) ** 2).sum(axis=1) for centre in centres]  # |x|² - 2x·c + |c|² would cancel far from 0
    return np.argmin(distances, axis=0)


def update_centres(X, labels, centres):
    """The centres with the smallest sum of squared distances to their points, for given labels.

    X : (n, d) points;  labels : (n,) integers 0 ... k-1, the cluster of each point;  centres : (k, d), the present
    ones. Returns new centres : (k, d), each the centre of mass of its points; a cluster without points keeps its
    present centre.

    >>> update_centres(np.array([[0.0, 1.0], [4.0, 4.0], [6.0, 2.0]]), np.array([0, 1, 1]), np.zeros((3, 2)))
    array([[0., 1.],
           [5., 3.],
           [0., 0.]])
    """
    clusters = [X[labels == k] for k in range(len(centres))]
    return np.array([points.mean(axis=0) if len(points) else c for points, c in zip(clusters, centres)])


def inertia(X, labels, centres):
    """Sum of squared distances of the points to their centres.

    X : (n, d) points;  labels : (n,) integers;  centres : (k, d). Returns a number, in the unit of X squared.

    >>> float(inertia(np.array([[0.0, 1.0], [4.0, 4.0]]), np.array([0, 1]), np.array([[0.0, 0.0], [4.0, 2.0]])))
    5.0
    """
    return np.sum((X - centres[labels]) ** 2)


def lloyd(X, centres):
    """Lloyd's iteration, as a generator that ends by itself at a fixed point.

    X : (n, d) points;  centres : (k, d) to start from. Yields (labels, centres) after every iteration: the points are
    assigned to the centres, then the centres moved. It ends when the centres stay where they are, so the last labels
    belong to the last centres.

    >>> *_, (labels, centres) = lloyd(np.array([[0.0], [1.0], [8.0], [9.0]]), np.array([[0.0], [1.0]]))
    >>> labels, centres.ravel()
    (array([0, 0, 1, 1]), array([0.5, 8.5]))
    """
    while True:
        labels = assign_clusters(X, centres)
        before, centres = centres, update_centres(X, labels, centres)
        yield labels, centres
        if np.array_equal(centres, before):
            return


def kmeans_plus_plus(X, k, rng):
    r"""Random start for k-means: k points of X, spread out.

    X : (n, d) points, at least k of them different;  k : number of centres. The first is any point with equal
    probability, each later one a point with probability proportional to its squared distance from the nearest centre
    chosen so far. Returns centres : (k, d). The expected inertia is at most 8 (ln k + 2) times the smallest possible.

    >>> kmeans_plus_plus(np.array([[1.0], [1.0], [7.0]]), 2, rng=np.random.default_rng(0)).ravel()
    array([7., 1.])
    """
    centres = X[rng.integers(len(X), size=1)]
    while len(centres) < k:
        nearest = ((X - centres[assign_clusters(X, centres)]) ** 2).sum(axis=1)
        centres = np.vstack([centres, X[rng.choice(len(X), p=nearest / nearest.sum())]])
    return centres


def _bounded(X, centres, weights=None):
    """`lloyd`, with bounds that spare most distances; weights : (n,), how much each point counts, or None."""
    from abinitio.cluster.bounded_lloyd import bounded_lloyd  # numba loads only where used

    return bounded_lloyd(X, centres, weights)


for _function in (assign_clusters, update_centres):
    _function.fast = _bounded  # what an estimator runs while both have it, and else they themselves
