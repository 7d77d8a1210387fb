"""k-means against scikit-learn, from the same start: the same inertia."""

import warnings

import numpy as np
import sklearn.cluster
from sklearn.exceptions import ConvergenceWarning

from abinitio.cluster import KMeans
from abinitio.neighbors import squared_distances
from benchmarks.row import Contest, Peer, Row


def same_start(X, k, iterations, bound):
    """The centres after at most so many `iterations` of Lloyd's, from the first k points."""

    def centres(cls):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return cls(k, init=X[:k], n_init=1, max_iter=iterations, tol=0).fit(X).cluster_centers_

    return Contest(
        ours=lambda: centres(KMeans),
        peers=(
            Peer(
                name="scikit-learn KMeans",
                call=lambda: centres(sklearn.cluster.KMeans),
                error=lambda ours, theirs: abs(least_inertia(X, ours) / least_inertia(X, theirs) - 1),
                bound=bound,
            ),
        ),
        check="relative difference of the inertia that the centres make possible",
    )


def least_inertia(X, centres):
    """The sum of squared distances of all points to their nearest centre, in float64."""
    blocks = (X[i : i + 50_000].astype(float) for i in range(0, len(X), 50_000))
    return sum(squared_distances(block, centres).min(axis=1).sum() for block in blocks)


def groups(n, d, k, dtype=float, spread=2.0):
    """n points of k Gaussians of width 1, centres of width `spread`."""
    rng = np.random.default_rng(0)
    centres = spread * rng.standard_normal((k, d))
    return (centres[rng.integers(0, k, n)] + rng.standard_normal((n, d))).astype(dtype)


DATA = "random: twenty Gaussians of width 1, centres of width 2"

ROWS = (
    Row(
        name="k-means, 10^6 x 10, k = 20, 20 iterations",
        data=DATA,
        kind="random",
        make=lambda: same_start(groups(1_000_000, 10, 20), 20, 20, 1e-9),
        smoke=lambda: same_start(groups(20_000, 10, 20), 20, 20, 1e-9),
        must=1.5,
        moonshot=5,
    ),
    Row(
        name="k-means, 10^6 x 10, k = 20, 20 iterations, float32",
        data=DATA,
        kind="random",
        make=lambda: same_start(groups(1_000_000, 10, 20, np.float32), 20, 20, 1e-5),
        smoke=lambda: same_start(groups(20_000, 10, 20, np.float32), 20, 20, 1e-5),
        must=1.2,
        moonshot=5,
    ),
    Row(
        name="k-means, 10^5 x 50, k = 100, 20 iterations, no groups",
        data="random: one isotropic Gaussian; the bounds spare little, and a matrix product is the better scan",
        kind="random",
        make=lambda: same_start(groups(100_000, 50, 1, spread=0.0), 100, 20, 1e-9),
        smoke=lambda: same_start(groups(3000, 50, 1, spread=0.0), 30, 20, 1e-9),
        unfavourable=True,
    ),
)

QUANTITIES = ()

GROWTH = ()
