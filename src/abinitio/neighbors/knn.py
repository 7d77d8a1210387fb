r"""The k nearest neighbours of each query, and what they say: a vote, shares of the classes, a mean.

Queries X : (m, d), samples X_train : (n, d), distances Euclidean. Neighbours come by increasing distance; at equal
distance the sample with the lower index comes first, so that the answer is one. (Distances that are equal up to
rounding may come in either order.)

`k_nearest` reads like the definition and forms all m n distances at once. What the estimators call is its fast twin
`search`, tested to agree: a tree in few dimensions, a lower bound from principal axes in many.
Oracles: the definition; scikit-learn's KNeighborsClassifier and KNeighborsRegressor.
Sources: E. Fix, J. L. Hodges, USAF report 4 (1951); T. M. Cover, P. E. Hart, IEEE Trans. Inf. Theory 13 (1967) 21;
T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning" (2009), section 13.3.
"""

import numpy as np

from abinitio.neighbors.distances import squared_distances


def k_nearest(X_train, X, k):
    """The k samples nearest to each query in Euclidean distance.

    X_train : (n, d) samples;  X : (m, d) queries;  k : integer, 1 <= k <= n.
    A query that is itself among the samples is its own neighbour, at distance 0.
    Returns (indices, distances), both (m, k): which samples, nearest first, at equal distance the lower index first;
    and how far they are, in the unit of X.

    >>> indices, distances = k_nearest(np.array([[0.0], [2.0], [5.0]]), np.array([[4.0], [1.0]]), k=2)
    >>> indices
    array([[2, 1],
           [0, 1]])
    >>> distances
    array([[1., 2.],
           [1., 1.]])
    """
    squares = squared_distances(X, X_train)
    indices = np.argsort(squares, axis=1, kind="stable")[:, :k]  # stable: equal distances stay in the order of index
    return indices, np.sqrt(np.take_along_axis(squares, indices, axis=1))


def k_nearest_others(X, k):
    """The k nearest neighbours of each sample among the other samples, in Euclidean distance.

    X : (n, d) samples;  k : integer, 1 <= k <= n - 1.
    A sample is not its own neighbour; another sample at the same place is one, at distance 0.
    Returns (indices, distances), both (n, k), row i for sample i: which samples, nearest first, at equal distance the
    lower index first (distances that are equal only up to rounding may come in either order); and how far they are,
    in the unit of X.

    >>> k_nearest_others(np.array([[0.0], [2.0], [5.0], [2.0]]), k=1)[0]
    array([[1],
           [3],
           [1],
           [1]])
    """
    squares = squared_distances(X, X)
    np.fill_diagonal(squares, np.inf)
    indices = np.argsort(squares, axis=1, kind="stable")[:, :k]
    return indices, np.sqrt(np.take_along_axis(squares, indices, axis=1))


def inverse_distance_weights(distances):
    r"""Weights $1/\text{distance}$ of the neighbours; where some are at distance 0, these weigh 1 and the others 0.

    distances : (m, k), >= 0.  Returns (m, k), in the inverse unit of the distances.

    >>> inverse_distance_weights(np.array([[0.5, 2.0], [0.0, 3.0]]))
    array([[2. , 0.5],
           [1. , 0. ]])
    """
    with np.errstate(divide="ignore", over="ignore"):
        weights = 1 / np.asarray(distances, dtype=float)
    infinite = np.isinf(weights)
    return np.where(infinite.any(axis=1, keepdims=True), infinite, weights)


def class_shares(labels, weights, n_classes):
    """The share of each class among the neighbours of each query, counted by weight.

    labels : (m, k) integers 0 ... n_classes - 1, the classes of the neighbours;  weights : (m, k), >= 0;
    n_classes : integer.  Returns (m, n_classes); each row sums to 1. Where all the weights of a query are 0, each class
    has the same share.

    >>> class_shares(np.array([[0, 2, 2, 0]]), np.array([[1.0, 1.0, 1.0, 5.0]]), n_classes=3)
    array([[0.75, 0.  , 0.25]])
    """
    m = len(labels)
    cells = (labels + n_classes * np.arange(m)[:, None]).ravel()  # one cell for each query and class
    shares = np.bincount(cells, weights.ravel(), m * n_classes).reshape(m, n_classes)
    total = shares.sum(axis=1, keepdims=True)
    return np.where(total > 0, shares / np.where(total > 0, total, 1), 1 / n_classes)


def majority_vote(labels, n_classes):
    """The class that most of the neighbours of each query have; of classes with equally many, the lowest.

    labels : (m, k) integers 0 ... n_classes - 1, row i the classes of the k neighbours of query i, in any order;
    n_classes : integer, how many classes there are.  Returns (m,) integers, a class for each query.

    >>> majority_vote(np.array([[2, 1, 2], [1, 0, 2]]), n_classes=3)
    array([2, 0])
    """
    return class_shares(labels, np.ones(labels.shape), n_classes).argmax(axis=1)


def error_by_k(labels, y, n_classes):
    """The share of queries that the vote of the k nearest gets wrong, for every k from 1 on.

    labels : (m, k_max) integers 0 ... n_classes - 1, the classes of the neighbours, nearest first;  y : (m,) integers,
    the true classes;  n_classes : integer. A tie goes to the lowest class.  Returns (k_max,): entry k - 1 is for k.

    >>> error_by_k(np.array([[1, 0, 1], [0, 0, 1]]), np.array([1, 1]), n_classes=2)
    array([0.5, 1. , 0.5])
    """
    votes = np.cumsum(labels[:, :, None] == np.arange(n_classes), axis=1)  # (m, k_max, n_classes)
    return np.mean(votes.argmax(axis=2) != y[:, None], axis=0)


def neighbour_mean(targets, weights):
    r"""Mean of the neighbours' targets for each query, weighted: $\sum_j w_j y_j / \sum_j w_j$.

    targets : (m, k), or (m, k, t) for t targets;  weights : (m, k), >= 0, not all 0 for any query.
    Returns (m,) or (m, t), in the unit of the targets.

    >>> neighbour_mean(np.array([[1.0, 3.0], [4.0, 8.0]]), np.array([[1.0, 1.0], [3.0, 1.0]]))
    array([2., 5.])
    """
    shares = weights / weights.sum(axis=1, keepdims=True)
    return np.einsum("mk,mk...->m...", shares, targets)


def _fast(X_train, X, k):
    """`k_nearest`, by a tree or by a lower bound of the distances, in bounded memory."""
    from abinitio.neighbors.search import index_samples  # numba loads only where used

    return index_samples(X_train, k).nearest(X, k)


def _fast_others(X, k):
    """`k_nearest_others`, in the same way: the sample itself is found as well, and taken out."""
    return without_self(*_fast(X, X, k + 1))


k_nearest.fast = _fast  # an estimator runs k_nearest.fast where there is one, and else k_nearest itself
k_nearest_others.fast = _fast_others


def without_self(indices, distances):
    """Neighbours of the samples among the samples, without each sample itself.

    indices, distances : (n, k + 1), row i for sample i.  Returns both, (n, k). Where sample i is not in its row (other
    samples at its place come first), the last of the row is left out.

    >>> without_self(np.array([[0, 1], [0, 2]]), np.array([[0.0, 5.0], [0.0, 0.0]]))
    (array([[1],
           [0]]), array([[5.],
           [0.]]))
    """
    others = indices != np.arange(len(indices))[:, None]
    others[others.all(axis=1), -1] = False
    shape = len(indices), indices.shape[1] - 1
    return indices[others].reshape(shape), distances[others].reshape(shape)
