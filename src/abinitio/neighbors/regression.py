"""Regression by the mean of the k nearest neighbours, with scikit-learn's interface."""

import numpy as np
from sklearn.base import MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio.neighbors.knn import neighbour_mean
from abinitio.neighbors.samples import FLOATS, NeighborsBase


class KNeighborsRegressor(MultiOutputMixin, RegressorMixin, NeighborsBase):
    """The mean target of the k nearest samples.

    n_neighbors : integer >= 1;  weights : "uniform", "distance" (inverse distances; samples at distance 0, where there
    are any, alone) or a function of the distances (m, k) that returns weights (m, k);
    p : float >= 1, for the metric "minkowski";  metric : "minkowski", "euclidean", "manhattan", "cosine", or a
    function of two vectors (d,) that returns their distance.
    Neighbours are exact; at equal distance the sample with the lower index is the nearer one.
    After fit: n_features_in_;  n_samples_fit_;  effective_metric_.
    X None, in kneighbors and predict, stands for the samples, each without itself (leave-one-out).

    >>> KNeighborsRegressor(n_neighbors=2).fit([[0.0], [2.0], [5.0]], [1.0, 3.0, 4.0]).predict([[0.4], [9.0]])
    array([2. , 3.5])
    """

    def fit(self, X, y):
        """Keep the samples X (n, d) and their targets y, (n,) or (n, t); returns self."""
        X, y = validate_data(self, X, y, dtype=FLOATS, y_numeric=True, multi_output=True)
        self._y = np.asarray(y, dtype=float)
        self._keep(X)
        return self

    def predict(self, X):
        """The mean of the neighbours of each query X (m, d), by weight: (m,) or (m, t)."""
        check_is_fitted(self)
        indices, weights = self._neighbours(X)
        return neighbour_mean(self._y[indices], weights)
