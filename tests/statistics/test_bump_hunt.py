"""The hunt for a peak: closed forms of a counting experiment, Wilks' law, coverage, the look-elsewhere effect."""

from functools import partial

import numpy as np
import pytest
from scipy.stats import kstest, norm

from abinitio.statistics.bump_hunt import (
    Scan,
    asimov_significance,
    best_mass,
    counting_significance,
    global_p_value,
    local_significance,
    peak_shares,
    profile_interval,
    scan_masses,
    upcrossings,
)
from abinitio.statistics.falling_spectrum import dijet_functions, expected_counts, falling_spectrum, fit_spectrum

EDGES = np.linspace(2.6, 6.0, 41)
SPECTRUM = falling_spectrum(EDGES, partial(dijet_functions, beams=13.0))
SHAPE = np.exp(-3 * (EDGES[:-1] - 2.6))
BACKGROUND = expected_counts(THETA := fit_spectrum(20_000 * SHAPE, SPECTRUM).theta, SPECTRUM)
PEAK = peak_shares(EDGES, 3.5, 0.105)


def simulated(n, signal, rng):
    return [rng.poisson(BACKGROUND + signal * PEAK) for _ in range(n)]


def test_a_peak_is_the_integral_of_a_normal_density():
    assert PEAK == pytest.approx(norm(3.5, 0.105).cdf(EDGES[1:]) - norm(3.5, 0.105).cdf(EDGES[:-1]), abs=1e-12)
    assert peak_shares(np.array([-np.inf, np.inf]), 1.0, 2.0) == pytest.approx([1.0])


def test_one_bin_with_a_background_known_well_is_a_counting_experiment():
    flat = falling_spectrum(np.linspace(0, 4000, 4001), lambda x: np.ones((*x.shape, 1)))
    one = np.eye(4000)[7]
    for s, b in ((5.0, 2.0), (30.0, 100.0)):
        counts = np.full(4000, b)
        counts[7] += s
        fit, Z = local_significance(counts, flat, one)
        assert fit.signal == pytest.approx(s, rel=1e-6)
        assert Z == pytest.approx(counting_significance(s, b), rel=2e-3)  # b is known to 1/√(4000 b)


def test_counting_significance_tends_to_s_over_root_b():
    assert counting_significance(1.0, 1e8) == pytest.approx(1e-4, rel=1e-4)
    assert counting_significance(np.array([0.0, 3.0]), 1.0) == pytest.approx([0, np.sqrt(2 * (4 * np.log(4) - 3))])


def test_without_signal_the_significance_is_a_standard_normal_number():
    Z = [local_significance(counts, SPECTRUM, PEAK)[1] for counts in simulated(300, 0, np.random.default_rng(0))]
    assert kstest(Z, norm.cdf).pvalue > 0.001


def test_the_asimov_significance_is_the_median():
    signal = 800.0
    expected = asimov_significance(THETA, SPECTRUM, signal * PEAK)
    Z = [local_significance(counts, SPECTRUM, PEAK)[1] for counts in simulated(200, signal, np.random.default_rng(1))]
    assert abs(np.median(Z) - expected) < 4 * 1.2533 / np.sqrt(200)  # the standard error of a normal median
    known = np.sqrt(np.sum(counting_significance(signal * PEAK, BACKGROUND) ** 2))
    assert 0.6 * known < expected < known  # fitting the background costs something


def test_profile_intervals_cover_as_often_as_they_say():
    signal, n = 300.0, 100
    ends = [profile_interval(counts, SPECTRUM, PEAK) for counts in simulated(n, signal, np.random.default_rng(2))]
    held = np.mean([low < signal < high for low, high in ends])
    assert abs(held - 0.6827) < 4 * np.sqrt(0.68 * 0.32 / n)


def test_a_profile_interval_of_many_events_is_that_of_the_curvature():
    counts = 100 * BACKGROUND + 1e4 * PEAK
    fit, (low, high) = fit_spectrum(counts, SPECTRUM, PEAK), profile_interval(counts, SPECTRUM, PEAK, level=4.0)
    error = np.sqrt(fit.covariance[-1, -1])
    assert (fit.signal - low) / error == pytest.approx(2, rel=0.01)
    assert (high - fit.signal) / error == pytest.approx(2, rel=0.01)


def test_a_scan_finds_mass_and_events():
    rng, masses = np.random.default_rng(3), np.linspace(3.2, 3.8, 25)
    pulls = []
    for counts in simulated(20, 2500, rng):
        mass, error = best_mass(scan_masses(counts, SPECTRUM, masses, 0.03))
        pulls.append((mass - 3.5) / error)
    assert abs(np.mean(pulls)) < 4 / np.sqrt(20) and 0.5 < np.std(pulls) < 1.5
    scan = scan_masses(BACKGROUND + 2500 * PEAK, SPECTRUM, masses, 0.03)
    assert scan.signal[12] == pytest.approx(2500, rel=1e-6) and scan.significance.argmax() == 12


def test_the_best_mass_at_an_end_has_no_error():
    rising = np.arange(3.0)
    mass, error = best_mass(Scan(rising, rising, rising, rising))
    assert mass == 2.0 and np.isnan(error)


def test_upcrossings_are_counted_scan_by_scan():
    scans = np.array([[0.0, 2.0, 0.0, 2.0], [2.0, 2.0, 0.0, 0.0], [0.0, 0.5, 2.0, 3.0]])
    assert upcrossings(scans, 1.0).tolist() == [2, 0, 1]


def test_the_global_p_value_is_what_simulated_scans_give():
    """Z along a scan as a smooth Gaussian process: the bound holds, and closely where it is small."""
    rng, n, length = np.random.default_rng(4), 4000, 12.0
    x = np.linspace(0, length, 121)
    covariance = np.exp(-((x[:, None] - x) ** 2) / 2) + 1e-9 * np.eye(len(x))
    Z = rng.standard_normal((n, len(x))) @ np.linalg.cholesky(covariance).T
    crossings = upcrossings(Z, 0.0).mean()
    assert abs(crossings - length / (2 * np.pi)) < 4 * np.sqrt(crossings / n)  # Rice's formula
    for level in (2.0, 2.5, 3.0):
        found, bound = np.mean(Z.max(axis=1) > level), float(global_p_value(level, crossings, 0.0))
        error = np.sqrt(bound * (1 - bound) / n)
        assert found < bound + 4 * error and found > 0.85 * bound - 4 * error
    assert global_p_value(0.0, 50.0, 0.0) == 1.0


def test_where_too_few_events_are_expected_nothing_is_said():
    counts = np.where(EDGES[1:] < 4.5, BACKGROUND // 100, 0.0)
    scan = scan_masses(counts, SPECTRUM, np.array([3.0, 5.5]), 0.03)
    assert np.isfinite(scan.significance[0]) and np.isnan([scan.signal[1], scan.error[1], scan.significance[1]]).all()
    assert upcrossings(scan.significance, -9.0) == 0
