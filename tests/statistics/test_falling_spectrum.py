"""A falling spectrum in bins: the integral of its function, scipy's minimum, the law of the deviance, pulls."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import chi2, kstest

from abinitio.statistics.falling_spectrum import (
    count_slopes,
    deviance_hessian,
    dijet_functions,
    expected_counts,
    falling_spectrum,
    fit_spectrum,
    half_deviance,
    spectrum_information,
)

EDGES = np.linspace(2.6, 6.0, 41)
P = np.array([2.0, 10.0, 5.0, 0.1])  # ln p1, p2, p3, p4
SPECTRUM = falling_spectrum(EDGES, partial(dijet_functions, beams=13.0))
THETA = np.linalg.solve(SPECTRUM.mixing, P)
PEAK = np.exp(-0.5 * ((EDGES[1:] + EDGES[:-1]) / 2 - 3.5) ** 2 / 0.1**2)
PEAK /= PEAK.sum()
EXPECTED = 2000.0 * expected_counts(THETA, SPECTRUM) / expected_counts(THETA, SPECTRUM)[10]
SCALED = fit_spectrum(EXPECTED, SPECTRUM).theta


def test_a_bin_expects_the_integral_of_the_function():
    f = lambda m: np.exp(P[0]) * (1 - m / 13) ** P[1] / (m / 13) ** (P[2] + P[3] * np.log(m / 13))
    exact = [quad(f, a, b, epsrel=1e-12)[0] for a, b in pairwise(EDGES)]
    assert expected_counts(THETA, SPECTRUM) == pytest.approx(exact, rel=1e-9)


def test_counts_of_the_function_itself_give_its_parameters_back():
    fit = fit_spectrum(expected_counts(THETA, SPECTRUM), SPECTRUM)
    assert SPECTRUM.mixing @ fit.theta == pytest.approx(P, rel=1e-6)
    assert abs(fit.deviance) < 1e-9
    both = fit_spectrum(EXPECTED + 321 * PEAK, SPECTRUM, PEAK)
    assert both.signal == pytest.approx(321, rel=1e-8) and both.theta == pytest.approx(SCALED, rel=1e-8)


def test_slopes_are_those_of_the_counts():
    for k, step in enumerate(1e-5 * np.eye(4)):
        change = expected_counts(SCALED + step, SPECTRUM) - expected_counts(SCALED - step, SPECTRUM)
        assert count_slopes(SCALED, SPECTRUM)[:, k] == pytest.approx(change / 2e-5, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("peak", [None, PEAK])
def test_the_gradient_is_that_of_the_deviance_and_the_hessian_that_of_the_gradient(peak):
    counts = np.random.default_rng(0).poisson(EXPECTED).astype(float)
    w = SCALED + 0.01 if peak is None else np.append(SCALED + 0.01, 50.0)
    arguments = counts, SPECTRUM, peak
    shifts = 1e-5 * np.eye(len(w)) * np.maximum(np.abs(w), 1)
    values = [half_deviance(w + h, *arguments)[0] - half_deviance(w - h, *arguments)[0] for h in shifts]
    slopes = [half_deviance(w + h, *arguments)[1] - half_deviance(w - h, *arguments)[1] for h in shifts]
    steps = 2 * np.diag(shifts)
    gradient, H = half_deviance(w, *arguments)[1], deviance_hessian(w, *arguments)
    assert gradient == pytest.approx(np.array(values) / steps, rel=1e-5, abs=1e-4)
    assert H == pytest.approx(np.array(slopes) / steps[:, None], rel=1e-6, abs=1e-6 * H.max())


@pytest.mark.parametrize("size", [0.003, 1.0, 1e4])  # also with empty bins, and with millions in a bin
def test_scipy_finds_no_lower_deviance(size):
    counts = np.random.default_rng(1).poisson(size * EXPECTED).astype(float)
    fit = fit_spectrum(counts, SPECTRUM, PEAK)
    ours = np.append(fit.theta, fit.signal)
    scale = np.append(np.ones(4), max(np.sqrt(size) * 100, 1))
    function = lambda z: (lambda v, g: (v, g * scale))(*half_deviance(z * scale, counts, SPECTRUM, PEAK))
    theirs = minimize(
        function, np.append(ours[:4] * 1.001, 0.0) / scale, jac=True, method="BFGS", options={"gtol": 1e-9}
    )
    assert fit.deviance <= 2 * theirs.fun + 1e-7
    assert fit.deviance == pytest.approx(2 * theirs.fun, abs=1e-5)
    errors = np.sqrt(np.diag(fit.covariance))
    assert np.abs((theirs.x * scale - ours) / errors).max() < 1e-2


def test_the_deviance_of_fits_is_distributed_as_chi_squared():
    rng = np.random.default_rng(2)
    deviances = [fit_spectrum(rng.poisson(EXPECTED), SPECTRUM).deviance for _ in range(300)]
    assert kstest(deviances, chi2(len(EDGES) - 1 - 4).cdf).pvalue > 0.001


def test_pulls_have_the_mean_0_and_the_width_1():
    rng, n, pulls = np.random.default_rng(3), 300, []
    for _ in range(n):
        fit = fit_spectrum(rng.poisson(EXPECTED + 150 * PEAK), SPECTRUM, PEAK)
        pulls.append((fit.signal - 150) / np.sqrt(fit.covariance[-1, -1]))
    assert abs(np.mean(pulls)) < 4 / np.sqrt(n)
    assert abs(np.std(pulls) - 1) < 4 / np.sqrt(2 * n)


def test_units_of_the_mass_do_not_matter():
    counts = np.random.default_rng(4).poisson(EXPECTED)
    in_gev = falling_spectrum(1000 * EDGES, partial(dijet_functions, beams=13_000.0))
    a, b = fit_spectrum(counts, SPECTRUM, PEAK), fit_spectrum(counts, in_gev, PEAK)
    assert a.deviance == pytest.approx(b.deviance, abs=1e-6) and a.signal == pytest.approx(b.signal, rel=1e-6)


def test_known_counts_are_added():
    counts = np.random.default_rng(5).poisson(EXPECTED + 150 * PEAK)
    free = fit_spectrum(counts, SPECTRUM, PEAK)
    fixed = fit_spectrum(counts, SPECTRUM, known=free.signal * PEAK)
    assert fixed.theta == pytest.approx(free.theta, rel=1e-6) and fixed.deviance == pytest.approx(
        free.deviance, abs=1e-7
    )


def test_too_few_bins_with_counts_are_refused_and_inputs_kept():
    counts = np.zeros(40)
    counts[:3] = 5
    with pytest.raises(ValueError, match="3 bins have counts and the spectrum has 4"):
        fit_spectrum(counts, SPECTRUM)
    counts = np.random.default_rng(6).poisson(EXPECTED)
    before = counts.copy(), SPECTRUM.functions.copy()
    fit_spectrum(counts, SPECTRUM, PEAK)
    assert np.array_equal(counts, before[0]) and np.array_equal(SPECTRUM.functions, before[1])


def test_an_impossible_expectation_costs_infinitely_much():
    counts = np.ones(40)
    assert half_deviance(np.append(SCALED, -1e9), counts, SPECTRUM, PEAK)[0] == np.inf
    assert half_deviance(np.full(4, 1e6), counts, SPECTRUM)[0] == np.inf


def test_the_information_is_the_mean_hessian():
    rng, w = np.random.default_rng(7), np.append(SCALED, 100.0)
    expected = EXPECTED + 100 * PEAK
    drawn = np.array([deviance_hessian(w, rng.poisson(expected), SPECTRUM, PEAK) for _ in range(400)])
    error = drawn.std(axis=0) / 20
    assert (np.abs(drawn.mean(axis=0) - spectrum_information(w, expected, SPECTRUM, PEAK)) <= 4.5 * error + 1e-12).all()


def test_a_peak_as_high_as_the_mountain_is_found_from_far_away():
    counts = 0.02 * EXPECTED + 500 * PEAK
    start = np.append(fit_spectrum(counts, SPECTRUM).theta, 0.0)
    for begin in (start, None):
        fit = fit_spectrum(counts, SPECTRUM, PEAK, start=begin)
        assert fit.signal == pytest.approx(500, rel=1e-4) and fit.deviance < 1e-4
