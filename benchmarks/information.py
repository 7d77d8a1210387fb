"""Information measures: mutual information by neighbours against scikit-learn; theory as the bound of the rest."""

import numpy as np
import sklearn.feature_selection

from abinitio.information.entropy import entropy
from abinitio.information.entropy_estimators import (
    expected_sum,
    grassberger_terms,
    jackknife_terms,
    miller_madow_terms,
    plug_in_terms,
)
from abinitio.information.exponential_family import EXPONENTIAL_FAMILIES, bregman_divergence, normal_natural
from abinitio.information.f_divergence import F_DIVERGENCES, f_divergence
from abinitio.information.fisher import sampled_fisher_with_error
from abinitio.information.fisher_families import FAMILIES, normal_divergence
from abinitio.information.fisher_geometry import fisher_geodesic, geodesic_velocity, shoot_geodesic
from abinitio.information.mutual_information import gaussian_mutual_information
from abinitio.information.nearest_neighbour_information import ksg_error, ksg_mutual_information
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row


def gaussian_pairs(n, rho, seed=0):
    """n pairs of Gaussian numbers with correlation rho, each divided by its standard deviation."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    y = rho * x + np.sqrt(1 - rho**2) * rng.standard_normal(n)
    return x / x.std(), y / y.std()


def neighbour_information(x, y, k=3):
    """The estimate by Kraskov, Stögbauer and Grassberger; scikit-learn's adds noise of 1e-10 to the data."""
    theirs = lambda: sklearn.feature_selection.mutual_info_regression(x[:, None], y, n_neighbors=k, random_state=0)[0]
    peer = Peer(
        name="scikit-learn mutual_info_regression",
        call=theirs,
        error=lambda ours, theirs: abs(ours - theirs),
        bound=1e-6,
    )
    return Contest(
        ours=lambda: float(ksg_mutual_information(x, y, k)), peers=(peer,), check="difference of the estimates, in nats"
    )


def ksg_in_errors(smoke):
    """The estimate for Gaussian pairs against -ln(1 - rho²)/2, in standard errors; beside it, for three rho in nats."""
    n, found = 2000 if smoke else 20_000, {}
    for rho in (0.0, 0.6, 0.9):
        x, y = gaussian_pairs(n, rho)
        exact = gaussian_mutual_information(np.array([[1, rho], [rho, 1]]))
        found[f"rho = {rho}"] = float(ksg_mutual_information(x, y) - exact), float(ksg_error(x, y))
    worst = max(abs(difference) / error for difference, error in found.values())
    return Measured(worst, 1.0, {name: difference for name, (difference, _) in found.items()})


def entropy_bias(smoke):
    """The exact bias of Grassberger's entropy for letters of a power law, in nats; beside it, those of the others."""
    p = 1 / np.arange(1, 28)
    p, n = p / p.sum(), 200
    bias = lambda terms: float(abs(expected_sum(terms, p, n) - entropy(p)))
    others = {"plug-in": plug_in_terms, "Miller-Madow": miller_madow_terms, "jackknife": jackknife_terms}
    return Measured(bias(grassberger_terms), 0.0, {name: bias(terms) for name, terms in others.items()})


def fisher_in_errors(smoke):
    """Sampled Fisher information against the closed forms: root mean square of difference / error of the diagonals."""
    n, repeats, rng, pulls = 2000, 10 if smoke else 100, np.random.default_rng(0), []
    thetas = {"normal": [0.7, 1.8], "Bernoulli": [0.3], "Poisson": [2.5], "exponential": [0.6]}
    for name, theta in ((name, np.array(theta)) for name, theta in thetas.items()):
        for _ in range(repeats):
            scores = FAMILIES[name].score(FAMILIES[name].draw(theta, n, rng), theta)
            information, error = sampled_fisher_with_error(scores)
            pulls += list(np.diag((information - FAMILIES[name].fisher(theta)) / error))
    return Measured(float(np.sqrt(np.mean(np.square(pulls)))), 1 / np.sqrt(2 * len(pulls)))


def geodesic_difference(smoke):
    """The integrated geodesics of the normal densities against the closed form: the largest difference of many."""
    rng, t = np.random.default_rng(0), np.linspace(0, 1, 11)
    largest = 0.0
    for _ in range(5 if smoke else 50):
        a, b = ((rng.normal(0, 2), np.exp(rng.normal(0, 1))) for _ in range(2))
        path = shoot_geodesic(a, geodesic_velocity(a, b), t)
        largest = max(largest, float(np.abs(path - fisher_geodesic(a, b, t)).max()))
    return Measured(largest, 0.0)


def identities(smoke):
    """The largest violation, in nats, of data processing by f-divergences and of Bregman's form of the divergence."""
    rng, worst = np.random.default_rng(0), -np.inf
    normal = EXPONENTIAL_FAMILIES["normal"]
    for _ in range(20 if smoke else 500):
        p, q, W = rng.dirichlet(np.ones(6)), rng.dirichlet(np.ones(6)), rng.dirichlet(np.ones(4), 6)
        for member in F_DIVERGENCES.values():
            worst = max(worst, f_divergence(p @ W, q @ W, *member) - f_divergence(p, q, *member))
        a, b = ((rng.normal(), np.exp(rng.normal())) for _ in range(2))
        by_bregman = bregman_divergence(normal, normal_natural(a), normal_natural(b))
        worst = max(worst, abs(by_bregman / normal_divergence(a, b) - 1))
    return Measured(float(worst), 0.0)


ROWS = (
    Row(
        name="mutual information by neighbours, n = 20000",
        data="random: Gaussian pairs with correlation 0.6",
        kind="random",
        make=lambda: neighbour_information(*gaussian_pairs(20_000, 0.6)),
        smoke=lambda: neighbour_information(*gaussian_pairs(1000, 0.6)),
        must=2,
        moonshot=4,
    ),
    Row(
        name="mutual information by neighbours, n = 20000, k = 50",
        data="random: Gaussian pairs with correlation 0.6; most of the work is the search that both have in common",
        kind="random",
        make=lambda: neighbour_information(*gaussian_pairs(20_000, 0.6), k=50),
        smoke=lambda: neighbour_information(*gaussian_pairs(1000, 0.6), k=50),
        unfavourable=True,
    ),
)

QUANTITIES = (
    Quantity(
        name="information: neighbours against the closed form of Gaussians",
        data="random: Gaussian pairs, correlation 0, 0.6, 0.9",
        unit="standard errors",
        measure=ksg_in_errors,
        must=4.0,
    ),
    Quantity(
        name="information: bias of Grassberger's entropy from counts",
        data="structured: 27 letters with probabilities as 1/rank, 200 draws",
        unit="nats",
        measure=entropy_bias,
        must=1e-3,
    ),
    Quantity(
        name="information: sampled Fisher information, rms of difference / error",
        data="random: draws of the normal, Bernoulli, Poisson and exponential families",
        unit="",
        measure=fisher_in_errors,
        must=1.2,
    ),
    Quantity(
        name="information: integrated geodesics of the normal densities against the half-circles",
        data="random: pairs of densities",
        unit="",
        measure=geodesic_difference,
        must=1e-7,
    ),
    Quantity(
        name="information: largest violation of data processing and of Bregman's identity",
        data="random: distributions of 6 outcomes, channels of 4; pairs of normal densities",
        unit="nats",
        measure=identities,
        must=1e-11,
    ),
)

GROWTH = (
    Growth(
        name="mutual information by neighbours",
        data="random: Gaussian pairs with correlation 0.6",
        make=lambda n: neighbour_information(*gaussian_pairs(n, 0.6)),
    ),
)
