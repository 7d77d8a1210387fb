"""Nearest neighbours against scikit-learn and SciPy: the same neighbours, up to the order of equal distances."""

import numpy as np
import sklearn.datasets
import sklearn.neighbors
from scipy.spatial import cKDTree
from scipy.stats import norm

from abinitio.data.mnist import load_mnist_5k
from abinitio.neighbors import (
    KNeighborsClassifier,
    KNeighborsRegressor,
    bayes_risk,
    cover_hart_bound,
    median_extremes_of_gaussian,
    nearest_neighbour_risk,
    squared_distances,
)
from benchmarks.digits import accuracy
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row


def neighbour_error(X, Q):
    """error(ours, theirs) of pairs (distances, indices) in one array: how far the two lists of neighbours differ.

    The distances of both lists from the queries Q are computed anew, in float64, and held against each other and
    against the distances that we report, relative to the largest; the peer may have answered the first of Q only.
    """

    def measured(indices, queries):
        rows = indices.astype(int)
        valid = np.array_equal(rows, indices) and 0 <= rows.min() and rows.max() < len(X)
        return np.sqrt(((queries[:, None] - X[rows]) ** 2).sum(axis=2)) if valid else np.inf

    def error(ours, theirs):
        some = slice(theirs.shape[1])
        a, b = measured(ours[1, some], Q[some]), measured(theirs[1], Q[some])
        return max(np.abs(a - b).max(), np.abs(a - ours[0, some]).max()) / np.max(b)

    return error


def many_dimensions(X, Q, k=5, anew=False):
    """The k nearest of the queries Q; fitted before the clock runs, or `anew` within it."""
    ours, peer = KNeighborsRegressor(k), sklearn.neighbors.NearestNeighbors(n_neighbors=k, algorithm="brute")
    best, zeros = sklearn.neighbors.NearestNeighbors(n_neighbors=k, algorithm="brute"), np.zeros(len(X))
    X32, Q32 = X.astype(np.float32), Q.astype(np.float32)
    ours.fit(X, zeros), peer.fit(X), best.fit(X32)
    mine = lambda: (ours.fit(X, zeros) if anew else ours).kneighbors(Q)
    theirs = lambda: (peer.fit(X) if anew else peer).kneighbors(Q)
    error = neighbour_error(X, Q)
    return Contest(
        ours=lambda: np.array(mine()),
        peers=(
            Peer(name="scikit-learn brute", call=lambda: np.array(theirs()), error=error, bound=1e-12),
            Peer(
                name="scikit-learn brute, float32",
                call=lambda: np.array(best.kneighbors(Q32)),
                error=error,
                bound=1e-5,
                at_its_best=True,
            ),
        ),
        check="largest difference of the neighbours' distances",
    )


def few_dimensions(X, k=5, share=1.0, peers=("scikit-learn auto", "SciPy cKDTree"), best=()):
    """The k nearest of every sample, itself included, samples stored within the clock; peers answer a `share` of them;
    `best` : peers that are reported only."""
    some = X[: round(share * len(X))]
    tree = lambda: sklearn.neighbors.NearestNeighbors(n_neighbors=k).fit(X).kneighbors(some)
    calls = {
        "scikit-learn auto": lambda: np.array(tree()),
        "SciPy cKDTree": lambda: np.array(cKDTree(X).query(some, k)),
    }
    model, zeros, error = KNeighborsRegressor(k), np.zeros(len(X)), neighbour_error(X, X)
    return Contest(
        ours=lambda: np.array(model.fit(X, zeros).kneighbors(X)),
        peers=tuple(
            Peer(name=name, call=calls[name], error=error, bound=1e-12, share=share, at_its_best=name in best)
            for name in (*peers, *best)
        ),
        check="largest difference of the neighbours' distances",
    )


