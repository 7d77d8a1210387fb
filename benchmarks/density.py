"""Density estimation against scikit-learn and SciPy: kernel densities by way of a grid, mixtures by EM, histograms."""

import warnings

import numpy as np
import sklearn.mixture
import sklearn.neighbors
from scipy.stats import gaussian_kde, norm
from sklearn.exceptions import ConvergenceWarning

from abinitio.density import (
    GaussianMixture,
    KernelDensity,
    freedman_diaconis_width,
    histogram_risk,
    scott_width,
    sturges_width,
)
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row


def largest_relative(ours, theirs):
    """Largest relative difference of the densities whose logarithms are given; the peer has the first queries only."""
    return np.abs(np.expm1(ours[: len(theirs)] - theirs)).max()


def kernel_density(X, queries, bandwidth, share):
    """The log-densities at the queries, to a relative error of 1e-8; the peers answer a `share` of them, exactly.

    The features are made uncorrelated, of standard deviation 1, since SciPy's kernel has the shape of the covariance.
    """
    L = np.linalg.cholesky(np.atleast_2d(np.cov(X.T)))
    X, queries = (np.ascontiguousarray(np.linalg.solve(L, points.T).T) for points in (X, queries))
    some = queries[: max(1, int(share * len(queries)))]
    tree, law = sklearn.neighbors.KernelDensity(bandwidth=bandwidth).fit(X), gaussian_kde(X.T, bw_method=bandwidth)
    same = {"error": largest_relative, "bound": 1e-8, "share": len(some) / len(queries)}
    return Contest(
        ours=lambda: KernelDensity(bandwidth=bandwidth, rtol=1e-8).fit(X).score_samples(queries),
        peers=(
            Peer(name="scikit-learn KernelDensity", call=lambda: tree.score_samples(some), **same),
            Peer(name="SciPy gaussian_kde", call=lambda: law.logpdf(some.T), **same),
        ),
        check="largest relative difference of the densities",
    )


def two_groups(n, d, seed=0):
    """n samples of two Gaussians of width 1 and 1/2, in random order, and n queries beside them."""
    rng = np.random.default_rng(seed)
    shift = np.array([2.0, 1.0, 0.0])[:d]
    X = np.concatenate([rng.standard_normal((n - n // 2, d)), 0.5 * rng.standard_normal((n // 2, d)) + shift])
    return X, X[rng.permutation(n)] + 0.01


def five_dimensions(n):
    """Standard normal samples in five dimensions, where there is no grid."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((n, 5)), rng.standard_normal((n, 5))


def mixture(X, k, steps=20):
    """EM for full covariances, a fixed number of steps from the same start."""
    start = {"means_init": X[:k], "weights_init": np.full(k, 1 / k)}
    start |= {"precisions_init": np.linalg.inv(np.stack([np.cov(X.T)] * k)), "init_params": "random_from_data"}

    def parameters(cls):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of steps is fixed
            model = cls(k, tol=0, max_iter=steps, random_state=0, **start).fit(X)
        return np.concatenate([[model.lower_bound_], model.means_.ravel(), model.covariances_.ravel()])

    return Contest(
        ours=lambda: parameters(GaussianMixture),
        peers=(
            Peer(
                name="scikit-learn GaussianMixture",
                call=lambda: parameters(sklearn.mixture.GaussianMixture),
                error=lambda ours, theirs: np.abs(ours - theirs).max() / np.abs(theirs).max(),
                bound=1e-8,
            ),
        ),
        check="largest difference of log-likelihood, means and covariances, relative to the largest",
    )


def groups(n, d, k, seed=0):
    """n samples of k Gaussians of width 1 with centres of width 4, in d dimensions."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) + 4 * rng.standard_normal((k, d))[rng.integers(0, k, n)]


def histogram_risk_ratio(smoke):
    """Integrated squared error of a histogram of normal samples with Scott's bins, over the exact least; beside it, of
    Sturges' and of Freedman and Diaconis'."""
    n, rng = 2000 if smoke else 100_000, np.random.default_rng(0)
    x, square = rng.standard_normal(n), 1 / (2 * np.sqrt(np.pi))

    def risk(width):
        edges = width * np.arange(-np.ceil(9 / width), np.ceil(9 / width) + 1)
        return float(histogram_risk(np.diff(norm.cdf(edges)), edges, n, square))

    least = min(risk(width) for width in np.geomspace(0.3, 3, 200) * scott_width(x))
    others = {"Freedman-Diaconis": freedman_diaconis_width, "Sturges": sturges_width}
    return Measured(risk(scott_width(x)) / least, 0.0, {name: risk(rule(x)) / least for name, rule in others.items()})


TWO = "random: two Gaussians of width 1 and 1/2, queries beside the samples"

ROWS = (
    Row(
        name="KDE, d = 2, 10^5 samples x 10^5 queries",
        data=TWO,
        kind="random",
        make=lambda: kernel_density(*two_groups(100_000, 2), 0.1, 0.002),
        smoke=lambda: kernel_density(*two_groups(4000, 2), 0.2, 0.1),
        must=1000,
        moonshot=5000,
    ),
    Row(
        name="KDE, d = 1, 10^5 samples x 10^5 queries",
        data=TWO,
        kind="random",
        make=lambda: kernel_density(*two_groups(100_000, 1), 0.05, 0.002),
        smoke=lambda: kernel_density(*two_groups(4000, 1), 0.1, 0.1),
        must=1000,
        moonshot=5000,
    ),
    Row(
        name="KDE, d = 3, 10^5 samples x 10^5 queries",
        data=TWO,
        kind="random",
        make=lambda: kernel_density(*two_groups(100_000, 3), 0.2, 0.002),
        smoke=lambda: kernel_density(*two_groups(20_000, 3), 0.4, 0.01),
        must=100,
        moonshot=1000,
    ),
    Row(
        name="KDE, d = 5, 2 * 10^4 samples x 2000 queries",
        data="random: standard normal samples; too many dimensions for a grid, so that all pairs are summed",
        kind="random",
        make=lambda: kernel_density(five_dimensions(20_000)[0], five_dimensions(2000)[1], 0.8, 0.25),
        smoke=lambda: kernel_density(*five_dimensions(400), 0.8, 0.5),
        unfavourable=True,
    ),
    Row(
        name="mixture, EM, 2 * 10^5 x 10, k = 10, 20 steps",
        data="random: ten Gaussians of width 1, centres of width 4",
        kind="random",
        make=lambda: mixture(groups(200_000, 10, 10), 10),
        smoke=lambda: mixture(groups(4000, 10, 4), 4),
        must=1.5,
        moonshot=5,
    ),
    Row(
        name="mixture, EM, 10^4 x 64, k = 3, 10 steps",
        data="random: three Gaussians in 64 dimensions, more than the pass along the lanes is for",
        kind="random",
        make=lambda: mixture(groups(10_000, 64, 3), 3, 10),
        smoke=lambda: mixture(groups(1000, 40, 3), 3, 5),
        unfavourable=True,
    ),
)

QUANTITIES = (
    Quantity(
        name="histogram: risk with Scott's bins over the least",
        data="random: standard normal samples",
        unit="",
        measure=histogram_risk_ratio,
        must=1.05,
    ),
)

GROWTH = (
    Growth(
        name="KDE, d = 2",
        data=TWO,
        make=lambda n: kernel_density(*two_groups(n, 2), 0.2, min(1.0, 1000 / n)),
    ),
)
