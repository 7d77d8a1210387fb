"""Histograms against numpy's, the exact risk against simulation and its leading terms, draws against the bars."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import norm

from abinitio.density.histogram import (
    density_histogram,
    equal_bins,
    freedman_diaconis_width,
    histogram_risk,
    sample_histogram,
    scott_width,
    sturges_width,
)

NORMAL_SQUARE = 1 / (2 * np.sqrt(np.pi))  # the integral of the square of the standard normal density


def normal_risk(width, n):
    """The exact risk for standard normal samples with bins of this width, one edge at 0."""
    edges = width * np.arange(-np.ceil(9 / width), np.ceil(9 / width) + 1)
    return histogram_risk(np.diff(norm.cdf(edges)), edges, n, NORMAL_SQUARE)


def test_density_is_numpys_and_integrates_to_one():
    x, edges = np.random.default_rng(0).standard_normal(500), np.array([-5.0, -1.0, -0.5, 0.3, 2.0, 5.0])
    density, _ = density_histogram(x, edges)
    assert_allclose(density, np.histogram(x, edges, density=True)[0], rtol=1e-14)
    assert density @ np.diff(edges) == pytest.approx(1, rel=1e-14)
    assert_allclose(density_histogram(np.append(x, 500 * [99.0]), edges)[0], density / 2, rtol=1e-14)


def test_errors_are_the_scatter_of_the_bars():
    rng, edges, n, sets = np.random.default_rng(1), np.linspace(0, 1, 4) ** 2, 300, 3000
    pairs = np.array([density_histogram(rng.uniform(size=n), edges) for _ in range(sets)])
    bars, errors = pairs[:, 0], pairs[:, 1]
    assert np.all(np.abs(bars.mean(axis=0) - 1) < 4 * bars.std(axis=0) / np.sqrt(sets))
    p = np.diff(edges)
    assert_allclose(bars.std(axis=0), np.sqrt(p * (1 - p) / n) / p, rtol=4 / np.sqrt(2 * sets))
    assert_allclose(errors.mean(axis=0), bars.std(axis=0), rtol=0.06)


@pytest.mark.parametrize("n", [30, 1000])
def test_the_rules_are_numpys(n):
    x = np.random.default_rng(n).standard_normal(n) * 3 + 5
    for rule, name in [(scott_width, "scott"), (freedman_diaconis_width, "fd"), (sturges_width, "sturges")]:
        assert_allclose(equal_bins(x, rule(x)), np.histogram_bin_edges(x, name), rtol=1e-12)
    assert len(equal_bins(np.array([0.0, 0.3]), 0.1)) == 4
    assert len(equal_bins(np.array([0.0, 1.0]), 99.0)) == 2


def test_the_risk_is_what_a_simulation_finds():
    n, width, sets, rng = 200, 0.4, 2000, np.random.default_rng(2)
    edges = width * np.arange(-22, 23)
    p = np.diff(norm.cdf(edges))
    losses = np.empty(sets)
    for i in range(sets):
        bars = density_histogram(rng.standard_normal(n), edges)[0]
        losses[i] = bars**2 @ np.diff(edges) - 2 * bars @ p + NORMAL_SQUARE
    assert losses.mean() == pytest.approx(normal_risk(width, n), abs=4 * losses.std() / np.sqrt(sets))


def test_scott_s_width_is_the_best_for_many_normal_samples_and_sturges_is_too_wide():
    n = 100_000
    widths = np.linspace(0.03, 0.2, 200)
    best = widths[np.argmin([normal_risk(width, n) for width in widths])]
    unit = (24 * np.sqrt(np.pi) / n) ** (1 / 3)
    x = np.random.default_rng(3).standard_normal(n)
    assert best == pytest.approx(unit, rel=0.03)
    assert scott_width(x) == pytest.approx(unit, rel=4 / np.sqrt(2 * n))
    assert freedman_diaconis_width(x) == pytest.approx(2 * 2 * norm.ppf(0.75) / np.cbrt(n), rel=0.02)
    assert normal_risk(sturges_width(x), n) > 5 * normal_risk(scott_width(x), n)
    leading = 1 / (n * unit) + unit**2 / 12 / (4 * np.sqrt(np.pi))  # ∫ f'² = 1 / 4√π
    assert normal_risk(unit, n) == pytest.approx(leading, rel=0.03)  # the next term: -∫ f² / n


def test_draws_fill_the_bins_as_they_should():
    density, edges, m = np.array([1.0, 0.0, 3.0]), np.array([-1.0, 0.0, 2.0, 2.5]), 20_000
    x = sample_histogram(density, edges, m, np.random.default_rng(4))
    p = np.array([0.4, 0, 0.6])
    found, errors = density_histogram(x, edges)
    assert np.all(np.abs(found - p / np.diff(edges)) <= 4 * errors)
    upper = x[x > 2] - 2
    assert upper.mean() == pytest.approx(0.25, abs=4 * 0.5 / np.sqrt(12 * len(upper)))
