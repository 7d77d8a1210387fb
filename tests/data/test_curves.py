"""Simulated curves: exact without noise, and with it the noise that was asked for (bounds from standard errors)."""

import pickle

import numpy as np
import pytest
from scipy.stats import kstest

from abinitio import data

CURVES = [
    data.make_line,
    data.make_polynomial,
    data.make_sinusoid,
    data.make_measured_curve,
    data.make_resonance,
    data.make_doppler,
]
by_name = pytest.mark.parametrize("make", CURVES, ids=lambda make: make.__name__)


@by_name
def test_residuals_are_standard_normal(make):
    n = 4000
    found = make(n, rng=np.random.default_rng(1))
    residual = (found.y - found.truth["curve"](found.x)) / found.sigma
    assert abs(residual.mean()) < 4 / np.sqrt(n)
    assert abs((residual**2).sum() - n) < 4 * np.sqrt(2 * n)  # chi^2 with n degrees of freedom
    assert kstest(residual, "norm").pvalue > 1e-3


@by_name
def test_same_generator_same_data_and_the_record_is_whole(make):
    first, second = (make(20, rng=np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first.X, second.X) and np.array_equal(first.y, second.y)
    assert first.X.shape == (20, 1) and first.origin == "simulated"
    assert set(first.units) == {*first.feature_names, *first.target_names}
    curve = pickle.loads(pickle.dumps(first.truth["curve"]))  # so that it can be sent to other processes
    assert np.array_equal(curve(first.x), first.truth["curve"](first.x))


@by_name
def test_no_rows_are_refused(make):
    with pytest.raises(ValueError, match="n is 0"):
        make(0, rng=np.random.default_rng(0))


@pytest.mark.parametrize("make", [make for make in CURVES if make is not data.make_measured_curve])
def test_negative_noise_is_refused(make):
    with pytest.raises(ValueError, match="noise is -1"):
        make(5, noise=-1, rng=np.random.default_rng(0))


@pytest.mark.parametrize("make", [data.make_line, data.make_polynomial, data.make_sinusoid])
def test_drawn_positions_are_uniform_and_in_random_order(make):
    x = make(2000, interval=(3.0, 7.0), rng=np.random.default_rng(2)).x
    assert kstest((x - 3) / 4, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(x[1:], x[:-1])[0, 1]) < 4 / np.sqrt(2000)


def test_line_has_the_slope_and_offset_asked_for():
    found = data.make_line(9, slope=-2.0, intercept=5.0, noise=0.0, rng=np.random.default_rng(0))
    assert np.allclose(np.polyfit(found.x, found.y, 1), [-2, 5])


def test_polynomial_has_the_coefficients_asked_for():
    wanted = [0.5, -1.0, 0.0, 2.0]
    found = data.make_polynomial(30, coefficients=wanted, noise=0.0, rng=np.random.default_rng(0))
    assert np.allclose(np.polynomial.polynomial.polyfit(found.x, found.y, 3), wanted)


def test_sinusoid_has_amplitude_frequency_and_phase():
    found = data.make_sinusoid(50, amplitude=2, frequency=3, phase=0.4, noise=0.0, rng=np.random.default_rng(0))
    wave = np.exp(2j * np.pi * 3 * found.x + 0.4j)
    assert np.allclose(found.y, 2 * wave.imag)


def test_resonance_has_its_height_and_its_full_width_at_half_maximum():
    found = data.make_resonance(
        3, mass=5.0, width=2.0, peak=7.0, background=(0, 0), interval=(4.0, 6.0), noise=0, rng=np.random.default_rng(0)
    )
    assert np.allclose(found.y, [3.5, 7.0, 3.5])  # at M - Gamma/2, M, M + Gamma/2


def test_the_background_of_the_resonance_slopes():
    found = data.make_resonance(2, peak=0.0, background=(2, 0.5), noise=0, rng=np.random.default_rng(0))
    assert np.allclose(found.y, 2 + 0.5 * (found.x - 91.19))


def test_doppler_vanishes_where_its_phase_is_a_multiple_of_pi():
    curve = data.make_doppler(1, rng=np.random.default_rng(0)).truth["curve"]
    zeros = 2.1 / np.arange(2, 40) - 0.05  # 2 pi 1.05 / (x + 0.05) = k pi
    inside = zeros[(zeros > 0) & (zeros < 1)]
    assert len(inside) > 30 and np.allclose(curve(inside), 0, atol=1e-10)
    between = 2.1 / (np.arange(2, 40) + 0.5) - 0.05
    between = between[(between > 0) & (between < 1)]
    assert np.allclose(np.abs(curve(between)), np.sqrt(between * (1 - between)))


def test_measured_errors_are_log_uniform_in_their_range():
    found = data.make_measured_curve(2000, noise=(0.1, 10.0), rng=np.random.default_rng(4))
    assert kstest((np.log10(found.sigma) + 1) / 2, "uniform").pvalue > 1e-3
    assert np.allclose(np.diff(found.x, 2), 0)  # a scan


@pytest.mark.parametrize("noise", [(0.0, 1.0), (2.0, 1.0), (-1.0, 1.0)])
def test_errors_out_of_order_are_refused(noise):
    with pytest.raises(ValueError, match="0 < smallest <= largest"):
        data.make_measured_curve(5, noise=noise, rng=np.random.default_rng(0))
