"""Density estimation against scikit-learn and SciPy: kernel densities by way of a grid or a tree, their bandwidths,
mixtures by EM, histograms."""

import time
import warnings
from dataclasses import replace

import numpy as np
import sklearn.mixture
import sklearn.neighbors
from scipy.stats import gaussian_kde, lognorm, norm, t
from sklearn.exceptions import ConvergenceWarning

from abinitio.density import (
    GaussianMixture,
    KernelDensity,
    adaptive_log_density,
    freedman_diaconis_width,
    histogram_risk,
    kernel_log_density,
    least_squares_bandwidth,
    likelihood_bandwidth,
    mean_integrated_squared_error,
    sample_mixture,
    scott_width,
    sheather_jones_bandwidth,
    silverman_factor,
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


def many_dimensions(n, d, width, share):
    """n standard normal samples and n queries beside them, in more dimensions than a grid is for.

    width : the bandwidth in units of Silverman's.  A third peer is scikit-learn's tree with our relative error.
    """
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, d))
    X = np.linalg.solve(np.linalg.cholesky(np.cov(X.T)), X.T).T  # of unit covariance: SciPy's kernel is round
    queries, h = X[rng.permutation(n)] + 0.01, width * silverman_factor(n, d)
    contest = kernel_density(X, queries, h, share)
    some = queries[: max(1, int(share * n))]
    tree = sklearn.neighbors.KernelDensity(bandwidth=h, rtol=1e-8).fit(X)
    peer = Peer(
        name="scikit-learn KernelDensity, rtol = 1e-8",
        call=lambda: tree.score_samples(some),
        error=largest_relative,
        bound=2e-8,
        share=len(some) / n,
        at_its_best=True,
    )
    return replace(contest, peers=(*contest.peers, peer))


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


NORMAL = "random: standard normal samples, queries beside them"
SKEWED = np.array([0.75, 0.25]), np.array([[0.0], [1.5]]), np.array([[[1.0]], [[1 / 9]]])  # Marron and Wand's no. 8


def bandwidth_risk_ratio(smoke):
    """Mean integrated squared error at Sheather and Jones' bandwidth, over the least; beside it, that at others'.

    The error is the exact one, the ratio a mean over 20 sets of samples.
    """
    n, rng = 300 if smoke else 1000, np.random.default_rng(0)
    risk = lambda h: mean_integrated_squared_error(*SKEWED, n, h)
    rules = {
        "Sheather-Jones": lambda x: sheather_jones_bandwidth(x[:, 0]),
        "likelihood": likelihood_bandwidth,
        "least squares": least_squares_bandwidth,
        "Silverman": lambda x: silverman_factor(n, 1) * x.std(),
        "SciPy's default (Scott)": lambda x: np.sqrt(gaussian_kde(x[:, 0]).covariance[0, 0]),
    }
    least = min(risk(h) for h in np.geomspace(0.03, 1, 300))
    sets = [sample_mixture(*SKEWED, n, rng)[0] for _ in range(4 if smoke else 20)]
    ratios = {name: np.array([risk(rule(x)) / least for x in sets]) for name, rule in rules.items()}
    ours = ratios.pop("Sheather-Jones")
    return Measured(float(ours.mean()), float(ours.std()), {name: float(r.mean()) for name, r in ratios.items()})


def bandwidth_seconds(smoke):
    """CPU time of the likelihood's bandwidth for 10^5 samples in the plane; beside it, that of others."""
    n, rng = 3000 if smoke else 100_000, np.random.default_rng(0)
    X = rng.standard_normal((n, 2))
    tasks = {
        "likelihood": lambda: likelihood_bandwidth(X),
        "least squares": lambda: least_squares_bandwidth(X),
        "Sheather-Jones, d = 1, ten times the samples": lambda: sheather_jones_bandwidth(rng.standard_normal(10 * n)),
    }
    likelihood_bandwidth(X[:100])  # compiled
    seconds = {}
    for name, task in tasks.items():
        start = time.process_time()
        task()
        seconds[name] = time.process_time() - start
    return Measured(seconds.pop("likelihood"), 0.0, seconds)


def divergence(logs, law, q):
    """Kullback-Leibler divergence (nats) from a law of SciPy to an estimate of logarithm `logs` at the law's quantiles
    q of equal distance."""
    return np.mean(law.logpdf(q) - logs)


