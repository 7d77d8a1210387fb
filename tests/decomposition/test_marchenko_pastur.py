"""The Marchenko-Pastur law: its moments, its distribution, eigenvalues of random samples, wide and tall."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.stats import kstest

from abinitio.decomposition.marchenko_pastur import (
    marchenko_pastur_density,
    marchenko_pastur_distribution,
    marchenko_pastur_edges,
)


@pytest.mark.parametrize("ratio", [0.01, 0.3, 0.99, 1.0, 1.5, 20.0])
@pytest.mark.parametrize("variance", [1.0, 3.5])
def test_moments(ratio, variance):
    """Mass, mean, and the next two moments: Narayana polynomials in r (the zeros of r > 1 add to the mass only)."""
    lower, upper = marchenko_pastur_edges(ratio, variance)
    middle, half = (upper + lower) / 2, (upper - lower) / 2
    t = (np.arange(4000) + 0.5) * np.pi / 4000  # x = middle - half cos t turns the roots at the edges into sin² t
    x = middle - half * np.cos(t)
    weights = marchenko_pastur_density(x, ratio, variance) * half * np.sin(t) * np.pi / 4000
    expected = [min(1, 1 / ratio), 1, 1 + ratio, 1 + 3 * ratio + ratio**2]
    found = [np.sum(weights * (x / variance) ** p) for p in range(4)]
    assert_allclose(found[1:], expected[1:], rtol=1e-6)
    assert_allclose(found[0], expected[0], rtol=1e-6 if ratio != 1 else 1e-3)  # at r = 1 the density diverges at 0


@pytest.mark.parametrize("ratio", [0.05, 0.5, 1.0, 3.0])
def test_the_distribution_is_the_integral_of_the_density(ratio):
    lower, upper = marchenko_pastur_edges(ratio, 2.0)
    x = np.linspace(lower + 0.02 * (upper - lower), upper, 9)
    steps = [quad(marchenko_pastur_density, a, b, args=(ratio, 2.0))[0] for a, b in pairwise(x)]
    F = marchenko_pastur_distribution(x, ratio, 2.0)
    assert_allclose(np.diff(F), steps, atol=1e-7)
    assert F[-1] == 1
    below = marchenko_pastur_distribution(np.array([-1.0, 0.0, lower]), ratio, 2.0)
    assert_allclose(below, [0, max(0, 1 - 1 / ratio), max(0, 1 - 1 / ratio)], atol=1e-12)
    assert_allclose(marchenko_pastur_distribution(upper + 1, ratio, 2.0), 1)


def test_equal_numbers_are_a_quarter_circle_of_singular_values():
    s = np.linspace(0.1, 1.9, 7)  # r = 1: the roots of the eigenvalues have the density √(4 - s²) / π
    assert_allclose(marchenko_pastur_density(s**2, 1.0) * 2 * s, np.sqrt(4 - s**2) / np.pi, rtol=1e-12)


def test_few_features_are_a_semicircle_about_the_variance():
    u = np.linspace(-1.8, 1.8, 7)  # x = 1 + √r u, Wigner's law of u for r → 0
    assert_allclose(1e-4 * marchenko_pastur_density(1 + 1e-4 * u, 1e-8), np.sqrt(4 - u**2) / (2 * np.pi), rtol=1e-3)


@pytest.mark.parametrize("n, d", [(1200, 300), (300, 300), (200, 500)])
def test_eigenvalues_of_random_samples(n, d):
    rng = np.random.default_rng(d)
    X = 1.7 * rng.choice([-1.0, 1.0], (n, d))  # the law asks for the variance only, not for Gaussian features
    eigenvalues = np.linalg.eigvalsh(np.cov(X, rowvar=False))
    ratio, variance = d / (n - 1), 1.7**2
    real = np.sort(eigenvalues)[-min(n - 1, d) :]
    zeros = max(0, 1 - 1 / ratio)
    distribution = lambda x: (marchenko_pastur_distribution(x, ratio, variance) - zeros) / (1 - zeros)
    assert kstest(real, distribution).statistic < 4 / len(real)  # rigid: far closer than the root of independent draws
    lower, upper = marchenko_pastur_edges(ratio, variance)
    assert real[-1] < upper * (1 + 4 * n ** (-2 / 3)) and real[0] > lower - 0.05 * variance
