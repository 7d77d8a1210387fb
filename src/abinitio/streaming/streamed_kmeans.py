r"""k-means whose points are read from a file again and again: one pass for each of Lloyd's iterations.

Of the points that are nearest to a centre, an iteration needs their number $N_k$, their sum, and the sum of the squared
distances: sums over blocks, which are joined by adding. A pass costs seconds, so that it has to start near the end:
a sample of the rows is clustered in memory, which leaves the centres about $1/\sqrt m$ from where they belong.

For points that come once, each batch moves every centre to the mean of all points it has been given so far,
$c_k \leftarrow c_k + (s_k - n_k c_k)/N_k$, with $n_k$ points of the batch, their sum $s_k$, and $N_k$ points in all:
steps that get shorter as $1/N_k$, with which stochastic approximation converges to a local minimum.

Oracles: `KMeans.fit` of all points in memory from the same centres; scikit-learn's MiniBatchKMeans.
Sources: L. Bottou, Y. Bengio, NIPS 7 (1995) 585; D. Sculley, WWW 2010, 1177.
"""

import warnings
from functools import partial
from typing import NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_array, validate_data

from abinitio.cluster.estimator import FLOATS, KMeans
from abinitio.cluster.kmeans import assign_clusters
from abinitio.streaming.reduce import MEMORY, reduce_rows
from abinitio.streaming.sample import spread_sample

SAMPLE = 2**20  # numbers in the sample that is clustered in memory
BLOCK = 2**17  # numbers of a block that is worked on at once


class ClusterSums(NamedTuple):
    """Of some points: how many are nearest to each centre (k,), the sums of those (k, d), and of their squares.

    Sums and squares are of distances from an origin and from the nearest centre: squares is the inertia.
    """

    counts: np.ndarray
    sums: np.ndarray
    squares: float


def cluster_sums_of(X, centres, origin):
    """The `ClusterSums` of points X (m, d) with centres (k, d); origin : (d,), the sums are of x - origin, in float64.

    >>> cluster_sums_of(np.array([[0.0], [1.0], [8.0]]), np.array([[0.5], [9.0]]), np.zeros(1))
    ClusterSums(counts=array([2., 1.]), sums=array([[1.], [8.]]), squares=1.5)
    """
    labels = assign_clusters(X, centres)
    members = np.eye(len(centres))[labels]
    return ClusterSums(members.sum(axis=0), members.T @ (X - origin), float(np.sum((X - centres[labels]) ** 2)))


def merge_cluster_sums(a, b):
    """The `ClusterSums` of two parts a and b together.

    >>> one = ClusterSums(np.ones(1), np.ones((1, 1)), 0.5)
    >>> merge_cluster_sums(one, one)
    ClusterSums(counts=array([2.]), sums=array([[2.]]), squares=1.0)
    """
    return ClusterSums(*map(lambda p, q: p + q, a, b))


def moved_centres(sums, centres, origin):
    """The mean of each centre's points (k, d); a centre without any stays.

    sums : `ClusterSums` of all points;  centres : (k, d), the present ones;  origin : (d,), of the sums.

    >>> moved_centres(ClusterSums(np.array([2.0, 0.0]), np.array([[2.0], [0.0]]), 0.0), np.array([[5.0], [7.0]]), 3.0)
    array([[4.],
           [7.]])
    """
    filled = sums.counts > 0
    return np.where(filled[:, None], origin + sums.sums / np.where(filled, sums.counts, 1)[:, None], centres)