def squared_error(logs, law, q):
    """Integrated squared error, in the same terms."""
    return np.mean((np.exp(logs) - law.pdf(q)) ** 2 / law.pdf(q))


def adaptive_over_fixed(law, risk):
    """measure(smoke): the `risk` of the adaptive estimate over that of the fixed, each at its own best bandwidth."""

    def measure(smoke):
        n, rng = 200 if smoke else 1000, np.random.default_rng(0)
        q = law.ppf((np.arange(500) + 0.5) / 500)
        sets = [law.rvs(size=(n, 1), random_state=rng) for _ in range(5 if smoke else 20)]

        def least(estimate):
            widths = np.geomspace(0.05, 1.5, 14)
            return min(np.mean([risk(estimate(X, q[:, None], h), law, q) for X in sets]) for h in widths)

        return Measured(float(least(adaptive_log_density) / least(kernel_log_density)), 0.0, {"fixed": 1.0})

    return measure


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
        data="random: standard normal samples; too many dimensions for a grid",
        kind="random",
        make=lambda: kernel_density(five_dimensions(20_000)[0], five_dimensions(2000)[1], 0.8, 0.25),
        smoke=lambda: kernel_density(*five_dimensions(400), 0.8, 0.5),
    ),
    Row(
        name="KDE, d = 4, 10^5 samples x 10^5 queries, a quarter of Silverman's bandwidth",
        data=NORMAL,
        kind="random",
        make=lambda: many_dimensions(100_000, 4, 0.25, 0.002),
        smoke=lambda: many_dimensions(4000, 4, 0.25, 0.1),
        must=30,
        moonshot=300,
    ),
    Row(
        name="KDE, d = 4, 10^5 samples x 10^5 queries, Silverman's bandwidth",
        data=NORMAL,
        kind="random",
        make=lambda: many_dimensions(100_000, 4, 1.0, 0.001),
        smoke=lambda: many_dimensions(4000, 4, 1.0, 0.1),
        must=10,
        moonshot=50,
    ),
    Row(
        name="KDE, d = 6, 2 * 10^4 samples x 2 * 10^4 queries, Silverman's bandwidth",
        data=NORMAL,
        kind="random",
        make=lambda: many_dimensions(20_000, 6, 1.0, 0.01),
        smoke=lambda: many_dimensions(2000, 6, 1.0, 0.1),
        must=10,
        moonshot=50,
    ),
    Row(
        name="KDE, d = 10, 2 * 10^4 samples x 2 * 10^4 queries, three times Silverman's bandwidth",
        data="random: standard normal samples, queries beside them; no kernel is negligible, all pairs are summed",
        kind="random",
        make=lambda: many_dimensions(20_000, 10, 3.0, 0.01),
        smoke=lambda: many_dimensions(2000, 10, 3.0, 0.1),
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
    Quantity(
        name="KDE: risk with Sheather and Jones' bandwidth over the least",
        data="random: 1000 samples of two Gaussians of width 1 and 1/3, 20 times",
        unit="",
        measure=bandwidth_risk_ratio,
        must=1.2,
    ),
    Quantity(
        name="KDE: likelihood's bandwidth, 10^5 samples, d = 2",
        data="random: standard normal samples",
        unit="s of CPU",
        measure=bandwidth_seconds,
        must=15.0,
    ),
    Quantity(
        name="KDE: divergence of the adaptive estimate over that of the fixed, heavy tails",
        data="random: 1000 samples of Student's law of 3 degrees of freedom, 20 times",
        unit="",
        measure=adaptive_over_fixed(t(3), divergence),
        must=0.3,
    ),
    Quantity(
        name="KDE: squared error of the adaptive estimate over that of the fixed (unfavourable)",
        data="random: 1000 samples of the log-normal law, 20 times; its steep centre dominates",
        unit="",
        measure=adaptive_over_fixed(lognorm(1.0), squared_error),
    ),
)

GROWTH = (
    Growth(
        name="KDE, d = 2",
        data=TWO,
        make=lambda n: kernel_density(*two_groups(n, 2), 0.2, min(1.0, 1000 / n)),
    ),
    Growth(
        name="KDE, d = 5, Silverman's bandwidth",
        data=NORMAL,
        make=lambda n: many_dimensions(n, 5, 1.0, min(1.0, 100 / n)),
    ),
)
