"""Optimal transport against SciPy and, where it is installed, POT: the distance on a line, Sinkhorn, exact plans."""

from importlib.util import find_spec
from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.special import logsumexp
from scipy.stats import wasserstein_distance

from abinitio.information.gaussian_transport import entropic_gaussian_cost
from abinitio.information.optimal_transport import optimal_transport, transport_certificate, transport_cost
from abinitio.information.sinkhorn import entropic_dual, entropic_plan, sinkhorn
from abinitio.information.sinkhorn_scaling import scaled_sinkhorn
from abinitio.information.wasserstein import wasserstein_1d
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row

HAS_POT = find_spec("ot") is not None
ABSENT = "" if HAS_POT else "; POT not run: it is not installed (pip install POT)"


def pot():
    """The library POT, imported where a row needs it."""
    import ot

    return ot


def relative(ours, theirs):
    """Relative difference of two numbers."""
    return abs(ours / theirs - 1)


def plan_difference(ours, theirs):
    """Mass that two plans of the mass 1 move differently."""
    return np.abs(ours - theirs).sum()


def on_a_line(x, y, a=None, b=None, peer="SciPy"):
    """W_1 of samples x and y, weighted by a and b if given."""
    calls = {
        "SciPy wasserstein_distance": lambda: wasserstein_distance(x, y, a, b),
        "POT wasserstein_1d": lambda: float(pot().wasserstein_1d(x, y, a, b, p=1)),
    }
    return Contest(
        ours=lambda: wasserstein_1d(x, y, 1, a, b),
        peers=tuple(
            Peer(name=name, call=call, error=relative, bound=1e-10) for name, call in calls.items() if peer in name
        ),
        check="relative difference of the distances",
    )


def numpy_loop(a, b, cost, epsilon, iterations):
    """Sinkhorn as a textbook has it: two products with one matrix for each iteration."""
    K, u = np.exp(-cost / epsilon), np.ones(len(a)) / len(a)
    for _ in range(iterations):
        v = b / (u @ K)
        u = a / (K @ v)
    return u[:, None] * K * v


def logarithm_loop(a, b, cost, epsilon, iterations):
    """Sinkhorn as a textbook has it for small epsilon: logarithms of sums."""
    M, f = -cost / epsilon, np.zeros(len(a))
    for _ in range(iterations):
        g = np.log(b) - logsumexp(M + f[:, None], axis=0)
        f = np.log(a) - logsumexp(M + g, axis=1)
    return np.exp(f[:, None] + g + M)


def iterations_of_sinkhorn(a, b, cost, epsilon, iterations=200, logarithms=False, bound=1e-10):
    """The plan after so many iterations from the same start; epsilon in units of the largest cost."""
    method = "sinkhorn_log" if logarithms else "sinkhorn"
    loop = logarithm_loop if logarithms else numpy_loop
    settings = {"method": method, "numItermax": iterations, "stopThr": 0, "warn": False}
    theirs = lambda: pot().sinkhorn(a, b, cost, epsilon, **settings)
    peers = []
    if HAS_POT:
        peers.append(Peer(name=f"POT {method}", call=theirs, error=plan_difference, bound=bound))
    if not (HAS_POT and logarithms):
        name = "NumPy, logarithms of sums" if logarithms else "NumPy, one matrix"
        call = lambda: loop(a, b, cost, epsilon, iterations)
        best = not logarithms
        peers.append(Peer(name=name, call=call, error=plan_difference, bound=bound, at_its_best=best))

    def ours():
        result = scaled_sinkhorn(a, b, cost, epsilon, 0.0, iterations)
        return entropic_plan(result.f, result.g, a, b, cost, epsilon)

    return Contest(ours=ours, peers=tuple(peers), check="mass that the plans move differently")


def sinkhorn_to_the_end(a, b, cost, epsilon, tol=1e-9):
    """The plan whose marginals are right to tol, as a user calls for it; epsilon in units of the largest cost."""

    def ours():
        return entropic_plan(*sinkhorn(a, b, cost, epsilon, tol), a, b, cost, epsilon)

    theirs = lambda: pot().sinkhorn(a, b, cost, epsilon, numItermax=100_000, stopThr=tol, warn=False)
    loop = lambda: numpy_loop(a, b, cost, epsilon, 1000)
    peers = [Peer(name="NumPy loop, 1,000 iterations", call=loop, error=plan_difference, bound=1e-7)]
    if HAS_POT:
        peers = [Peer(name="POT sinkhorn", call=theirs, error=plan_difference, bound=1e-6)]
    return Contest(ours=ours, peers=tuple(peers), check="mass that the plans move differently")


