r"""Is there a peak on a falling spectrum, where, how many events, and how sure: a hunt for bumps in binned counts.

At each mass a spectrum with a peak and one without are fitted. Twice the difference of their log-likelihoods, $q_0$, is
distributed as a chi-squared of one degree of freedom where there is none (Wilks), so that $Z = \pm\sqrt{q_0}$, with the
sign of the fitted signal, is a standard normal number: the local significance. Looking at many masses finds a large Z
somewhere more often. Gross and Vitells: the probability of an excess above Z anywhere is at most
$$P(Z) + \langle N_u \rangle\, e^{-(Z^2 - u^2)/2},$$
with the mean number $N_u$ of times that Z rises through a low level u along the scan, which few simulations tell.
What to expect before looking is read off the Asimov data set, whose counts are the expected ones.

Oracles: pulls and coverage of simulated spectra; $q_0$ of a counting experiment in closed form; scans by simulation.
Source: G. Cowan, K. Cranmer, E. Gross, O. Vitells, Eur. Phys. J. C 71, 1554 (2011); E. Gross, O. Vitells, Eur. Phys. J.
C 70, 525 (2010).
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from abinitio.statistics.falling_spectrum import expected_counts, fit_spectrum

LEAST = 5.0  # events beneath a peak: with fewer, Z is no normal number


class Scan(NamedTuple):
    """At each of M masses: signal fitted, its standard error, local significance Z; each (M,), nan where unknown."""

    masses: np.ndarray
    signal: np.ndarray
    error: np.ndarray
    significance: np.ndarray


def peak_shares(edges, mass, width):
    """The share of a normal peak in each bin, (m,).

    edges : (m+1,) increasing;  mass : its centre;  width : its standard deviation, in the same unit.

    >>> peak_shares(np.array([-1.0, 1.0, 9.0]), 0.0, 1.0).round(4)
    array([0.6827, 0.1587])
    """
    return np.diff(ndtr((edges - mass) / width))


def local_significance(counts, spectrum, peak, without=None):
    r"""The fit with a peak, and $Z = \pm\sqrt{q_0}$: how many standard deviations it stands above none.

    counts : (m,);  spectrum : a `Spectrum`;  peak : (m,), as of `peak_shares`;
    without : the fit without a peak, where it is known.  Returns (`SpectrumFit`, Z), Z negative for a dip.

    >>> from abinitio.statistics.falling_spectrum import falling_spectrum
    >>> spectrum = falling_spectrum(np.linspace(0, 10, 11), lambda x: np.ones((*x.shape, 1)))
    >>> fit, Z = local_significance(np.full(10, 100.0) + 40 * np.eye(10)[4], spectrum, np.eye(10)[4])
    >>> round(fit.signal, 6), 3 < Z < 4
    (40.0, True)
    """
    without = without or fit_spectrum(counts, spectrum)
    fit = fit_spectrum(counts, spectrum, peak, start=np.append(without.theta, 0.0))
    return fit, float(np.copysign(np.sqrt(max(without.deviance - fit.deviance, 0.0)), fit.signal))


def scan_masses(counts, spectrum, masses, width):
    """`local_significance` at each mass: a `Scan`.

    masses : (M,);  width : standard deviation of the peak over its mass, e.g. 0.03. Where the fit without a peak
    expects fewer than 5 events within two widths, the laws of large samples do not hold, and all is nan.

    >>> from abinitio.statistics.falling_spectrum import falling_spectrum
    >>> spectrum = falling_spectrum(np.linspace(1, 3, 21), lambda x: np.ones((*x.shape, 1)))
    >>> counts = np.full(20, 100.0) + 90 * peak_shares(spectrum.edges, 2.0, 0.1)
    >>> scan = scan_masses(counts, spectrum, np.array([1.6, 2.0, 2.4]), 0.05)
    >>> scan.significance.argmax(), scan.signal[1].round(3)
    (np.int64(1), np.float64(90.0))
    """
    without, found = fit_spectrum(counts, spectrum), []
    background, middle = expected_counts(without.theta, spectrum), (spectrum.edges[1:] + spectrum.edges[:-1]) / 2
    for mass in masses:
        if background[np.abs(middle / mass - 1) < 2 * width].sum() < LEAST:
            found.append((np.nan, np.nan, np.nan))
            continue
        fit, Z = local_significance(counts, spectrum, peak_shares(spectrum.edges, mass, width * mass), without)
        found.append((fit.signal, np.sqrt(fit.covariance[-1, -1]), Z))
    return Scan(np.asarray(masses), *np.array(found).T)


def best_mass(scan):
    """Where the deviance of a `Scan` is least, with the standard error of that mass.

    The parabola through the highest Z² and its neighbours; where the highest is at an end, that mass and nan.

    >>> masses = np.array([1.0, 2.0, 3.0])
    >>> np.round(best_mass(Scan(masses, masses, masses, np.sqrt(np.array([8.0, 12.0, 8.0])))), 9)
    array([2. , 0.5])
    """
    k = int(np.nanargmax(scan.significance))
    if not 0 < k < len(scan.masses) - 1:
        return float(scan.masses[k]), np.nan
    at = slice(k - 1, k + 2)
    curvature, slope, _ = np.polyfit(scan.masses[at] - scan.masses[k], scan.significance[at] ** 2, 2)
    return float(scan.masses[k] - slope / (2 * curvature)), float(np.sqrt(-1 / curvature))


def profile_interval(counts, spectrum, peak, level=1.0):
    """The signals whose best fit has a deviance at most `level` above the least: (low, high).

    counts, spectrum, peak : as in `local_significance`;  level : 1 covers 68.3 % in large samples.

    >>> from abinitio.statistics.falling_spectrum import falling_spectrum
    >>> spectrum = falling_spectrum(np.linspace(0, 10, 11), lambda x: np.ones((*x.shape, 1)))
    >>> low, high = profile_interval(np.full(10, 1e4) + 900 * np.eye(10)[4], spectrum, np.eye(10)[4])
    >>> 780 < low < 800 and 1000 < high < 1020  # the error of the bin's count is 104, of the others' mean 33
    True
    """
    best = fit_spectrum(counts, spectrum, peak)
    error = np.sqrt(best.covariance[-1, -1])

    def excess(signal):  # the root of the rise is nearly linear in the signal
        rise = fit_spectrum(counts, spectrum, known=signal * peak, start=best.theta).deviance - best.deviance
        return np.sqrt(max(rise, 0.0)) - np.sqrt(level)

    ends = []
    for side in (-1, 1):
        reach = 1.5 * side * error * np.sqrt(level)
        while excess(best.signal + reach) < 0:
            reach *= 2
        ends.append(float(brentq(excess, best.signal, best.signal + reach, xtol=1e-4 * error)))
    return tuple(ends)


def asimov_significance(theta, spectrum, signal):
    """The median significance of a signal to be expected, all of the spectrum's coefficients being fitted too.

    theta : (K,) true coefficients of the background;  spectrum : a `Spectrum`;  signal : (m,) counts expected of it.

    >>> from abinitio.statistics.falling_spectrum import falling_spectrum
    >>> spectrum = falling_spectrum(np.linspace(0, 1000, 1001), lambda x: np.ones((*x.shape, 1)))
    >>> theta = np.log(100.0) * np.sqrt([3000.0])  # 100 events a bin; their number is known well: one bin counts alone
    >>> round(asimov_significance(theta, spectrum, 30 * np.eye(1000)[5]), 2), counting_significance(30, 100).round(2)
    (2.86, np.float64(2.87))
    """
    return local_significance(expected_counts(theta, spectrum) + signal, spectrum, signal)[1]


def counting_significance(signal, background):
    r"""$\sqrt{2 [(s + b) \ln(1 + s/b) - s]}$, the median significance in one bin whose background is known.

    signal : s, background : b, expected counts: numbers or arrays.

    >>> float(counting_significance(10.0, 100.0).round(3))  # s/√b = 1 for small s/b
    0.984
    """
    gain = (signal + background) * np.log1p(signal / background) - signal
    return np.sqrt(2 * np.maximum(gain, 0.0))  # rounding


def upcrossings(significance, level):
    """How often Z rises through a level from one mass of a scan to the next: an integer for (M,), (T,) for (T, M).

    >>> int(upcrossings(np.array([0.0, 2.0, -1.0, 3.0]), 1.0))
    2
    """
    above = np.asarray(significance) > level
    return np.sum(above[..., 1:] & ~above[..., :-1], axis=-1)


def global_p_value(significance, crossings, level):
    """The probability, where there is no signal, that Z exceeds `significance` at any mass of the scan.

    crossings : mean number of `upcrossings` of `level` in scans without signal. An upper bound, close to the truth
    where it is small; 1 at most.

    >>> float(global_p_value(3.0, 4.0, 0.0).round(4))
    0.0458
    """
    bound = ndtr(-significance) + crossings * np.exp(-(np.square(significance) - level**2) / 2)
    return np.minimum(bound, 1.0)
