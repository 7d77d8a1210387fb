"""Markov chains against emcee, where it is installed: the stretch move, effective samples; and against exact values."""

from functools import partial
from importlib.util import find_spec

import numpy as np

from abinitio._core.series import autocorrelation_time, effective_sample_size
from abinitio.sampling.adaptation import warm_up
from abinitio.sampling.chain import collect
from abinitio.sampling.diagnostics import bulk_effective_sample_size, rank_r_hat
from abinitio.sampling.gibbs import change_point_posterior, change_point_walk, gaussian_gibbs_walk
from abinitio.sampling.hamiltonian import hamiltonian_walk
from abinitio.sampling.metropolis import gaussian_acceptance, optimal_scale, random_walk
from abinitio.sampling.no_u_turn import no_u_turn_walk, no_u_turn_warm_up
from abinitio.sampling.stretch import stretch_walk
from benchmarks.row import Contest, Measured, Peer, Quantity, Row

HAS_EMCEE = find_spec("emcee") is not None
ABSENT = "" if HAS_EMCEE else "; emcee not run: it is not installed (pip install emcee)"


def recorded(walk, n, every=1):
    """n states of a walk, one of each `every`, and the positions and log densities of one more."""
    samples, _ = collect(walk, n, every=every)
    last = next(walk)
    return samples, last.x, last.log_p


def emcee_chain(x, log_p, n, every=1):
    """The same of emcee from the start x (walkers, d), all walkers of a half in one call of log_p."""
    import emcee

    sampler = emcee.EnsembleSampler(*x.shape, log_p, vectorize=True)
    sampler.random_state = np.random.RandomState(1).get_state()
    last = sampler.run_mcmc(x, n, thin_by=every)
    return sampler.get_chain(), last.coords, last.log_prob