def exact(a, b, cost):
    """The least cost of a plan; with equal masses SciPy solves it as an assignment, which is less general."""
    peers = []
    if HAS_POT:
        call = lambda: float(np.sum(pot().emd(a, b, cost) * cost))
        peers.append(Peer(name="POT emd", call=call, error=relative, bound=1e-10))
    if len(a) == len(b) and np.ptp(a) == np.ptp(b) == 0:
        call = lambda: cost[linear_sum_assignment(cost)].sum() * a[0]
        name = "SciPy linear_sum_assignment"
        peers.append(Peer(name=name, call=call, error=relative, bound=1e-10, at_its_best=True))
    ours = lambda: transport_cost(optimal_transport(a, b, cost).plan, cost)
    return Contest(ours=ours, peers=tuple(peers), check="relative difference of the costs")


def gaussians(n, m=None, weighted=False):
    """Samples of N(0, 1) and of N(1, 4), with random weights if asked for."""
    rng, m = np.random.default_rng(0), m or n
    x, y = rng.standard_normal(n), 1 + 2 * rng.standard_normal(m)
    return (x, y, rng.exponential(size=n), rng.exponential(size=m)) if weighted else (x, y)


def clouds(n, weighted=False):
    """Two clouds of points in the plane, (1, 1) apart: masses, and squared distances over the largest."""
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((n, 2)), rng.standard_normal((n, 2)) + 1
    cost = np.sum((X[:, None] - Y) ** 2, axis=2)
    a = np.full(n, 1 / n)
    masses = (rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(n))) if weighted else (a, a)
    return *masses, cost / cost.max()


def entropic_gaussian_error(smoke):
    """Largest relative error of the entropic cost between Gaussians on a grid, over temperatures."""
    x, errors = np.linspace(-9, 9, 201 if smoke else 601), []
    a, b = (p / p.sum() for p in (np.exp(-(x**2) / 2), np.exp(-((x - 1) ** 2) / 0.98)))
    cost = np.subtract.outer(x, x) ** 2
    for epsilon in (0.3, 1.0, 10.0):
        f, g = sinkhorn(a, b, cost, epsilon, tol=1e-11)
        known = entropic_gaussian_cost(np.zeros(1), np.eye(1), np.ones(1), 0.49 * np.eye(1), epsilon)
        errors.append(relative(entropic_dual(f, g, a, b, cost, epsilon), known))
    return Measured(max(errors), 0.0)


def proof_of_optimality(smoke):
    """Largest failure of what proves an exact plan optimal, relative to the largest cost: prices, slackness, gap."""
    failures = []
    for weighted in (False, True):
        a, b, cost = clouds(100 if smoke else 700, weighted)
        failures += transport_certificate(*optimal_transport(a, b, cost), a, b, cost)
    return Measured(max(np.abs(failures)), 0.0)


def excess_at_small_epsilon(smoke):
    """Entropic plans' cost above the exact one over its bound epsilon log n, the largest for three epsilons."""
    n = 60 if smoke else 300
    a, b, cost = clouds(n)
    least = transport_cost(optimal_transport(a, b, cost).plan, cost)
    shares = []
    for epsilon in (0.03, 0.003, 0.0003):
        P = entropic_plan(*sinkhorn(a, b, cost, epsilon), a, b, cost, epsilon)
        shares.append((transport_cost(P, cost) - least) / (epsilon * np.log(n)))
    beside = {"least share": float(min(shares)), "falls": float(all(s >= t for s, t in pairwise(shares)))}
    return Measured(max(shares), 0.0, beside)


LINE = "random: samples of N(0, 1) and of N(1, 4)"
PLANE = "random: two Gaussian clouds in the plane, equal masses, squared distances" + ABSENT
WEIGHTED = "random: two Gaussian clouds in the plane, masses uniform on the simplex, squared distances" + ABSENT