def shifted_digits(n, queries):
    """n images of 784 pixels: MNIST's training digits, each shifted in several ways; test digits as queries."""
    X = load_mnist_5k().X
    images = X[:4000].reshape(-1, 28, 28)
    moves = [(i, j) for i in (0, -1, 1, -2, 2) for j in (0, -1, 1)][: -(-n // 4000)]
    return np.concatenate([np.roll(images, move, axis=(1, 2)) for move in moves]).reshape(-1, 784)[:n], X[4000:][
        :queries
    ]


def small_digits(queries=297):
    """The digits of 64 pixels that scikit-learn ships; the last of them as queries."""
    X = sklearn.datasets.load_digits().data
    return X[:-queries], X[-queries:]


def gaussian(n, d, queries=None, seed=0):
    """Independent Gaussian features: samples, and queries if asked for."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X if queries is None else (X, rng.standard_normal((queries, d)))


def lattice(n, side, seed=0):
    """n points at random sites of a square lattice: most distances occur many times."""
    return np.random.default_rng(seed).integers(0, side, (n, 2)).astype(float)


def risk_in_errors(smoke, shift=2.0):
    """|measured - exact| risk of one neighbour for two Gaussians `shift` apart, in standard errors."""
    rng, sets, n = np.random.default_rng(0), 20 if smoke else 100, 2000
    risks = np.empty(sets)
    for i in range(sets):
        y = rng.integers(0, 2, 2 * n)
        X = (shift * y + rng.standard_normal(2 * n))[:, None]
        risks[i] = 1 - KNeighborsClassifier(1).fit(X[:n], y[:n]).score(X[n:], y[n:])
    x = np.linspace(-9, 9 + shift, 20_001)
    densities = np.stack([norm.pdf(x), norm.pdf(x - shift)], axis=1)
    posteriors, weights = densities / densities.sum(axis=1, keepdims=True), densities.sum(axis=1) / densities.sum()
    exact, best = nearest_neighbour_risk(posteriors, weights), bayes_risk(posteriors, weights)
    beside = {"measured": risks.mean(), "exact": exact, "Bayes": best, "bound": cover_hart_bound(best, 2)}
    return Measured(abs(risks.mean() - exact) / (risks.std(ddof=1) / np.sqrt(sets)), 1.0, beside)


def median_in_errors(smoke, d=100, n=20):
    """How often the nearest of n Gaussian samples in d dimensions is nearer than its exact median, against one half."""
    rng, sets = np.random.default_rng(0), 500 if smoke else 5000
    squares = squared_distances(rng.standard_normal((sets * n, d)), np.zeros((1, d))).reshape(sets, n)
    nearest, farthest = median_extremes_of_gaussian(n, d)
    below = np.mean(np.sqrt(squares.min(axis=1)) < nearest)
    beside = {"median of the nearest": nearest, "of the farthest": farthest}
    return Measured(abs(below - 0.5) * 2 * np.sqrt(sets), 1.0, beside)


SHIFTED = "real: 4,000 digits of MNIST, each shifted in 15 ways by up to 2 pixels; other digits as queries"
FLAT = "random: independent Gaussian features"

ROWS = (
    Row(
        name="kNN 60000 x 784, 1,000 queries, k = 5",
        data=SHIFTED,
        kind="real",
        make=lambda: many_dimensions(*shifted_digits(60_000, 1000)),
        smoke=lambda: many_dimensions(*small_digits()),
        must=4,
        moonshot=8,
    ),
    Row(
        name="kNN 60000 x 784, 1,000 queries, k = 5, samples stored anew",
        data=SHIFTED,
        kind="real",
        make=lambda: many_dimensions(*shifted_digits(60_000, 1000), anew=True),
        smoke=lambda: many_dimensions(*small_digits(), anew=True),
        unfavourable=True,
    ),
    Row(
        name="kNN 60000 x 784, 1,000 queries, k = 5, isotropic",
        data=FLAT + ": no axis is better than another",
        kind="random",
        make=lambda: many_dimensions(*gaussian(60_000, 784, 1000)),
        smoke=lambda: many_dimensions(*gaussian(2000, 100, 200)),
        unfavourable=True,
    ),
    Row(
        name="kNN 5 10^4 x 10, all samples, k = 5",
        data=FLAT,
        kind="random",
        make=lambda: few_dimensions(
            gaussian(50_000, 10), share=0.1, peers=["scikit-learn auto"], best=["SciPy cKDTree"]
        ),
        smoke=lambda: few_dimensions(gaussian(2000, 10)),
        must=3,
        moonshot=6,
    ),
    Row(
        name="kNN 10^5 x 2, all samples, k = 5",
        data=FLAT,
        kind="random",
        make=lambda: few_dimensions(gaussian(100_000, 2), peers=["SciPy cKDTree"], best=["scikit-learn auto"]),
        smoke=lambda: few_dimensions(gaussian(3000, 2)),
        must=1,
        moonshot=1.5,
    ),
    Row(
        name="kNN 10^5 x 2, all samples, k = 5, lattice",
        data="structured: sites of a 200 x 200 lattice; most distances occur many times",
        kind="structured",
        make=lambda: few_dimensions(lattice(100_000, 200), peers=["SciPy cKDTree"]),
        smoke=lambda: few_dimensions(lattice(3000, 30), peers=["SciPy cKDTree"]),
        unfavourable=True,
    ),
)

QUANTITIES = (
    *accuracy("kNN, 3 neighbours", KNeighborsClassifier(3), sklearn.neighbors.KNeighborsClassifier(3), 0.094),
    Quantity(
        name="kNN: risk of one neighbour against its exact value",
        data="random: two Gaussian classes 2 apart, 2,000 samples",
        unit="standard errors",
        measure=risk_in_errors,
        must=4.0,
    ),
    Quantity(
        name="kNN: distance of the nearest of 20 samples in 100 dimensions against its exact median",
        data="random: independent Gaussian features",
        unit="standard errors",
        measure=median_in_errors,
        must=4.0,
    ),
)

GROWTH = (
    Growth(
        name="kNN, d = 2, all samples",
        data=FLAT,
        make=lambda n: few_dimensions(gaussian(n, 2), peers=["SciPy cKDTree"], best=["scikit-learn auto"]),
    ),
)
