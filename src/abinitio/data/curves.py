r"""Simulated measurements $y_i = f(x_i) + \sigma_i \epsilon_i$, $\epsilon_i \sim N(0, 1)$, of a curve in one variable.

Every record holds X : (n, 1), y : (n,), sigma : (n,) the true one-standard-deviation error of each y, and in `truth`
the parameters and the curve itself, ``truth["curve"]``, a function of x. Where x is drawn, it is uniform on `interval`
and independent (so a split of the rows needs no shuffling); a scan, in which the apparatus steps x, is evenly spaced.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from abinitio.data.record import Dataset

Interval = tuple[float, float]


def make_line(
    n: int = 50,
    *,
    slope: float = 4.7,
    intercept: float = 0.5,
    interval: Interval = (0.0, 2.0),
    noise: float = 0.6,
    rng: np.random.Generator,
) -> Dataset:
    """Ohm's law with an offset: n readings of the voltage y = intercept + slope x at drawn currents x.

    slope in ohm, intercept in V, interval of the currents in A, noise: the standard deviation of y in V.

    >>> data = make_line(4, noise=0.0, rng=np.random.default_rng(0))
    >>> np.allclose(data.y, 0.5 + 4.7 * data.x)
    True
    """
    return _measured(
        "line", _drawn(n, interval, rng), partial(_polynomial, coefficients=(intercept, slope)), noise, rng,
        names=("current", "voltage"), units=("A", "V"), slope=slope, intercept=intercept,
    )  # fmt: skip


def make_polynomial(
    n: int = 50,
    *,
    coefficients: Sequence[float] = (1.2, 12.0, -4.905),
    interval: Interval = (0.0, 2.5),
    noise: float = 0.4,
    rng: np.random.Generator,
) -> Dataset:
    """A thrown ball: n heights y = c0 + c1 x + c2 x^2 + ... at drawn times x.

    coefficients : (c0, c1, ...), lowest power first, in m, m/s, m/s^2, ... (the default falls with g = 9.81 m/s^2);
    interval of the times in s;  noise : the standard deviation of y in m.

    >>> make_polynomial(3, coefficients=(0, 0, 1), noise=0.0, interval=(2, 2), rng=np.random.default_rng(0)).y
    array([4., 4., 4.])
    """
    return _measured(
        "polynomial", _drawn(n, interval, rng), partial(_polynomial, coefficients=tuple(coefficients)), noise, rng,
        names=("time", "height"), units=("s", "m"), coefficients=np.array(coefficients, dtype=float),
    )  # fmt: skip


def make_sinusoid(
    n: int = 100,
    *,
    amplitude: float = 1.0,
    frequency: float = 1.0,
    phase: float = 0.0,
    interval: Interval = (0.0, 1.0),
    noise: float = 0.2,
    rng: np.random.Generator,
) -> Dataset:
    r"""An oscillation: n displacements $y = A \sin(2\pi f x + \varphi)$ at drawn times x.

    amplitude A and noise, the standard deviation of y, in mm;  frequency f in Hz, phase in rad, interval of times in s.

    >>> float(make_sinusoid(1, interval=(0.25, 0.25), noise=0.0, rng=np.random.default_rng(0)).y[0])
    1.0
    """
    curve = partial(_sinusoid, amplitude=amplitude, frequency=frequency, phase=phase)
    return _measured(
        "sinusoid", _drawn(n, interval, rng), curve, noise, rng,
        names=("time", "displacement"), units=("s", "mm"), amplitude=amplitude, frequency=frequency, phase=phase,
    )  # fmt: skip


def make_measured_curve(
    n: int = 30,
    *,
    coefficients: Sequence[float] = (1.2, 12.0, -4.905),
    interval: Interval = (0.0, 2.5),
    noise: tuple[float, float] = (0.05, 1.0),
    rng: np.random.Generator,
) -> Dataset:
    r"""A scan with measured errors: n heights of a thrown ball, each with its own $\sigma_i$, stated in `sigma`.

    coefficients : (c0, c1, ...) of the polynomial, lowest power first, in m, m/s, m/s^2;  interval of the evenly spaced
    times in s;  noise : (smallest, largest) $\sigma_i$ in m; $\log\sigma_i$ is uniform between them.

    >>> data = make_measured_curve(5, noise=(0.1, 0.2), rng=np.random.default_rng(0))
    >>> bool((data.sigma >= 0.1).all() and (data.sigma <= 0.2).all())
    True
    """
    low, high = noise
    if not 0 < low <= high:
        raise ValueError(f"noise is {noise}; give (smallest, largest) standard deviation, 0 < smallest <= largest")
    sigma = np.exp(rng.uniform(np.log(low), np.log(high), size=_rows(n)))
    return _measured(
        "measured curve", np.linspace(*interval, n), partial(_polynomial, coefficients=tuple(coefficients)), sigma, rng,
        names=("time", "height"), units=("s", "m"), coefficients=np.array(coefficients, dtype=float),
    )  # fmt: skip


def make_resonance(
    n: int = 200,
    *,
    mass: float = 91.19,
    width: float = 2.5,
    peak: float = 40.0,
    background: tuple[float, float] = (2.0, 0.1),
    interval: Interval = (82.0, 100.0),
    noise: float = 1.5,
    rng: np.random.Generator,
) -> Dataset:
    r"""An energy scan over a resonance: n cross-sections of a Breit-Wigner peak on a sloping background.

    $y = b_0 + b_1 (x - M) + P\,\frac{\Gamma^2/4}{(x - M)^2 + \Gamma^2/4}$, the non-relativistic Breit-Wigner form; its
    full width at half maximum is $\Gamma$. The default has roughly the mass, width and height of the Z boson.
    mass M and width Gamma in GeV, peak P in nb, background : (b0 in nb, b1 in nb/GeV), interval of the evenly spaced
    energies in GeV, noise: the standard deviation of y in nb.

    >>> make_resonance(1, interval=(91.19, 91.19), noise=0.0, rng=np.random.default_rng(0)).y
    array([42.])
    """
    curve = partial(_breit_wigner, mass=mass, width=width, peak=peak, background=background)
    return _measured(
        "resonance", np.linspace(*interval, _rows(n)), curve, noise, rng,
        names=("energy", "cross-section"), units=("GeV", "nb"), **curve.keywords,
    )  # fmt: skip


def make_doppler(n: int = 500, *, noise: float = 0.1, rng: np.random.Generator) -> Dataset:
    r"""A passing siren: a tone whose frequency falls, so that no single bandwidth suits it.

    $y = \sqrt{x(1-x)}\,\sin\bigl(2\pi\,1.05 / (x + 0.05)\bigr)$ at n drawn times 0 <= x <= 1 (x, y without units);
    noise : the standard deviation of y. Source: Donoho and Johnstone, Biometrika 81, 425 (1994), table 1.

    >>> make_doppler(3, noise=0.0, rng=np.random.default_rng(0)).X.shape
    (3, 1)
    """
    return _measured(
        "doppler", _drawn(n, (0.0, 1.0), rng), _doppler, noise, rng, names=("time", "signal"), units=("", "")
    )


def _measured(
    name: str,
    x: np.ndarray,
    curve: Callable[[np.ndarray], np.ndarray],
    noise: float | np.ndarray,
    rng: np.random.Generator,
    *,
    names: tuple[str, str],
    units: tuple[str, str],
    **parameters: Any,
) -> Dataset:
    sigma = np.broadcast_to(np.asarray(noise, dtype=float), x.shape).copy()
    if not (sigma >= 0).all():
        raise ValueError(f"noise is {noise}; a standard deviation is 0 or more")
    y = curve(x) + sigma * rng.standard_normal(len(x))
    return Dataset(
        name, x[:, None], y, sigma, {"curve": curve, **parameters}, names[:1], names[1:], dict(zip(names, units))
    )


def _rows(n: int) -> int:
    if n < 1:
        raise ValueError(f"n is {n}; a data set has at least 1 row")
    return n


def _drawn(n: int, interval: Interval, rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(*interval, size=_rows(n))


def _polynomial(x: np.ndarray, coefficients: Sequence[float]) -> np.ndarray:
    return np.polynomial.polynomial.polyval(x, np.asarray(coefficients, dtype=float))


def _sinusoid(x: np.ndarray, amplitude: float, frequency: float, phase: float) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * frequency * x + phase)


def _breit_wigner(x: np.ndarray, mass: float, width: float, peak: float, background: tuple[float, float]) -> np.ndarray:
    half = width**2 / 4
    return background[0] + background[1] * (x - mass) + peak * half / ((x - mass) ** 2 + half)


def _doppler(x: np.ndarray) -> np.ndarray:
    return np.sqrt(x * (1 - x)) * np.sin(2 * np.pi * 1.05 / (x + 0.05))