ROWS = (
    Row(
        name="Wasserstein 1-d, 10^6 and 10^6 samples",
        data=LINE,
        kind="random",
        make=lambda: on_a_line(*gaussians(10**6)),
        smoke=lambda: on_a_line(*gaussians(20_000)),
        must=15,
    ),
    Row(
        name="Wasserstein 1-d, 10^6 and 7 10^5 weighted samples",
        data=LINE + ", weights exponentially distributed",
        kind="random",
        make=lambda: on_a_line(*gaussians(10**6, 700_000, weighted=True)),
        smoke=lambda: on_a_line(*gaussians(20_000, 14_000, weighted=True)),
        unfavourable=True,
    ),
    Row(
        name="Sinkhorn 1000 x 1000, 200 iterations, epsilon = 0.003 of the largest cost",
        data=PLANE,
        kind="random",
        make=lambda: iterations_of_sinkhorn(*clouds(1000), 0.003),
        smoke=lambda: iterations_of_sinkhorn(*clouds(300), 0.003, bound=1e-6),
        must=2,
        moonshot=4,
    ),
    Row(
        name="Sinkhorn 1000 x 1000, 200 iterations, epsilon = 0.05 of the largest cost",
        data=PLANE + "; right to float32 after 20 iterations, so that float64 does the rest",
        kind="random",
        make=lambda: iterations_of_sinkhorn(*clouds(1000), 0.05),
        smoke=lambda: iterations_of_sinkhorn(*clouds(300), 0.05),
        unfavourable=True,
    ),
    Row(
        name="Sinkhorn 1000 x 1000, 200 iterations, epsilon = 0.001 of the largest cost",
        data=PLANE + "; the marginals are still wrong by 1e-3 then",
        kind="random",
        make=lambda: iterations_of_sinkhorn(*clouds(1000), 1e-3, logarithms=True, bound=1e-6),
        smoke=lambda: iterations_of_sinkhorn(*clouds(200), 1e-3, logarithms=True, bound=1e-6),
        must=20,
        moonshot=50,
    ),
    Row(
        name="Sinkhorn 1000 x 1000, to 1e-9, epsilon = 0.01 of the largest cost",
        data=PLANE,
        kind="random",
        make=lambda: sinkhorn_to_the_end(*clouds(1000), 0.01),
        smoke=lambda: sinkhorn_to_the_end(*clouds(200), 0.02),
    ),
    Row(
        name="Sinkhorn 100 x 100, 200 iterations, epsilon = 0.05 of the largest cost",
        data=PLANE + "; a kernel that is in the cache anyway",
        kind="random",
        make=lambda: iterations_of_sinkhorn(*clouds(100), 0.05),
        smoke=lambda: iterations_of_sinkhorn(*clouds(50), 0.05),
        unfavourable=True,
    ),
    Row(
        name="transport, exact, 500 points, equal masses",
        data=PLANE,
        kind="random",
        make=lambda: exact(*clouds(500)),
        smoke=lambda: exact(*clouds(100)),
    ),
    Row(
        name="transport, exact, 1000 points, equal masses",
        data=PLANE,
        kind="random",
        make=lambda: exact(*clouds(1000)),
        smoke=lambda: exact(*clouds(150)),
    ),
)

if HAS_POT:
    ROWS += (
        Row(
            name="Wasserstein 1-d, 10^6 and 10^6 samples, POT",
            data=LINE,
            kind="random",
            make=lambda: on_a_line(*gaussians(10**6), peer="POT"),
            smoke=lambda: on_a_line(*gaussians(20_000), peer="POT"),
            must=8,
        ),
        Row(
            name="transport, exact, 1000 points",
            data=WEIGHTED,
            kind="random",
            make=lambda: exact(*clouds(1000, weighted=True)),
            smoke=lambda: exact(*clouds(150, weighted=True)),
            unfavourable=True,
        ),
    )

QUANTITIES = (
    Quantity(
        name="transport: entropic cost between Gaussians against its closed form",
        data="structured: Gaussian weights on a grid, epsilon = 0.3, 1, 10 variances",
        unit="relative",
        measure=entropic_gaussian_error,
        must=1e-8,
    ),
    Quantity(
        name="transport: what the proof of an exact plan leaves open",
        data="random: two Gaussian clouds in the plane, equal and random masses",
        unit="of the largest cost",
        measure=proof_of_optimality,
        must=1e-12,
    ),
    Quantity(
        name="transport: excess cost of entropic plans over its bound epsilon log n",
        data="random: two Gaussian clouds in the plane, equal masses",
        unit="",
        measure=excess_at_small_epsilon,
        must=1.0,
    ),
)

GROWTH = (Growth(name="Wasserstein 1-d", data=LINE, make=lambda n: on_a_line(*gaussians(n))),)
