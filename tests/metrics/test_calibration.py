"""Calibration: exact moments of calibrated forecasts, the decomposition of the Brier score, scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.calibration import calibration_curve

from abinitio.metrics.calibration import (
    calibration_chi_squared,
    check_forecast,
    expected_calibration_error,
    reliability_curve,
)
from abinitio.metrics.proper_scores import brier_score_loss


def forecast(rng, n):
    """Calibrated predictions p, uniform in (0, 1), and outcomes."""
    p = rng.random(n)
    return (rng.random(n) < p).astype(int), p


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 60), bins=st.integers(1, 12), grid=st.booleans())
def test_equal_to_scikit_learn(seed, n, bins, grid):
    rng = np.random.default_rng(seed)
    y, p = rng.integers(2, size=n), rng.random(n)
    y[:2] = 0, 1
    if grid:
        p = np.round(p * bins) / bins  # on the edges
    for edges, strategy in [(np.linspace(0, 1, bins + 1), "uniform"), (None, "quantile")]:
        edges = np.percentile(p, np.linspace(0, 1, bins + 1) * 100) if edges is None else edges
        curve = reliability_curve(y, p, edges)
        frequency, probability = calibration_curve(y, p, n_bins=bins, strategy=strategy)
        assert_allclose(curve.frequency, frequency, rtol=1e-12)
        assert_allclose(curve.probability, probability, rtol=1e-12)
        assert curve.count.sum() == n and curve.count.min() > 0


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 60))
def test_murphys_decomposition(seed, n):
    """Brier score = reliability - resolution + uncertainty, exactly where a bin holds one prediction only."""
    rng = np.random.default_rng(seed)
    y, p = rng.integers(2, size=n), rng.integers(6, size=n) / 5
    curve = reliability_curve(y, p, np.linspace(-0.1, 1.1, 7))
    weight, mean = curve.count / n, y.mean()
    reliability = weight @ (curve.frequency - curve.probability) ** 2
    resolution = weight @ (curve.frequency - mean) ** 2
    assert_allclose(brier_score_loss(y, p), reliability - resolution + mean * (1 - mean), atol=1e-14)


def test_errors_and_chi_squared_of_a_calibrated_forecaster():
    """With fixed p: mean 0 and variance error² for each bin's deviation, and a mean χ² of the number of bins."""
    rng, n, repeats, edges = np.random.default_rng(0), 400, 2000, np.linspace(0, 1, 6)
    p = rng.random(n)
    curves = [reliability_curve((rng.random(n) < p).astype(int), p, edges) for _ in range(repeats)]
    pulls = np.array([(c.frequency - c.probability) / c.error for c in curves])
    assert np.abs(pulls.mean(axis=0)).max() < 4 / np.sqrt(repeats)
    assert np.abs((pulls**2).mean(axis=0) - 1).max() < 4 * np.sqrt(2 / repeats)
    chi2 = np.array([calibration_chi_squared((rng.random(n) < p).astype(int), p, edges) for _ in range(repeats)])
    assert np.all(chi2[:, 1] == 5)
    assert abs(chi2[:, 0].mean() - 5) < 4 * np.sqrt(10 / repeats)
    assert stats.kstest(chi2[:, 0], stats.chi2(5).cdf).pvalue > 1e-3


def test_overconfidence_is_seen():
    rng = np.random.default_rng(1)
    y, p = forecast(rng, 5000)
    odds = np.log(p / (1 - p))
    sharpened = 1 / (1 + np.exp(-2 * odds))  # twice the log odds
    edges = np.linspace(0, 1, 11)
    chi2, dof = calibration_chi_squared(y, p, edges)
    assert stats.chi2.sf(chi2, dof) > 1e-3
    chi2, dof = calibration_chi_squared(y, sharpened, edges)
    assert stats.chi2.sf(chi2, dof) < 1e-20
    assert expected_calibration_error(y, sharpened, edges) > 3 * expected_calibration_error(y, p, edges)


def test_expected_calibration_error_of_chance_alone():
    """Each bin's deviation is nearly normal, so its mean size is σ √(2/π)."""
    rng, n, repeats, edges = np.random.default_rng(2), 1000, 1000, np.linspace(0, 1, 6)
    p = rng.random(n)
    values = np.array([expected_calibration_error((rng.random(n) < p).astype(int), p, edges) for _ in range(repeats)])
    curve = reliability_curve((rng.random(n) < p).astype(int), p, edges)
    expected = np.average(curve.error * np.sqrt(2 / np.pi), weights=curve.count)
    assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(repeats) + 0.01 * expected


def test_expected_calibration_error_by_hand():
    y, p, edges = np.array([0, 1, 1, 0]), np.array([0.1, 0.3, 0.8, 0.9]), np.array([0.0, 0.5, 1.0])
    assert_allclose(expected_calibration_error(y, p, edges), (2 * 0.3 + 2 * 0.35) / 4, rtol=1e-13)
    assert expected_calibration_error(y, y.astype(float), edges) == 0


def test_certain_predictions():
    edges = np.array([0.0, 0.5, 1.0])
    y, p = np.array([0, 0, 1, 1]), np.array([0.0, 0.0, 1.0, 1.0])
    assert calibration_chi_squared(y, p, edges) == (0.0, 0)
    assert calibration_chi_squared(1 - y, p, edges) == (np.inf, 2)


@pytest.mark.parametrize("score", [reliability_curve, expected_calibration_error, calibration_chi_squared])
def test_wrong_inputs_are_refused(score):
    edges = np.linspace(0, 1, 5)
    with pytest.raises(ValueError, match=r"\(2,\).*\(2, 1\)"):
        score(np.array([0, 1]), np.ones((2, 1)), edges)
    with pytest.raises(ValueError, match="0 and 1 are wanted"):
        score(np.array([-1, 1]), np.array([0.5, 0.5]), edges)
    for bad in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match="outside of the bins"):
            score(np.array([0, 1]), np.array([0.5, bad]), edges)
    check_forecast(np.array([0, 1]), np.array([0.0, 1.0]), 0.0, 1.0)
