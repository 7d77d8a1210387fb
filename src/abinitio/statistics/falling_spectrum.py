r"""A falling spectrum fitted to counts in bins, alone or with a peak on it: Poisson likelihood, exact to rounding.

Bin i expects
$$\lambda_i = \int_{\mathrm{bin}\,i} e^{\sum_k \theta_k \phi_k(x)}\, dx + s\, t_i + u_i ,$$
with free $\theta$, s events of a peak whose share $t_i$ falls into the bin, and known counts $u_i$. Minus the
logarithm of the likelihood, up to what the counts alone say, is half the deviance,
$$\frac{D}{2} = \sum_i \lambda_i - n_i + n_i \ln \frac{n_i}{\lambda_i} .$$
The function of CDF, ATLAS and CMS for dijets is of this kind: its logarithm is linear in $\ln p_1, p_2, p_3, p_4$.
Counts are tallied in one pass (`tallies.tally`); what follows costs the same for a thousand events as for $10^9$.

Oracles: scipy's minimum of the same likelihood; the deviance's chi-squared law; pulls of simulated spectra.
Source: CDF, Phys. Rev. D 79, 112002 (2009); S. Baker, R. D. Cousins, Nucl. Instrum. Meth. 221, 437 (1984).
"""

from typing import NamedTuple

import numpy as np
from scipy.special import xlogy

from abinitio.optimize.newton import damped_newton

NODES = 3  # of Gauss and Legendre in a bin: exact up to the fifth power of its width
FALL = 1e-8  # of the deviance: a step of 1e-4 standard errors, which the next one squares
TOO_MANY = 1e60  # counts in a bin: parameters that no fit comes near


class Spectrum(NamedTuple):
    """m bins: edges (m+1,);  weights (m G,) and functions (m G, K) at the nodes within the bins, G each;
    mixing (K, K): the coefficients of the functions as they were given are mixing @ theta.
    """

    edges: np.ndarray
    weights: np.ndarray
    functions: np.ndarray
    mixing: np.ndarray


class SpectrumFit(NamedTuple):
    """theta (K,);  signal s, 0.0 without a peak;  deviance D;  covariance of (theta, s), (K+1, K+1), or of theta."""

    theta: np.ndarray
    signal: float
    deviance: float
    covariance: np.ndarray


def dijet_functions(m, beams):
    r"""$1, \ln(1 - x), -\ln x, -\ln^2 x$, with $x = m$ / beams: parts of $\ln [p_1 (1-x)^{p_2}/x^{p_3 + p_4 \ln x}]$.

    m : masses, in any shape;  beams : energy of both beams, in the unit of m.  Returns m's shape with 4 added.

    >>> dijet_functions(np.array([6.5]), 13.0).round(4)
    array([[ 1.    , -0.6931,  0.6931, -0.4805]])
    """
    x = m / beams
    return np.stack([np.ones_like(x), np.log1p(-x), -np.log(x), -(np.log(x) ** 2)], axis=-1)


def falling_spectrum(edges, functions):
    """The `Spectrum` of bins with these edges, (m+1,) increasing, and of these functions, callable x -> (..., K).

    The functions are combined to orthonormal ones, so that their coefficients can be told apart.

    >>> spectrum = falling_spectrum(np.linspace(0.2, 0.5, 11), lambda x: np.stack([np.ones_like(x), x], axis=-1))
    >>> spectrum.functions.shape, np.allclose(spectrum.functions.T @ spectrum.functions, np.eye(2))
    ((30, 2), True)
    """
    edges = np.asarray(edges, dtype=float)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    middle, half = (edges[1:] + edges[:-1])[:, None] / 2, np.diff(edges)[:, None] / 2
    Q, R = np.linalg.qr(functions((middle + half * nodes).ravel()))
    signs = np.sign(np.diag(R))
    return Spectrum(edges, (half * weights).ravel(), Q * signs, np.linalg.inv(R) * signs)


def expected_counts(theta, spectrum):
    """What each bin of the `Spectrum` expects without a peak, (m,), for coefficients theta (K,).

    >>> spectrum = falling_spectrum(np.array([0.0, 1.0, 3.0]), lambda x: np.ones((*x.shape, 1)))
    >>> expected_counts(np.zeros(1), spectrum)
    array([1., 2.])
    """
    return _in_bins(spectrum.weights * np.exp(spectrum.functions @ theta))


def count_slopes(theta, spectrum):
    """The derivatives of `expected_counts` by theta, (m, K): they carry a fit's covariance over to counts.

    theta : (K,);  spectrum : a `Spectrum`.

    >>> spectrum = falling_spectrum(np.array([0.0, 1.0, 3.0]), lambda x: np.ones((*x.shape, 1)))
    >>> (count_slopes(np.zeros(1), spectrum) * np.sqrt(6)).ravel().round(9)
    array([1., 2.])
    """
    return _in_bins((spectrum.weights * np.exp(spectrum.functions @ theta))[:, None] * spectrum.functions)