def _fast(X, centres, origin):
    """`cluster_sums_of`, in blocks that stay in the cache, with the points along the SIMD lanes."""
    from abinitio.streaming.blocked_clusters import add_clusters  # numba loads only where used

    origin, (k, d) = origin.astype(X.dtype), centres.shape
    counts, sums, squares = np.zeros(k), np.zeros((k, d)), 0.0
    near, rows = (centres - origin).astype(X.dtype), max(BLOCK // d, 64)
    for i in range(0, len(X), rows):
        squares += add_clusters(X[i : i + rows] - origin, near, counts, sums)
    return ClusterSums(counts, sums, squares)


cluster_sums_of.fast = _fast  # what an estimator runs where there is one, and else the function itself


def _sums_of(X, centres, origin):
    return getattr(cluster_sums_of, "fast", cluster_sums_of)(X, centres, origin)


class StreamedKMeans(KMeans):
    """`KMeans`, which can also be fitted to rows that do not fit in memory, and to points that come in parts.

    Parameters as there; max_iter is the number of passes in `fit_rows`, and init and n_init say how the sample is
    clustered from which it starts (an array of centres is where the passes themselves start).
    After `fit_rows`: cluster_centers_, inertia_, n_iter_ as there, no labels_;  counts_ (k,), how many points each
    centre has;  n_passes_.
    After `partial_fit`: cluster_centers_;  counts_, of all points so far;  labels_ and inertia_ of the last part.

    >>> from abinitio.data import ArrayRows
    >>> rows = ArrayRows(np.array([[0.0], [1.0], [8.0], [9.0]]))
    >>> model = StreamedKMeans(2, random_state=0).fit_rows(rows)
    >>> np.sort(model.cluster_centers_.ravel()), model.inertia_, model.counts_
    (array([0.5, 8.5]), 1.0, array([2., 2.]))
    """

    def fit(self, X, y=None, sample_weight=None):
        """Find the centres of X (n, d), as `KMeans`. Returns self."""
        super().fit(X, y, sample_weight)
        weights = (
            None if sample_weight is None else np.broadcast_to(np.asarray(sample_weight, float), self.labels_.shape)
        )
        self.counts_ = np.bincount(self.labels_, weights, self.n_clusters).astype(float)
        return self

    def fit_rows(self, rows, *, memory=MEMORY, jobs=None, progress=False):
        """Fit to rows in a file, by passes over them.

        rows : what `abinitio.data.open_rows` returns;  memory, jobs, progress : as in `reduce_rows`.  Returns self.
        """
        sample, settings = spread_sample(rows, SAMPLE // len(rows.columns)), {"memory": memory, "jobs": jobs}
        origin, self.n_features_in_ = sample.mean(axis=0, dtype=float).astype(sample.dtype), sample.shape[1]
        centres, enough = self._first_centres(sample).astype(float), None
        for passes in range(1, self.max_iter + 1):  # noqa: B007
            sums = self._pass(rows, centres, origin, settings, progress)
            if enough is None:
                enough = self.tol * _variance(sums, centres, origin)
            new = moved_centres(sums, centres, origin)
            moved, centres = np.sum((new - centres) ** 2), new
            if moved <= enough:
                break
        if moved > 0:  # the sums are those of the centres before the last move
            sums = self._pass(rows, centres, origin, settings, progress)
        self.n_iter_, self.n_passes_ = passes, passes + bool(moved > 0)
        self.cluster_centers_, self.counts_ = centres.astype(sample.dtype), sums.counts
        self.inertia_ = float(sums.squares)
        vars(self).pop("labels_", None)
        if np.any(sums.counts == 0):
            message = f"only {np.sum(sums.counts > 0)} of n_clusters = {self.n_clusters} clusters have samples"
            warnings.warn(message, ConvergenceWarning, stacklevel=2)
        return self

    def _pass(self, rows, centres, origin, settings, progress):
        summarise = partial(_sums_of, centres=centres, origin=origin)
        return reduce_rows(rows, summarise, merge_cluster_sums, progress=progress, **settings)

    def _first_centres(self, sample):
        """Where the passes start (k, d)."""
        if not (callable(self.init) or isinstance(self.init, str)):
            return self._start(check_array(sample, dtype=FLOATS), None, None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a cluster without samples there may have rows
            return KMeans.fit(clone(self), sample).cluster_centers_

    def partial_fit(self, X, y=None):
        """Move the centres towards these points X (m, d), by as much as they are among all so far. Returns self.

        The first part is clustered as `fit` does; y is ignored.
        """
        if not hasattr(self, "cluster_centers_"):
            return self.fit(X)
        X = validate_data(self, X, dtype=FLOATS, reset=False)
        centres = self.cluster_centers_.astype(float)
        sums = _sums_of(X, centres, X[0])
        self.counts_ = self.counts_ + sums.counts
        share = sums.counts / np.maximum(self.counts_, 1)
        centres += share[:, None] * (moved_centres(sums, centres, X[0]) - centres)
        self.cluster_centers_, self.inertia_ = centres.astype(X.dtype), float(sums.squares)
        self.labels_ = self.predict(X)
        return self


def _variance(sums, centres, origin):
    """The mean variance of a feature, from the sums of all points about their centres."""
    n, d = sums.counts.sum(), centres.shape[1]
    mean = sums.sums.sum(axis=0) / n
    c = centres - origin - mean
    from_centres = sums.sums - sums.counts[:, None] * (centres - origin)
    total = sums.squares + 2 * np.sum(c * from_centres) + sums.counts @ np.sum(c**2, axis=1)
    return total / (n * d)