def loop_over_walkers(x, log_p, n, a=2.0):
    """The same by a textbook's loop, walker by walker; log_p alone is called for a half at once."""
    rng, x, log_p_x = np.random.default_rng(1), x.copy(), log_p(x)
    walkers, d = x.shape
    chain, proposals, log_volume = np.empty((n, walkers, d)), np.empty((walkers // 2, d)), np.empty(walkers // 2)
    for t in range(n):
        order = rng.permutation(walkers)
        for moved, fixed in (
            (order[: walkers // 2], order[walkers // 2 :]),
            (order[walkers // 2 :], order[: walkers // 2]),
        ):
            for i, k in enumerate(moved):
                partner, z = x[fixed[rng.integers(len(fixed))]], (1 + (a - 1) * rng.random()) ** 2 / a
                proposals[i], log_volume[i] = partner + z * (x[k] - partner), (d - 1) * np.log(z)
            log_p_new = log_p(proposals)
            for i, k in enumerate(moved):
                if np.log(1 - rng.random()) < log_volume[i] + log_p_new[i] - log_p_x[k]:
                    x[k], log_p_x[k] = proposals[i], log_p_new[i]
        chain[t] = x
    return chain, x, log_p_x


def difference_in_errors(ours, theirs, log_p):
    """The means of up to five coordinates and of their squares, ours against theirs: the largest difference in units of
    its standard error, from the autocorrelations within chains; infinite where a state's log density is not log_p's."""
    for _, x, value in (ours, theirs):
        if not np.allclose(value, log_p(x), rtol=1e-9, atol=1e-9):
            return np.inf
    ours, theirs = ours[0], theirs[0]
    largest = 0.0
    for i in range(min(ours.shape[-1], 5)):
        for power in (1, 2):
            one, other = ours[..., i] ** power, theirs[..., i] ** power
            variance = sum(values.var() / effective_sample_size(values) for values in (one, other))
            largest = max(largest, abs(one.mean() - other.mean()) / np.sqrt(variance))
    return largest


def stretch(walkers, d, n, log_p):
    """n steps of the stretch move from one start in equilibrium, with as many calls of log_p on both sides."""
    x = np.random.default_rng(0).standard_normal((walkers, d))
    name, theirs = (
        ("emcee, vectorised", emcee_chain) if HAS_EMCEE else ("NumPy, a loop over walkers", loop_over_walkers)
    )
    return Contest(
        ours=lambda: recorded(stretch_walk(x, log_p, 2.0, np.random.default_rng(1)), n),
        peers=(
            Peer(
                name=name, call=lambda: theirs(x, log_p, n), error=partial(difference_in_errors, log_p=log_p), bound=5.0
            ),
        ),
        check="largest difference of means and mean squares, in standard errors",
    )


def standard_normal(x):
    """Log density of independent standard normals, up to a constant."""
    return -0.5 * (x**2).sum(axis=-1)


def costly_normal(rows, d):
    """The same from the residuals of a linear fit to `rows` measurements, whose design has orthogonal columns."""
    A = np.linalg.qr(np.random.default_rng(2).standard_normal((rows, d)))[0]
    return lambda x: -0.5 * ((x @ A.T) ** 2).sum(axis=-1)


def least_effective_size(samples, P):
    """The least effective sample size, chains (n, chains, d) taken as independent, of a coordinate, of the square of
    another, and of the log density: the slowest of what a user may ask for."""
    energy = ((samples @ P) * samples).sum(axis=-1)
    return min(effective_sample_size(v) for v in (samples[..., 0], samples[..., samples.shape[-1] // 2] ** 2, energy))


def hamiltonian(n_steps, n):
    """A sampler, (draws, log_p, score) -> n states of 40 chains, by Hamiltonian Monte Carlo of a given length, warm-up
    included; it begins with draws(40), independent draws of the law."""

    def sample(draws, log_p, score):
        rng = np.random.default_rng(1)
        x, step, inverse_mass = warm_up(draws(40), log_p, score, n_steps, 80, 0.8, rng)
        return recorded(hamiltonian_walk(x, log_p, score, step, n_steps, inverse_mass, rng), n)

    return sample


def no_u_turn(n):
    """The same by the no-U-turn sampler, which is given no length."""

    def sample(draws, log_p, score):
        rng = np.random.default_rng(1)
        x, step, inverse_mass = no_u_turn_warm_up(draws(40), log_p, score, 80, 0.8, rng)
        return recorded(no_u_turn_walk(x, log_p, score, step, inverse_mass, rng), n)

    return sample


def walkers(d, n, every=1):
    """The samplers by walkers, which need no warm-up, with their names."""
    count = max(2 * d, 40)
    ours = lambda draws, log_p, score: recorded(
        stretch_walk(draws(count), log_p, 2.0, np.random.default_rng(1)), n, every
    )
    theirs = lambda draws, log_p, score: emcee_chain(draws(count), log_p, n, every)
    return {"our stretch move": ours} | ({"emcee, vectorised": theirs} if HAS_EMCEE else {})


def effective_samples(d, ours, others):
    """A sampler against others, by name; all start in equilibrium.

    A peer's time is divided by its share of our effective samples, both from runs with the seeds of the contest."""
    distance = np.abs(np.subtract.outer(np.arange(d), np.arange(d)))
    C = 0.9**distance  # neighbours are correlated by 0.9: a condition number of 300
    P, root = np.linalg.inv(C), np.linalg.cholesky(C)
    log_p, score = lambda x: -0.5 * ((x @ P) * x).sum(axis=-1), lambda x: -x @ P
    draws = lambda count: np.random.default_rng(0).standard_normal((count, d)) @ root.T
    calls = {name: partial(sampler, draws, log_p, score) for name, sampler in others.items()}
    wanted = least_effective_size(ours(draws, log_p, score)[0], P)
    peers = tuple(
        Peer(
            name=name,
            call=call,
            error=partial(difference_in_errors, log_p=log_p),
            bound=5.0,
            share=least_effective_size(call()[0], P) / wanted,
            at_its_best=name.startswith("our"),
        )
        for name, call in calls.items()
    )
    return Contest(
        ours=partial(ours, draws, log_p, score),
        peers=peers,
        check="largest difference of means and mean squares, in standard errors",
    )


def acceptance_in_errors(smoke):
    """Acceptance of the random walk at its best scale in 100 dimensions against Student's law; beside it, values."""
    d, chains, rng = 100, 50, np.random.default_rng(0)
    scale, x = optimal_scale(d), rng.standard_normal((chains, d))
    found = np.array(
        [
            collect(random_walk(x[i : i + 5], standard_normal, scale, rng), 500 if smoke else 5000)[1]
            for i in range(0, 50, 5)
        ]
    )
    exact, error = float(gaussian_acceptance(scale, d)), found.std(ddof=1) / np.sqrt(len(found))
    beside = {"acceptance": float(found.mean()), "exact": exact, "limit of many dimensions": 0.234}
    return Measured(float(abs(found.mean() - exact) / error), 1.0, beside)


def autoregressive_size(smoke):
    """Per cent by which the effective size of AR(1) chains, mean over sets, is off its exact value."""
    phi, n, chains, rng = 0.9, 2000, 4, np.random.default_rng(0)
    sizes, others, hats = [], [], []
    for _ in range(20 if smoke else 100):
        noise, x = np.sqrt(1 - phi**2) * rng.standard_normal((n, chains)), np.empty((n, chains))
        x[0] = rng.standard_normal(chains)
        for t in range(1, n):
            x[t] = phi * x[t - 1] + noise[t]
        sizes.append(bulk_effective_sample_size(x))
        others.append(effective_sample_size(x))
        hats.append(rank_r_hat(x))
    exact = n * chains * (1 - phi) / (1 + phi)
    beside = {"cut at a multiple of tau": float(100 * (np.mean(others) / exact - 1)), "R-hat": float(np.median(hats))}
    spread = 100 * np.std(sizes, ddof=1) / np.sqrt(len(sizes)) / exact
    return Measured(float(100 * abs(np.mean(sizes) / exact - 1)), float(spread), beside)


def gibbs_time(smoke):
    """Autocorrelation time of Gibbs sweeps on correlation r = 0.9, in standard errors from (1 + r²) / (1 - r²)."""
    r, rng = 0.9, np.random.default_rng(0)
    P, n = np.linalg.inv(np.array([[1.0, r], [r, 1.0]])), 1000 if smoke else 10_000
    samples, _ = collect(gaussian_gibbs_walk(np.zeros((200, 2)), np.zeros(2), P, rng), n, skip=50)
    times = [autocorrelation_time(part[..., 1]) for part in np.split(samples, 10, axis=1)]
    exact, error = (1 + r**2) / (1 - r**2), np.std(times, ddof=1) / np.sqrt(10)
    return Measured(float(abs(np.mean(times) - exact) / error), 1.0, {"time": float(np.mean(times)), "exact": exact})


def change_point_shares(smoke):
    """Shares of the change points visited by Gibbs sweeps against the exact posterior: largest difference in errors."""
    rng = np.random.default_rng(0)
    y = np.concatenate([rng.poisson(3.0, 15), rng.poisson(4.5, 12)])
    exact = change_point_posterior(y, 1.0, 0.25)
    k = collect(change_point_walk(y, 1.0, 0.25, rng), 4000 if smoke else 40_000, skip=100)[0][:, 0]
    deviations = []
    for place in np.flatnonzero(exact > 0.02) + 1:
        visits = (k == place).astype(float)
        error = visits.std() / np.sqrt(effective_sample_size(visits))
        deviations.append(abs(visits.mean() - exact[place - 1]) / error)
    return Measured(
        float(max(deviations)), 1.0, {"places": float(len(deviations)), "largest share": float(exact.max())}
    )


FIXED_LENGTHS = {
    "our Hamiltonian Monte Carlo, up to 8 steps": hamiltonian(8, 1000),
    "our Hamiltonian Monte Carlo, up to 30 steps": hamiltonian(30, 300),
    "our Hamiltonian Monte Carlo, 1 step": hamiltonian(1, 1000),
}
GAUSSIAN = "random: independent normals, in equilibrium from the start"

ROWS = (
    Row(
        name="stretch move, 100 walkers, d = 5",
        data=GAUSSIAN + ABSENT,
        kind="random",
        make=lambda: stretch(100, 5, 5000, standard_normal),
        smoke=lambda: stretch(100, 5, 500, standard_normal),
        must=3,
        moonshot=5,
    ),
    Row(
        name="stretch move, 1000 walkers, d = 10",
        data=GAUSSIAN + ABSENT,
        kind="random",
        make=lambda: stretch(1000, 10, 1000, standard_normal),
        smoke=lambda: stretch(1000, 10, 200, standard_normal),
        must=3,
        moonshot=5,
    ),
    Row(
        name="stretch move, costly log density, 100 walkers, d = 5",
        data=GAUSSIAN
        + "; the density is of a linear fit to 10,000 measurements, which takes most of the time"
        + ABSENT,
        kind="random",
        make=lambda: stretch(100, 5, 500, costly_normal(10_000, 5)),
        smoke=lambda: stretch(100, 5, 200, costly_normal(1000, 5)),
        unfavourable=True,
    ),
    Row(
        name="Hamiltonian Monte Carlo, time of an effective sample, d = 100",
        data="random: a normal law whose neighbouring coordinates have correlation 0.9 (smoke: d = 20)" + ABSENT,
        kind="random",
        make=lambda: effective_samples(100, hamiltonian(8, 1000), walkers(100, 2000, every=10)),
        smoke=lambda: effective_samples(20, hamiltonian(6, 500), walkers(20, 200, every=10)),
        must=10,
    ),
    Row(
        name="Hamiltonian Monte Carlo, time of an effective sample, d = 2",
        data="random: two normals of correlation 0.9, cheap and easy for walkers" + ABSENT,
        kind="random",
        make=lambda: effective_samples(2, hamiltonian(6, 1000), walkers(2, 5000)),
        smoke=lambda: effective_samples(2, hamiltonian(6, 500), walkers(2, 1000)),
        unfavourable=True,
    ),
    Row(
        name="no-U-turn sampler, time of an effective sample, d = 100",
        data="random: a normal law whose neighbouring coordinates have correlation 0.9 (smoke: d = 20)" + ABSENT,
        kind="random",
        make=lambda: effective_samples(100, no_u_turn(300), walkers(100, 2000, every=10)),
        smoke=lambda: effective_samples(20, no_u_turn(60), walkers(20, 200, every=10)),
        must=10,
    ),
    Row(
        name="no-U-turn sampler, against a length chosen by hand, d = 100",
        data="random: the same law, whose periods are all the same after the warm-up: one length suits all states",
        kind="random",
        make=lambda: effective_samples(100, no_u_turn(300), FIXED_LENGTHS),
        smoke=lambda: effective_samples(20, no_u_turn(60), FIXED_LENGTHS),
        unfavourable=True,
    ),
)

QUANTITIES = (
    Quantity(
        name="sampling: acceptance of the random walk at its best scale",
        data="random: 100 standard normals",
        unit="standard errors",
        measure=acceptance_in_errors,
        must=4.0,
    ),
    Quantity(
        name="sampling: effective size of AR(1) chains, off the exact one",
        data="random: four chains of 2000 steps with coefficient 0.9",
        unit="%",
        measure=autoregressive_size,
        must=5.0,
    ),
    Quantity(
        name="sampling: autocorrelation time of Gibbs sweeps",
        data="random: two normals of correlation 0.9",
        unit="standard errors",
        measure=gibbs_time,
        must=4.0,
    ),
    Quantity(
        name="sampling: change points visited, against the exact posterior",
        data="random: 27 Poisson counts whose rate goes from 3 to 4.5",
        unit="standard errors",
        measure=change_point_shares,
        must=4.0,
    ),
)

GROWTH = ()
