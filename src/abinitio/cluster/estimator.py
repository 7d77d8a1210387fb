"""k-means as an estimator with scikit-learn's interface.

Minimised is the (weighted) sum of squared distances of the points to their centres, by `lloyd` from one or several
starts. A cluster that loses all its points keeps its centre (scikit-learn moves it to the point farthest from its own).
Oracle: scikit-learn's KMeans from the same start.  Source: as in `kmeans`.
"""

import warnings
from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import _check_sample_weight, check_array, check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.cluster.kmeans import assign_clusters, inertia, lloyd, update_centres
from abinitio.cluster.seeding import spread_out_centres
from abinitio.neighbors.distances import squared_distances

FLOATS = (np.float64, np.float32)


class KMeans(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator):
    r"""k-means with scikit-learn's interface.

    n_clusters : k;  init : "k-means++" (spread out, see `spread_out_centres`), "random" (k different samples), an array
    (k, d) of centres, or a callable (X, k, random_state) -> centres;  n_init : how many starts, of which the one of
    least inertia is kept; "auto" for 10 with "random" or a callable, else 1;  max_iter : iterations of one start;
    tol : it ends when the squared moves of all centres sum to at most tol times the mean variance of a feature, or when
    no label changes;  random_state : None, integer or Generator.
    After fit: cluster_centers_ (k, d);  labels_ (n,);  inertia_, in the square of the unit of X;  n_iter_.

    >>> model = KMeans(2, random_state=0).fit([[0.0], [1.0], [8.0], [9.0]])
    >>> np.sort(model.cluster_centers_.ravel()), model.inertia_
    (array([0.5, 8.5]), 1.0)
    """

    def __init__(self, n_clusters=8, *, init="k-means++", n_init="auto", max_iter=300, tol=1e-4, random_state=None):
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def fit(self, X, y=None, sample_weight=None):
        """Find the centres of X (n, d), with weights (n,) or None; y is ignored. Returns self."""
        X = validate_data(self, X, dtype=FLOATS)
        if not (isinstance(self.n_clusters, Integral) and 1 <= self.n_clusters <= len(X)):
            raise ValueError(f"n_clusters = {self.n_clusters!r} must be an integer from 1 to n_samples = {len(X)}")
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, X, dtype=X.dtype, ensure_non_negative=True)
        rng, origin = as_generator(self.random_state), X.mean(axis=0)  # sums of centred points do not cancel
        centred, best = X - origin, np.inf
        enough = self.tol * np.vdot(centred, centred) / X.size
        for _ in range(self._starts()):
            labels, centres, n_iter = self._descend(centred, self._start(X, weights, rng) - origin, weights, enough)
            left = _weighted_inertia(centred, labels, centres, weights)
            if left < best or best == np.inf:
                best, found = left, (labels.astype(np.int32), centres + origin, n_iter)
        self.inertia_, (self.labels_, self.cluster_centers_, self.n_iter_) = best, found
        if len(np.unique(self.labels_)) < self.n_clusters:
            message = f"only {len(np.unique(self.labels_))} of n_clusters = {self.n_clusters} clusters have samples"
            warnings.warn(message, ConvergenceWarning, stacklevel=2)
        return self

    def _starts(self):
        """How many starts."""
        if isinstance(self.n_init, str):
            return 10 if callable(self.init) or (isinstance(self.init, str) and self.init == "random") else 1
        return 1 if not callable(self.init) and not isinstance(self.init, str) else self.n_init

    def _start(self, X, weights, rng):
        """The centres (k, d) to start from."""
        k = self.n_clusters
        if callable(self.init):
            return check_array(self.init(X, k, random_state=rng), dtype=X.dtype)
        if isinstance(self.init, str) and self.init == "random":
            p = None if weights is None else weights / weights.sum(dtype=float)
            return X[rng.choice(len(X), k, replace=False, p=p)]
        if isinstance(self.init, str) and self.init == "k-means++":
            w = np.ones(len(X), X.dtype) if weights is None else weights
            return X[spread_out_centres(X, k, w, 2 + int(np.log(k)), rng)]
        if isinstance(self.init, str):
            raise ValueError(f'init = {self.init!r} must be "k-means++", "random", an array of centres or a callable')
        centres = check_array(self.init, dtype=X.dtype)
        if centres.shape != (k, X.shape[1]):
            raise ValueError(f"init has shape {centres.shape}; give (n_clusters, n_features) = {(k, X.shape[1])}")
        return centres

    def _descend(self, X, centres, weights, enough):
        """(labels, centres, iterations) from one start; the labels belong to the centres."""
        fast = getattr(assign_clusters, "fast", None) if hasattr(update_centres, "fast") else None
        if fast is None and weights is not None:
            raise ValueError("this update_centres takes no weights; fit without sample_weight")
        steps = fast(X, centres, weights) if fast else lloyd(X, centres)
        for n_iter, (labels, new) in enumerate(steps, 1):  # noqa: B007
            moved, centres = np.sum((new - centres) ** 2), new
            if moved <= enough or n_iter >= self.max_iter:
                break
        if moved > 0:  # the labels are those of the centres before the last move
            labels, _ = next(steps)
        return labels, centres, n_iter

    def fit_transform(self, X, y=None, sample_weight=None):
        """Fit, and the distances (n, k) of the samples from the centres."""
        return self.fit(X, sample_weight=sample_weight).transform(X)

    def transform(self, X):
        """Distances (m, k) of the samples X (m, d) from the centres, in the unit of X."""
        X = self._checked(X)
        return np.sqrt(squared_distances(X, self.cluster_centers_)).astype(X.dtype)

    def predict(self, X):
        """The nearest centre of each row of X (m, d): (m,) int32."""
        return assign_clusters(self._checked(X), self.cluster_centers_).astype(np.int32)

    def score(self, X, y=None, sample_weight=None):
        """Minus the (weighted) sum of squared distances of the rows of X (m, d) to their nearest centres."""
        X = self._checked(X)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=X.dtype)
        return -_weighted_inertia(X, assign_clusters(X, self.cluster_centers_), self.cluster_centers_, weights)

    def _checked(self, X):
        check_is_fitted(self)
        return validate_data(self, X, dtype=FLOATS, reset=False)

    @property
    def _n_features_out(self):
        return len(self.cluster_centers_)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _weighted_inertia(X, labels, centres, weights, rows=4096):
    """`inertia` with each point counted by its weight, or once; a float, summed some rows at a time."""
    total = 0.0
    for i in range(0, len(X), rows):
        block = X[i : i + rows], labels[i : i + rows], centres
        if weights is None:
            total += float(inertia(*block))
        else:
            squares = np.sum((block[0] - centres[block[1]]) ** 2, axis=1)
            total += float(weights[i : i + rows] @ squares)
    return total
