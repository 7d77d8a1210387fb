"""Equilibrium configurations of the Ising model, as independent as the measured autocorrelation time says.

Away from the critical temperature 64 independent lattices are updated together by multispin Metropolis, and a random
overall sign, an exact symmetry, is drawn for each configuration. Where a first run shows that Metropolis is slow,
Wolff's clusters take over; so they do on lattices of odd side, which have no chessboard, and on those of side 2, 4 and
6: a state in which no spin feels a field is never left by checkerboard Metropolis, where all spins of a colour then
flip at once, nor reached, and only on so small a torus are such states likely enough to be missed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from abinitio._core.series import autocorrelation_time
from abinitio.data.ising.exact import CRITICAL_TEMPERATURE, correlation_length
from abinitio.data.ising.model import ising_energy, ising_magnetization
from abinitio.data.record import Dataset

RECORDS = 128  # times at which the first run is read, and at least
READINGS = 2048  # readings of it, all chains together: the time is known to a fifth
RUN = 20  # autocorrelation times: the least length of a first run, which also is the approach to equilibrium
SPACING = 2  # autocorrelation times between two configurations of a chain: their correlation is about e^-4
SMALLEST = 8  # side of a lattice for Metropolis: see above
SLOWEST = 60  # sweeps: where Metropolis needs more to forget, Wolff's clusters are quicker


@dataclass(frozen=True)
class Chain:
    """A Markov chain, or 64 side by side: `advance(k)` makes k steps, `read()` is the spins (chains, L, L) now."""

    method: str
    advance: Callable[[int], object]
    read: Callable[[], np.ndarray]


def make_ising(
    n: int = 100,
    *,
    L: int = 40,
    T: float | Sequence[float] | np.ndarray = (1.5, 3.5),
    rng: np.random.Generator,
    jobs: int | None = None,
) -> Dataset:
    """n equilibrium configurations of the L x L Ising lattice at each temperature T, label 1 where it is ordered.

    n : configurations at each temperature;  L : side of the lattice, at least 2, closed to a torus;  T : one or
    several temperatures > 0, in units of J / k_B. X : (n len(T), L^2) spins +1 and -1 as int8, a lattice row by row
    (X.reshape(-1, L, L) for images);  y : 1 (ordered) below the critical temperature 2 / ln(1 + sqrt 2) = 2.269, else
    0. The rows go from temperature to temperature in the order given, the configurations of one in random order.
    jobs : temperatures at a time, by joblib.
    truth : "T", "energy" (all of the lattice) and "magnetization" (per spin) of every row; for every temperature
    "temperatures", "method" (Metropolis or Wolff), "autocorrelation_time" (integrated, of the slower of energy and
    |magnetisation|; in sweeps, or clusters of Wolff) and "spacing", in steps, between configurations of one chain.

    >>> data = make_ising(3, L=4, T=[1.0, 4.0], rng=np.random.default_rng(0))
    >>> data.X.shape, data.y
    ((6, 16), array([1, 1, 1, 0, 0, 0]))
    """
    temperatures = np.atleast_1d(np.asarray(T, dtype=float))
    if temperatures.ndim != 1 or not (np.isfinite(temperatures) & (temperatures > 0)).all():
        raise ValueError(f"T is {T}; give one temperature, or a list of them, each above 0")
    if L < 2 or n < 1:
        raise ValueError(f"L is {L} and n is {n}; L must be at least 2 and n at least 1")
    streams = rng.spawn(len(temperatures))  # each temperature has its own: the same spins whoever computes them
    runs = Parallel(n_jobs=jobs)(delayed(sample_temperature)(n, L, t, r) for t, r in zip(temperatures, streams))
    spins = np.concatenate([run[0] for run in runs])
    at = np.repeat(temperatures, n)
    return Dataset(
        "Ising", spins.reshape(len(spins), -1), (at < CRITICAL_TEMPERATURE).astype(int),
        truth={
            "T": at, "energy": ising_energy(spins), "magnetization": ising_magnetization(spins),
            "temperatures": temperatures, "method": tuple(run[1] for run in runs),
            "autocorrelation_time": np.array([run[2] for run in runs]), "spacing": np.array([run[3] for run in runs]),
            "critical_temperature": CRITICAL_TEMPERATURE,
        },
        feature_names=tuple(f"spin_{i}_{j}" for i in range(L) for j in range(L)),
        target_names=("disordered", "ordered"),
        units={},
        source="simulated by abinitio", licence="BSD-3-Clause",
        description=f"Ising model on a square {L} x {L} torus, J = k_B = 1, {n} configurations at each temperature",
    )  # fmt: skip


def sample_temperature(n: int, L: int, T: float, rng: np.random.Generator) -> tuple[np.ndarray, str, float, int]:
    """n configurations (n, L, L) at temperature T, the method's name, its autocorrelation time, and the spacing used.

    L : side of the lattice, at least 2.
    """
    chain, tau = None, np.inf
    if L % 2 == 0 and L >= SMALLEST and expected_time(L, T) < 2 * SLOWEST:
        chain = metropolis_chain(L, T, rng)
        tau = measure_time(chain, SLOWEST)
    if chain is None or tau > SLOWEST:
        chain = wolff_chain(L, T, rng)
        tau = measure_time(chain, np.inf)
    spacing = int(np.ceil(SPACING * tau))
    batches = [chain.read()]
    while sum(map(len, batches)) < n:
        chain.advance(spacing)
        batches.append(chain.read())
    spins = rng.permutation(np.concatenate(batches))[:n]
    spins *= rng.choice(np.array([-1, 1], dtype=np.int8), size=(n, 1, 1))  # E(-s) = E(s): both signs are as likely
    return spins, chain.method, tau, spacing


def expected_time(L: int, T: float) -> float:
    r"""Roughly how many Metropolis sweeps it takes to forget, by dynamic scaling: $\xi^{2.17} / 2$, with $\xi \le L/2$.

    L : side of the lattice;  T : temperature. Exponent: M. P. Nightingale and H. W. J. Blöte, Phys. Rev.
    Lett. 76, 4548 (1996).
    """
    return min(float(correlation_length(T)), L / 2) ** 2.17 / 2


def measure_time(chain: Chain, slowest: float) -> float:
    """The autocorrelation time of `chain` in steps, from a run of at least 20, which also leads to equilibrium.

    The slower of energy and |magnetisation|; 1 where nothing moved. A run is repeated with longer steps until it is
    long enough;  slowest : a time above which the answer is no longer wanted (inf is returned).
    """
    stride, length = 1, max(RECORDS, READINGS // len(chain.read()))
    while True:
        records = []
        for _ in range(length):
            chain.advance(stride)
            spins = chain.read()
            records.append((ising_energy(spins), np.abs(ising_magnetization(spins))))
        series = np.moveaxis(np.array(records[length // 4 :], dtype=float), 1, 0)  # (2, 3/4 length, chains)
        tau = stride * max(autocorrelation_time(x) if np.ptp(x) > 0 else 1.0 for x in series)
        if length * stride >= RUN * tau:
            return tau
        if tau > slowest:
            return np.inf
        stride = max(2 * stride, int(np.ceil(RUN * tau / length)))


def metropolis_chain(L: int, T: float, rng: np.random.Generator) -> Chain:
    """64 lattices of even side L side by side at temperature T, by multispin Metropolis sweeps.

    They start ordered below the critical temperature (a quench from disorder can be caught in stripes), else random.
    """
    from abinitio.data.ising import multispin

    start = np.ones((64, L, L), dtype=np.int8)
    if T > CRITICAL_TEMPERATURE:
        start = rng.choice(np.array([-1, 1], dtype=np.int8), size=(64, L, L))
    A, B = multispin.split(multispin.pack_replicas(start))
    p3, p4 = multispin.digits(np.exp(-4 / T)), multispin.digits(np.exp(-8 / T))
    space = multispin.work_space(rng)
    return Chain(
        "Metropolis",
        lambda steps: multispin.run_sweeps(A, B, 0, p3, p4, steps, space),
        lambda: multispin.unpack_replicas(multispin.join(A, B)),
    )


def wolff_chain(L: int, T: float, rng: np.random.Generator) -> Chain:
    """One lattice of side L at temperature T, by Wolff's clusters, from the ordered state."""
    from abinitio.data.ising.wolff import flip_clusters, generator, neighbours

    spins, near, state = np.ones((1, L, L), dtype=np.int8), neighbours(L), generator(rng)
    p = 1 - np.exp(-2 / T)
    return Chain("Wolff", lambda steps: flip_clusters(spins.reshape(-1), near, p, steps, state), spins.copy)
