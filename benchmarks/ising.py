"""The Ising model: ours against the loops over single spins that one writes in Numba."""

import math
import time

import numba
import numpy as np

from abinitio._core.series import autocorrelation_time
from abinitio.data import make_ising
from abinitio.data.ising import CRITICAL_TEMPERATURE, ising_energy, ising_magnetization, onsager_energy
from abinitio.data.ising.multispin import multispin_metropolis
from benchmarks.row import Contest, Measured, Peer, Quantity, Row


@numba.njit(cache=True)
def random_site_loop(spins, T, sweeps, seed):
    """Metropolis as it stands in textbooks: `sweeps` times L^2 random sites, in place."""
    np.random.seed(seed)  # noqa: NPY002 - Numba's own generator
    L = len(spins)
    for _ in range(sweeps * L * L):
        i, j = np.random.randint(L), np.random.randint(L)  # noqa: NPY002
        dE = 2 * spins[i, j] * (spins[i - 1, j] + spins[(i + 1) % L, j] + spins[i, j - 1] + spins[i, (j + 1) % L])
        if dE <= 0 or np.random.random() < math.exp(-dE / T):  # noqa: NPY002
            spins[i, j] = -spins[i, j]


@numba.njit(cache=True)
def sequential_loop(spins, T, sweeps, seed):
    """The same loop at its best: site after site, a table in place of exp, xorshift64 random numbers."""
    L, x = len(spins), np.uint64(seed)
    p4, p8 = np.uint64(math.exp(-4 / T) * 2.0**32), np.uint64(math.exp(-8 / T) * 2.0**32)
    for _ in range(sweeps):
        for i in range(L):
            up, down = (i if i else L) - 1, i + 1 if i < L - 1 else 0
            for j in range(L):
                left, right = (j if j else L) - 1, j + 1 if j < L - 1 else 0
                h = spins[i, j] * (spins[up, j] + spins[down, j] + spins[i, left] + spins[i, right])
                x ^= x << np.uint64(13)
                x ^= x >> np.uint64(7)
                x ^= x << np.uint64(17)
                if h <= 0 or (x >> np.uint64(32)) < (p4 if h == 2 else p8):
                    spins[i, j] = -spins[i, j]


def energy_per_spin(spins):
    return np.array([ising_energy(spins) / spins.size])


def metropolis(L, T, sweeps, fewer):
    """`sweeps` of one L x L lattice in equilibrium at temperature T; the loops make `fewer`, as the table says.

    Both energies are held against Onsager's, in units of its standard deviation at that size.
    """
    rng = np.random.default_rng(0)
    start = multispin_metropolis(np.ones((L, L), dtype=np.int8), T, 500, rng)
    deviation = T * np.sqrt(specific_heat(T)) / L
    exact = onsager_energy(T)
    error = lambda ours, theirs: float(np.abs([ours - exact, theirs - exact]).max()) / deviation

    def looped(loop):
        spins = start.copy()
        loop(spins, T, fewer, 88172645)
        return energy_per_spin(spins)

    options = {"error": error, "bound": 4.0, "share": fewer / sweeps}
    return Contest(
        ours=lambda: energy_per_spin(multispin_metropolis(start, T, sweeps, rng)),
        peers=(
            Peer(name="Numba loop, random sites", call=lambda: looped(random_site_loop), **options),
            Peer(name="Numba loop, site after site", call=lambda: looped(sequential_loop), at_its_best=True, **options),
        ),
        check="energy against Onsager's, standard deviations",
    )


def specific_heat(T):
    """Per spin: the slope of Onsager's energy."""
    return (onsager_energy(T * 1.0001) - onsager_energy(T * 0.9999)) / (2e-4 * T)