def half_deviance(parameters, counts, spectrum, peak=None, known=0.0):
    """Half the deviance and its gradient, (K,) or (K+1,); infinite where a bin expects nothing or less, or 1e60.

    parameters : theta, (K,), and last the signal s where there is a peak;  counts : (m,) >= 0, also not integers;
    peak : (m,) shares of the signal, or None;  known : (m,) further counts expected.

    >>> spectrum = falling_spectrum(np.array([0.0, 1.0, 2.0]), lambda x: np.ones((*x.shape, 1)))
    >>> value, gradient = half_deviance(np.zeros(1), np.array([1.0, 1.0]), spectrum)
    >>> bool(abs(value) < 1e-12 and abs(gradient[0]) < 1e-12)
    True
    """
    expected, slopes, _ = _expected(parameters, spectrum, peak, known)
    if not (expected > 0).all() or not expected.max() < TOO_MANY:
        return np.inf, np.zeros(len(parameters))
    value = np.sum(expected - counts) + np.sum(xlogy(counts, np.where(counts > 0, counts, 1) / expected))
    return float(value), slopes.T @ (1 - counts / expected)


def deviance_hessian(parameters, counts, spectrum, peak=None, known=0.0):
    """The Hessian of `half_deviance`; its inverse is the covariance of a fit.

    parameters, counts, spectrum, peak, known : as there.

    >>> spectrum = falling_spectrum(np.array([0.0, 1.0, 2.0]), lambda x: np.ones((*x.shape, 1)))
    >>> deviance_hessian(np.zeros(1), np.array([1.0, 1.0]), spectrum).round(9)  # 2 events, functions of 1/√6
    array([[0.33333333]])
    """
    expected, slopes, f = _expected(parameters, spectrum, peak, known)
    bend = np.repeat(1 - counts / expected, NODES) * f
    H = (slopes.T * (counts / expected / expected)) @ slopes
    K = spectrum.functions.shape[1]
    H[:K, :K] += (spectrum.functions.T * bend) @ spectrum.functions
    return H


def spectrum_information(parameters, counts, spectrum, peak=None, known=0.0):
    """The mean of `deviance_hessian` over counts, if the parameters are the true ones: always positive definite.

    parameters, counts, spectrum, peak, known : as in `half_deviance`; the counts do not matter.

    >>> spectrum = falling_spectrum(np.array([0.0, 1.0, 2.0]), lambda x: np.ones((*x.shape, 1)))
    >>> spectrum_information(np.zeros(1), np.array([8.0, 1.0]), spectrum).round(9)
    array([[0.33333333]])
    """
    expected, slopes, _ = _expected(parameters, spectrum, peak, known)
    return (slopes.T / expected) @ slopes


def fit_spectrum(counts, spectrum, peak=None, known=0.0, start=None):
    """The `SpectrumFit` of largest likelihood.

    counts, peak, known : as in `half_deviance`;  start : parameters to begin with; None to find some. The signal may
    come out negative, so that its mean over many experiments is the true one. ValueError without counts in at least as
    many bins as there are functions.

    >>> spectrum = falling_spectrum(np.array([0.0, 1.0, 3.0]), lambda x: np.ones((*x.shape, 1)))
    >>> fit = fit_spectrum(np.array([7.0, 23.0]), spectrum)
    >>> expected_counts(fit.theta, spectrum).round(9)  # ten events a unit of length
    array([10., 20.])
    """
    if start is None:
        start = _first_guess(counts, spectrum, peak)
    arguments = counts, spectrum, peak, known
    best, value = start, np.inf
    for point in damped_newton(lambda w: half_deviance(w, *arguments), lambda w: _curvature(w, *arguments), start):
        fall, best, value = value - point.value, point.w, point.value
        if fall < FALL:  # the next step would be the square of this one
            break
    if value == np.inf:  # the start was the minimum
        value = half_deviance(best, *arguments)[0]
    K = spectrum.functions.shape[1]
    signal = 0.0 if peak is None else float(best[K])
    H = _curvature(best, *arguments)
    unit = 1 / np.sqrt(np.diag(H))  # of each parameter: events and logarithms do not compare
    return SpectrumFit(best[:K], signal, 2 * value, np.linalg.inv(H * np.outer(unit, unit)) * np.outer(unit, unit))


def _curvature(*arguments):
    """The Hessian where it is positive definite, as near the minimum; else its mean, which also leads downhill."""
    H = deviance_hessian(*arguments)
    try:
        np.linalg.cholesky(H)
        return H
    except np.linalg.LinAlgError:
        return spectrum_information(*arguments)


def _first_guess(counts, spectrum, peak):
    """Least squares of the logarithm of the counts, each weighted by what it is known to."""
    seen = counts > 0
    K = spectrum.functions.shape[1]
    if seen.sum() < K:
        raise ValueError(f"{seen.sum()} bins have counts and the spectrum has {K} free functions; give wider bins")
    middle = spectrum.functions[NODES // 2 :: NODES][seen]
    height = np.log(counts[seen] / np.diff(spectrum.edges)[seen])
    root = np.sqrt(counts[seen])
    theta = np.linalg.lstsq(middle * root[:, None], height * root, rcond=None)[0]
    return theta if peak is None else np.append(theta, 0.0)


def _expected(parameters, spectrum, peak, known):
    """Counts expected (m,), their slopes (m, parameters), and the background at the nodes (m G,)."""
    K = spectrum.functions.shape[1]
    with np.errstate(over="ignore", invalid="ignore"):  # a step too far: the deviance there is infinite
        f = spectrum.weights * np.exp(spectrum.functions @ parameters[:K])
        expected, slopes = _in_bins(f) + known, _in_bins(f[:, None] * spectrum.functions)
    if peak is None:
        return expected, slopes, f
    return expected + parameters[K] * peak, np.column_stack([slopes, peak]), f


def _in_bins(nodes):
    """Sums over the nodes of each bin."""
    return nodes.reshape(-1, NODES, *nodes.shape[1:]).sum(axis=1)
