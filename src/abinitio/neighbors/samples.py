"""What the neighbour estimators share: the samples kept by fit, the metric, the search, the weights."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio.neighbors.distances import cosine_distances, manhattan_distances, minkowski_distances
from abinitio.neighbors.knn import inverse_distance_weights, k_nearest, k_nearest_others, without_self

BLOCK = 2**22  # distances formed at a time where all are needed: 32 MB, however many queries there are
FLOATS = (np.float64, np.float32)


class NeighborsBase(BaseEstimator):
    """Base of estimators that keep their samples: parameters as scikit-learn's, and `kneighbors`.

    n_neighbors : integer >= 1;  weights : "uniform", "distance" (inverse distances) or a function of the distances
    (m, k) that returns weights (m, k);  p : float >= 1, for the metric "minkowski";  metric : "minkowski",
    "euclidean", "manhattan", "cosine", or a function of two vectors (d,) that returns their distance.
    """

    def __init__(self, n_neighbors=5, *, weights="uniform", p=2, metric="minkowski"):
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.p = p
        self.metric = metric

    def _keep(self, X):
        """Store checked samples X (n, d), arranged for the fast search where there is one."""
        if not isinstance(self.n_neighbors, Integral) or self.n_neighbors < 1:
            raise ValueError(f"n_neighbors = {self.n_neighbors!r} must be an integer >= 1")
        if not (callable(self.weights) or self.weights in ("uniform", "distance")):
            raise ValueError(f"weights = {self.weights!r} must be 'uniform', 'distance' or a function of the distances")
        self.effective_metric_ = self._metric()
        self._fit_X, self.n_samples_fit_ = X, len(X)
        self._index = None
        if self.effective_metric_ == "euclidean" and hasattr(k_nearest, "fast"):
            from abinitio.neighbors.search import index_samples  # numba loads only where used

            self._index = index_samples(X, self.n_neighbors)

    def _metric(self):
        """The metric, with "minkowski" named as what it is for p = 1 and p = 2."""
        if self.metric == "minkowski":
            if not isinstance(self.p, Real) or not self.p >= 1:
                raise ValueError(f"p = {self.p!r} must be a number >= 1: below, the triangle inequality fails")
            return {1: "manhattan", 2: "euclidean"}.get(self.p, "minkowski")
        if not callable(self.metric) and self.metric not in ("euclidean", "manhattan", "cosine"):
            names = "'minkowski', 'euclidean', 'manhattan', 'cosine'"
            raise ValueError(f"metric = {self.metric!r} must be one of {names}, or a function of two vectors")
        return self.metric

    def kneighbors(self, X=None, n_neighbors=None):
        """Distances and indices, (m, k) each, of the nearest samples to the queries X (m, d), nearest first, at equal
        distance the lower index first. X None: the samples themselves, each without itself. n_neighbors : k, if not
        that of the estimator.
        """
        check_is_fitted(self)
        k = self.n_neighbors if n_neighbors is None else n_neighbors
        most = self.n_samples_fit_ - (X is None)
        if X is not None:
            X = validate_data(self, X, dtype=FLOATS, reset=False)
        if not isinstance(k, Integral) or not 1 <= k <= most:
            raise ValueError(
                f"n_neighbors = {k} must be an integer from 1 to {most}: n_samples_fit = {self.n_samples_fit_}"
                f"{', and a sample is not its own neighbour' if X is None else f', n_samples = {len(X)}'}"
            )
        indices, distances = self._others(k) if X is None else self._nearest(X, k)
        return distances, indices

    def _nearest(self, X, k):
        """Indices and distances of the k samples nearest to each row of X."""
        if self.effective_metric_ != "euclidean":
            search = lambda rows: smallest(self._distances(rows), k)
        elif hasattr(k_nearest, "fast"):
            return self._index.nearest(X, k) if self._index is not None else k_nearest.fast(self._fit_X, X, k)
        else:
            search = lambda rows: k_nearest(self._fit_X, rows, k)
        rows = max(BLOCK // self.n_samples_fit_, 1)
        return tuple(map(np.concatenate, zip(*(search(X[i : i + rows]) for i in range(0, len(X), rows)))))

    def _others(self, k):
        """Indices and distances of the k samples nearest to each sample, without itself."""
        if self.effective_metric_ == "euclidean" and not hasattr(k_nearest_others, "fast"):
            return k_nearest_others(self._fit_X, k)
        return without_self(*self._nearest(self._fit_X, k + 1))

    def _distances(self, X):
        """Distances of the queries X (m, d) from all samples, (m, n), in a metric that is not the Euclidean."""
        if callable(self.effective_metric_):
            return np.array([[self.effective_metric_(x, y) for y in self._fit_X] for x in X], dtype=float)
        if self.effective_metric_ == "minkowski":
            return minkowski_distances(X, self._fit_X, self.p)
        distances = {"manhattan": manhattan_distances, "cosine": cosine_distances}[self.effective_metric_]
        return distances(X, self._fit_X)

    def _neighbours(self, X):
        """Indices and weights of the neighbours, (m, k) each."""
        distances, indices = self.kneighbors(X)
        if callable(self.weights):
            return indices, np.asarray(self.weights(distances), dtype=float)
        return indices, np.ones(distances.shape) if self.weights == "uniform" else inverse_distance_weights(distances)


def smallest(D, k):
    """Columns and values of the k smallest entries of each row of D, (m, n): the smallest first, and of equal ones the
    one with the lower column; k : integer, 1 <= k <= n.  Returns (columns, values), both (m, k).

    >>> smallest(np.array([[3.0, 1.0, 2.0, 1.0]]), 3)
    (array([[1, 3, 2]]), array([[1., 1., 2.]]))
    """
    last = np.partition(D, k - 1, axis=1)[:, k - 1]
    columns = np.empty((len(D), k), dtype=np.int64)
    for i in range(len(D)):
        candidates = np.nonzero(D[i] <= last[i])[0]
        columns[i] = candidates[np.argsort(D[i, candidates], kind="stable")[:k]]
    return columns, np.take_along_axis(D, columns, axis=1)
