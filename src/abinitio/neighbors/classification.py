"""Classification by the vote of the k nearest neighbours, with scikit-learn's interface."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from abinitio.neighbors.knn import class_shares, majority_vote
from abinitio.neighbors.samples import FLOATS, NeighborsBase


class KNeighborsClassifier(ClassifierMixin, NeighborsBase):
    """The class that most of the k nearest samples have; of classes with equal votes, the first of `classes_`.

    n_neighbors : integer >= 1;  weights : "uniform", "distance" (votes count by inverse distance; samples at distance
    0, where there are any, alone) or a function of the distances (m, k) that returns weights (m, k);
    p : float >= 1, for the metric "minkowski";  metric : "minkowski", "euclidean", "manhattan", "cosine", or a
    function of two vectors (d,) that returns their distance.
    Neighbours are exact; at equal distance the sample with the lower index is the nearer one.
    After fit: classes_ (c,);  n_features_in_;  n_samples_fit_;  effective_metric_.
    X None, in kneighbors, predict and predict_proba, stands for the samples, each without itself (leave-one-out).

    >>> model = KNeighborsClassifier(n_neighbors=1).fit([[0.0], [2.0], [5.0]], ["a", "b", "b"])
    >>> model.predict([[0.4], [9.0]])
    array(['a', 'b'], dtype='<U1')
    """

    def fit(self, X, y):
        """Keep the samples X (n, d) and their classes y (n,); returns self."""
        X, y = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(y)
        self.classes_, self._labels = np.unique(column_or_1d(y, warn=True), return_inverse=True)
        self._keep(X)
        return self

    def predict_proba(self, X):
        """The share of each class among the neighbours of each query X (m, d), by weight: (m, c)."""
        check_is_fitted(self)
        indices, weights = self._neighbours(X)
        return class_shares(self._labels[indices], weights, len(self.classes_))

    def predict(self, X):
        """The class of each query X (m, d): (m,)."""
        check_is_fitted(self)
        indices, weights = self._neighbours(X)
        labels, n_classes = self._labels[indices], len(self.classes_)
        if self.weights == "uniform":
            return self.classes_[majority_vote(labels, n_classes)]
        return self.classes_[class_shares(labels, weights, n_classes).argmax(axis=1)]
