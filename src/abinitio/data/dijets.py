r"""Simulated pairs of jets as at the LHC: a smoothly falling mass spectrum, and perhaps a resonance in it.

Background: the mass m follows the function that CDF, ATLAS and CMS fit to it,
$$f(m) \propto \frac{(1 - x)^{p_2}}{x^{p_3 + p_4 \ln x}}, \qquad x = m / 13\,\mathrm{TeV},$$
between 2.6 and 7 TeV; $e^{|\Delta\eta|}$ is uniform up to $|\Delta\eta| = 1.3$, as for the exchange of a gluon. Each
jet has, independently, a log-normal mass, whose median grows as $m^{0.3}$, and $\mathrm{logit}\,\tau_{21}$ is normal
and correlated with it. Signal: a resonance of normal m that decays evenly in all directions, to two particles of 350
and 200 GeV, each a jet with two prongs (small $\tau_{21}$). Jet 1 is the heavier one of the two. All distributions are
closed, so that the ratio of their densities, which no classifier can beat, is known: `dijet_log_ratio`.

Rows come in fixed blocks, each with its own Generator: row i depends on the seed and on i alone.

Source: CDF, Phys. Rev. D 79, 112002 (2009); CMS, JHEP 05 (2020) 033 (the function); J. Thaler, K. Van Tilburg, JHEP 03
(2011) 015 (subjettiness); G. Kasieczka et al., Rep. Prog. Phys. 84, 124201 (2021) (the kind of search).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from abinitio.data.record import Dataset

DIJET_COLUMNS = (
    *("mass", "leading_pt", "delta_eta", "jet_mass_1", "jet_mass_2", "tau21_1", "tau21_2"),
    "signal",
)
DIJET_UNITS = {"mass": "TeV", "leading_pt": "TeV", "jet_mass_1": "TeV", "jet_mass_2": "TeV"}
BEAMS, LOWEST, HIGHEST = 13.0, 2.6, 7.0  # TeV: energy of both beams together, range of the mass
EXPONENTS = (10.0, 5.0, 0.1)  # p2, p3, p4
WIDEST = 1.3  # largest |Δη|
RESONANCE, WIDTH = 3.5, 0.03  # TeV, and the standard deviation over the mass: detector's resolution
FRACTION = 6e-4  # of all events, the signal
SMEARING = 0.03  # relative resolution of the transverse momentum
GROWTH = 0.3  # of a background jet's mass, as a power of m
ROWS = 2**16  # in a block with a Generator of its own
_RANGE = np.nextafter(
    np.array([LOWEST, HIGHEST], np.float32), np.float32(5)
)  # rounding shall not carry a mass out of the range


class Jet(NamedTuple):
    """Of a kind of jet: median mass (TeV), standard deviation of its logarithm; logit of τ21: mean, deviation, both's
    correlation.
    """

    median: float
    width: float
    logit: float
    spread: float
    correlation: float


QUARK = Jet(0.12, 0.5, 0.5, 0.6, -0.3)  # a quark or gluon of the background
PAIRS = Jet(0.35, 0.2, -0.5, 0.6, 0.0), Jet(0.20, 0.2, -0.5, 0.6, 0.0)  # of two prongs, the signal's


def make_dijets(
    n: int = 10_000,
    *,
    fraction: float = FRACTION,
    mass: float = RESONANCE,
    width: float = WIDTH,
    rng: np.random.Generator,
) -> Dataset:
    """n pairs of jets in memory; y is 1 for signal, 0 for background, which no measurement knows.

    fraction : of the signal among all events;  mass : of the resonance, TeV;  width : standard deviation over it.

    >>> make_dijets(1000, rng=np.random.default_rng(0)).X.shape
    (1000, 7)
    """
    seed = int(rng.integers(2**63))
    rows = np.concatenate(list(dijet_blocks(n, fraction=fraction, mass=mass, width=width, seed=seed)))
    return Dataset(
        "dijets", rows[:, :-1], rows[:, -1].astype(int), truth={"fraction": fraction, "mass": mass, "width": width},
        feature_names=DIJET_COLUMNS[:-1], target_names=("background", "signal"), units=DIJET_UNITS,
    )  # fmt: skip


def dijet_blocks(
    n: int,
    *,
    start: int = 0,
    rows: int = ROWS,
    fraction: float = FRACTION,
    mass: float = RESONANCE,
    width: float = WIDTH,
    seed: int,
) -> Iterator[np.ndarray]:
    """The rows start ... start + n - 1 of an endless simulation, as (m, 8) float32 blocks of at most `rows` rows.

    Columns: `DIJET_COLUMNS`, the truth last (1 for signal).  fraction, mass, width : as in `make_dijets`;
    seed : integer >= 0. The same rows come whatever `start`, `n` and `rows` cut them into.

    >>> whole = np.concatenate(list(dijet_blocks(9, seed=1)))
    >>> np.array_equal(np.concatenate(list(dijet_blocks(4, start=3, rows=2, seed=1))), whole[3:7])
    True
    """
    if n < 0 or start < 0 or rows < 1:
        raise ValueError(f"n = {n}, start = {start}, rows = {rows}; give n >= 0, start >= 0 and rows >= 1")
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction is {fraction}; give a number from 0 to 1")
    if not LOWEST < mass * (1 - 6 * width) < mass * (1 + 6 * width) < HIGHEST:
        raise ValueError(f"mass {mass} TeV of width {width}: six widths about it must lie in {LOWEST} to {HIGHEST} TeV")
    number, made = -1, np.empty((0, len(DIJET_COLUMNS)), np.float32)
    at, end = start, start + n
    while at < end:
        stop = min(end, at + rows)
        parts = []
        while at < stop:
            if at // ROWS != number:
                number = at // ROWS
                made = _block(number, fraction, mass, width, seed)
            first = at - number * ROWS
            parts.append(made[first : first + stop - at])
            at += len(parts[-1])
        yield np.concatenate(parts) if len(parts) > 1 else parts[0].copy()


def _block(number: int, fraction: float, mass: float, width: float, seed: int) -> np.ndarray:
    """(ROWS, 8): the block of that number."""
    rng = np.random.default_rng([seed, number])
    out = np.empty((ROWS, len(DIJET_COLUMNS)), np.float32)
    m, v = _falling_mass(rng.random(ROWS)), rng.random(ROWS, np.float32)
    normal = rng.standard_normal((6, ROWS), np.float32)
    signal = np.flatnonzero(rng.random(ROWS) < fraction)
    m[signal] = mass * (1 + width * normal[5, signal])
    eta = np.log1p(v * np.float32(np.expm1(WIDEST)))
    eta[signal] = 2 * np.arctanh(v[signal] * np.tanh(WIDEST / 2))
    grown = (GROWTH * np.log(m / RESONANCE)).astype(np.float32)
    jets = [_jet(QUARK, normal[2 * k : 2 * k + 2], grown) for k in (0, 1)]
    for k in (0, 1):
        jets[k][:, signal] = _jet(PAIRS[k], normal[2 * k : 2 * k + 2, signal], np.float32(0))
    heavier = jets[0][0] >= jets[1][0]
    first, second = np.where(heavier, jets[0], jets[1]), np.where(heavier, jets[1], jets[0])
    out[:, 0] = np.clip(m, *_RANGE)
    np.multiply(
        m / (2 * np.cosh(eta / 2)), np.exp(np.float32(SMEARING) * rng.standard_normal(ROWS, np.float32)), out[:, 1]
    )
    out[:, 2] = eta
    out[:, 3], out[:, 4] = np.exp(first[0]), np.exp(second[0])
    out[:, 5], out[:, 6] = 1 / (1 + np.exp(-first[1])), 1 / (1 + np.exp(-second[1]))
    out[:, 7] = 0
    out[signal, 7] = 1
    return out


def _jet(kind: Jet, normal: np.ndarray, grown: np.ndarray | np.float32) -> np.ndarray:
    """(2, m): the logarithm of the mass and the logit of τ21, from (2, m) standard normal numbers."""
    a, b, rho = normal[0], normal[1], kind.correlation
    logit = kind.logit + kind.spread * (rho * a + float(np.sqrt(1 - rho**2)) * b)
    return np.stack([float(np.log(kind.median)) + kind.width * a + grown, logit])


def falling_density(m: np.ndarray) -> np.ndarray:
    """The background's density at masses m (TeV), not normalised.

    >>> bool(falling_density(np.array([2.6]))[0] > falling_density(np.array([2.7]))[0])
    True
    """
    x, (p2, p3, p4) = m / BEAMS, EXPONENTS
    return (1 - x) ** p2 / x ** (p3 + p4 * np.log(x))


@lru_cache(maxsize=1)
def _table() -> tuple[float, np.ndarray]:
    """(share of the density above LOWEST that is beyond HIGHEST; masses at equal steps of the logarithm of shares)."""
    m = np.linspace(LOWEST, BEAMS, 2**17 + 1)
    f = falling_density(np.minimum(m, BEAMS * (1 - 1e-12)))
    middle = falling_density((m[1:] + m[:-1]) / 2)
    pieces = (f[1:] + 4 * middle + f[:-1]) / 6  # Simpson's rule
    above = np.append(np.cumsum(pieces[::-1])[::-1], 0.0) / pieces.sum()
    inside = m <= HIGHEST + 1e-9
    depth = -np.log(above[inside])
    return float(np.exp(-depth[-1])), np.interp(np.linspace(0, depth[-1], 4097), depth, m[inside])


def _falling_mass(u: np.ndarray) -> np.ndarray:
    """Masses of the background from uniform numbers: the inverse of the distribution function."""
    beyond, masses = _table()
    t = np.log1p(-u * (1 - beyond)) * (4096 / np.log(beyond))
    k = np.minimum(t.astype(np.int64), 4095)
    return masses[k] + (t - k) * (masses[k + 1] - masses[k])


def dijet_log_ratio(X: np.ndarray) -> np.ndarray:
    """ln p(features | signal, m) - ln p(features | background, m) of rows X, (n, 7) or with the truth as 8th: (n,).

    What the simulator knows and a measurement does not: by Neyman and Pearson no other function of the features
    separates better at given m. (The momentum, given m and Δη, adds nothing.)

    >>> data = make_dijets(20_000, fraction=0.5, rng=np.random.default_rng(0))
    >>> ratio = dijet_log_ratio(data.X)
    >>> bool(ratio[data.y == 1].mean() > 2 > -2 > ratio[data.y == 0].mean())
    True
    """
    X = np.asarray(X, dtype=float)
    eta, grown = X[:, 2], GROWTH * np.log(X[:, 0] / RESONANCE)
    first, second = ((np.log(X[:, k]), np.log(X[:, k + 2] / (1 - X[:, k + 2]))) for k in (3, 4))
    one, two = PAIRS
    signal = np.logaddexp(
        _log_jet(one, *first) + _log_jet(two, *second), _log_jet(two, *first) + _log_jet(one, *second)
    )
    background = np.log(2) + _log_jet(QUARK, first[0] - grown, first[1]) + _log_jet(QUARK, second[0] - grown, second[1])
    even = -2 * np.log(np.cosh(eta / 2)) - np.log(2 * np.tanh(WIDEST / 2))
    return signal - background + even - (eta - np.log(np.expm1(WIDEST)))


def _log_jet(kind: Jet, z: np.ndarray, logit: np.ndarray) -> np.ndarray:
    """Log density of the logarithm of a jet's mass and the logit of τ21, but for -ln 2π."""
    a, rest = (z - np.log(kind.median)) / kind.width, np.sqrt(1 - kind.correlation**2)
    b = ((logit - kind.logit) / kind.spread - kind.correlation * a) / rest
    return -(a**2 + b**2) / 2 - np.log(kind.width * kind.spread * rest)