def configurations(n, few, L, temperatures):
    """n decorrelated configurations at each temperature; the loop makes `few`, as the table says.

    The loop starts in equilibrium and makes two of its own autocorrelation times, measured beforehand, between
    configurations: the spacing that make_ising keeps too, so that both samples are of equal effective size.
    """
    rng = np.random.default_rng(0)
    first = make_ising(n, L=L, T=temperatures, rng=rng)
    starts = first.X.reshape(-1, n, L, L)[:, 0]
    deviations = first.truth["energy"].reshape(-1, n).std(axis=1) / L**2
    times = [loop_time(start.copy(), T) for start, T in zip(starts, temperatures, strict=True)]

    def looped():
        means = []
        for k, (T, tau) in enumerate(zip(temperatures, times, strict=True)):
            spins, energies = starts[k].copy(), []
            for i in range(few):
                random_site_loop(spins, T, math.ceil(2 * tau), 1000 * k + i)
                energies.append(ising_energy(spins) / L**2)
            means.append(np.mean(energies))
        return np.array(means)

    errors = np.maximum(deviations * np.sqrt(1 / n + 1 / few), 1e-3)
    return Contest(
        ours=lambda: make_ising(n, L=L, T=temperatures, rng=rng).truth["energy"].reshape(-1, n).mean(axis=1) / L**2,
        peers=(
            Peer(
                name="Numba loop, random sites",
                call=looped,
                error=lambda ours, theirs: float(np.abs((ours - theirs) / errors).max()),
                bound=5.0,
                share=few / n,
            ),
        ),
        check="mean energy at each temperature, standard errors",
    )


def loop_time(spins, T, length=400):
    """Autocorrelation time of the random-site loop in sweeps: the slower of energy and |magnetisation|."""
    stride = 1
    while True:
        records = []
        for i in range(length):
            random_site_loop(spins, T, stride, i + 1)
            records.append((ising_energy(spins), abs(ising_magnetization(spins))))
        tau = stride * max(autocorrelation_time(x) if np.ptp(x) > 0 else 1.0 for x in np.array(records).T)
        if length * stride >= 50 * tau:
            return tau
        stride = max(4 * stride, math.ceil(50 * tau / length))


def milliseconds(n, L, T, seeds):
    """CPU milliseconds of one thread for each decorrelated configuration, the first run included."""
    make_ising(n, L=L, T=T, rng=np.random.default_rng(0))
    spent = []
    for seed in range(seeds):
        start = time.process_time()
        make_ising(n, L=L, T=T, rng=np.random.default_rng(seed))
        spent.append((time.process_time() - start) / n * 1000)
    low, high = np.quantile(spent, [0.25, 0.75])
    return Measured(float(np.median(spent)), float(high - low) / 2)


ALL_TEMPERATURES = np.arange(1, 17) * 0.25  # those of P. Mehta et al., Physics Reports 810, 1 (2019)

ROWS = (
    Row(
        name="Ising Metropolis, L = 1024, 1000 sweeps",
        data="structured: equilibrium at T = 2",
        kind="structured",
        make=lambda: metropolis(1024, 2.0, 1000, 5),
        smoke=lambda: metropolis(512, 2.0, 200, 5),
        must=50,
    ),
    Row(
        name="Ising Metropolis, L = 128, one sweep",
        data="structured: equilibrium at T = 1; packing the spins costs more than the sweep",
        kind="structured",
        make=lambda: metropolis(128, 1.0, 1, 1),
        smoke=lambda: metropolis(128, 1.0, 1, 1),
        unfavourable=True,
    ),
    Row(
        name="Ising, decorrelated: 16 temperatures x 1000, L = 40",
        data="structured: T = 0.25, 0.5 ... 4",
        kind="structured",
        make=lambda: configurations(1000, 5, 40, ALL_TEMPERATURES),
        smoke=lambda: configurations(1000, 40, 16, np.array([1.0, 2.25])),
        must=10,
    ),
)

QUANTITIES = (
    Quantity(
        name="Ising: CPU time for a decorrelated configuration, L = 40",
        data="structured: at the critical temperature, where it takes longest",
        unit="ms",
        measure=lambda smoke: milliseconds(1000, 40, CRITICAL_TEMPERATURE, 2 if smoke else 5),
        must=1.0,
    ),
)

GROWTH = ()
