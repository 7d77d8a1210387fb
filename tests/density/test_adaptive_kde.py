"""Kernels of different widths: the fixed ones as a limit, the integral, and the bias that theory gives them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import norm, t

from abinitio.density import adaptive_kde
from abinitio.density.adaptive_kde import adaptive_log_density, local_factors, variable_kernel_log_density
from abinitio.density.kde import kernel_log_density


def samples(seed, n=80, d=2):
    return np.random.default_rng(seed).standard_t(3, (n, d))


@pytest.mark.parametrize("d", [1, 2, 5])
def test_equal_factors_are_the_fixed_kernels(d):
    X, queries = samples(0, d=d), 2 * samples(1, 30, d)
    expected = kernel_log_density(X, queries, 0.6)
    assert_allclose(variable_kernel_log_density(X, queries, 0.3, np.full(80, 2.0)), expected, rtol=1e-12)
    assert_allclose(adaptive_log_density(X, queries, 0.6, 0.0), expected, rtol=1e-12)


def test_it_is_a_mean_of_normal_densities(monkeypatch):
    x, q, widths = samples(2, d=1), np.linspace(-9, 9, 50), np.random.default_rng(3).uniform(0.2, 2, 80)
    expected = norm.pdf(q[:, None], x[:, 0], widths).mean(axis=1)
    assert_allclose(variable_kernel_log_density(x, q[:, None], 0.5, widths / 0.5), np.log(expected), rtol=1e-12)
    monkeypatch.setattr(adaptive_kde, "PAIRS", 100)
    assert_allclose(variable_kernel_log_density(x, q[:, None], 0.5, widths / 0.5), np.log(expected), rtol=1e-12)
    assert len(variable_kernel_log_density(x, q[:0, None], 0.5, widths)) == 0


@pytest.mark.parametrize("sensitivity", [0.5, 1.0])
def test_it_integrates_to_one(sensitivity):
    X = np.random.default_rng(4).standard_normal((60, 2))
    axis, step = np.linspace(-30, 30, 401, retstep=True)
    mesh = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    assert step**2 * np.exp(adaptive_log_density(X, mesh, 0.5, sensitivity)).sum() == pytest.approx(1, abs=1e-9)


def test_factors_have_the_geometric_mean_one_and_the_stated_power():
    logs = np.random.default_rng(5).normal(size=50)
    factors = local_factors(logs)
    assert np.log(factors).mean() == pytest.approx(0, abs=1e-14)
    assert_allclose(factors[0] / factors[1], np.exp((logs[1] - logs[0]) / 2), rtol=1e-13)
    assert_allclose(local_factors(logs + 700), factors, rtol=1e-12)  # the unit of the density does not matter


def test_far_away_the_logarithm_is_still_right():
    X, factors = np.array([[0.0], [1.0]]), np.array([1.0, 0.5])
    value = variable_kernel_log_density(X, np.array([[1e4]]), 1e-3, factors)[0]
    assert value == pytest.approx(-(1e8) / 2e-6, rel=1e-9)  # the wider kernel, from further away


@pytest.mark.parametrize("q", [0.0, 1.5])
def test_the_bias_is_of_the_fourth_order(q):
    """Student's law of 2 degrees of freedom: 1/f = √8 (1 + x²/2)^(3/2), and h^4/8 times its fourth derivative."""
    n = 400_000
    x = t(2).ppf((np.arange(n) + 0.5) / n)[:, None]  # the mean over these is the expectation
    logs = t(2).logpdf(x[:, 0])
    factors, g = local_factors(logs), np.exp(logs.mean())
    fourth = np.sqrt(8) * 2.25 * (1 + q**2 / 2) ** -2.5
    place, truth = np.array([[q]]), t(2).pdf(q)
    bias = lambda h: np.exp(variable_kernel_log_density(x, place, h / np.sqrt(g), factors)[0]) - truth
    small, large = bias(0.02), bias(0.04)
    leading = (4 * small / 0.02**4 - large / 0.04**4) / 3  # without the terms of order h^6
    assert leading == pytest.approx(fourth / 8, rel=0.01)
    fixed = [np.exp(kernel_log_density(x, place, h)[0]) - truth for h in (0.02, 0.04)]
    assert np.log2(fixed[1] / fixed[0]) == pytest.approx(2, abs=0.1)


def test_tails_are_better_than_with_equal_kernels():
    rng, q = np.random.default_rng(6), np.array([[4.0], [6.0], [8.0]])
    errors = []
    for estimate in (adaptive_log_density, kernel_log_density):
        logs = np.array([estimate(rng.standard_t(3, (400, 1)), q, 0.35) for _ in range(100)])
        errors.append(np.sqrt(np.mean((np.exp(logs) / t(3).pdf(q[:, 0]) - 1) ** 2, axis=0)))
    assert np.all(errors[0] < 0.75 * errors[1])


def test_inputs_stay():
    X, queries = samples(7), samples(8)
    before = X.copy(), queries.copy()
    adaptive_log_density(X, queries, 0.4)
    assert_array_equal(X, before[0])
    assert_array_equal(queries, before[1])
