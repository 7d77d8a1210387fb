"""The Tracy-Widom law: published moments, the largest eigenvalue of random tables, how many components are found."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.special import airy
from scipy.stats import kstest

from abinitio.decomposition.tracy_widom import (
    largest_eigenvalue_p_value,
    significant_components,
    tracy_widom_distribution,
)


def test_mean_variance_and_skewness_are_the_published_ones():
    """F. Bornemann, Markov Processes Relat. Fields 16 (2010) 803: -1.2065335745820, 1.607781034581, 0.29346452408."""
    x, w = np.polynomial.legendre.leggauss(50)
    right, left = 4.5 * (x + 1), -5.5 * (x + 1)  # 0 ... 9 and 0 ... -11
    above, below = 4.5 * w * (1 - tracy_widom_distribution(right)), 5.5 * w * tracy_widom_distribution(left)
    moment = lambda p: p * (np.sum(right ** (p - 1) * above) - np.sum(left ** (p - 1) * below))  # by parts
    mean, second, third = moment(1), moment(2), moment(3)
    variance = second - mean**2
    assert mean == pytest.approx(-1.2065335745820, abs=1e-8)
    assert variance == pytest.approx(1.607781034581, abs=1e-8)
    assert (third - 3 * mean * variance - mean**3) / variance**1.5 == pytest.approx(0.29346452408, abs=1e-7)


def test_a_distribution():
    t = np.linspace(-20, 20, 161)
    F = tracy_widom_distribution(t)
    assert np.all(np.diff(F) > -1e-10) and F[0] == 0 and F[-1] == 1
    assert tracy_widom_distribution(-30.0) == 0 and tracy_widom_distribution(np.array([[40.0]])).shape == (1, 1)


def test_far_tails():
    """To the right 1 - F is the trace of A_t, half the integral of Ai beyond t; to the left
    log F = -|t|^3/24 - |t|^(3/2)/3√2 - log|t|/16 + a constant (Baik, Buckingham, DiFranco 2008)."""
    for t in (4.0, 5.0, 6.0):
        assert 1 - tracy_widom_distribution(t) == pytest.approx(quad(lambda x: airy(x)[0], t, 20)[0] / 2, rel=2e-4)
    t = np.array([5.0, 6.0])
    law = -(t**3) / 24 - t**1.5 / (3 * np.sqrt(2)) - np.log(t) / 16
    assert_allclose(np.diff(np.log(tracy_widom_distribution(-t))), np.diff(law), rtol=2e-3)


@pytest.mark.parametrize("n, d", [(200, 20), (50, 100)])
def test_p_values_of_noise_are_uniform(n, d):
    rng, repeats = np.random.default_rng(0), 200
    largest = [np.linalg.norm(rng.standard_normal((n, d)), 2) ** 2 / n for _ in range(repeats)]
    p = largest_eigenvalue_p_value(3.0 * np.array(largest), n, d, variance=3.0)
    assert kstest(p, "uniform").pvalue > 1e-3
    assert abs(np.mean(p < 0.05) - 0.05) < 4 * np.sqrt(0.05 * 0.95 / repeats) + 0.01


def test_noise_has_no_components_and_strong_signals_are_counted():
    rng, n, d, repeats = np.random.default_rng(1), 150, 30, 60
    found = {0: [], 3: []}
    for spikes in found:
        scale = np.append([6.0, 4.0, 3.0], np.ones(d - 3)) if spikes else np.ones(d)
        for _ in range(repeats):
            X = 2.5 * rng.standard_normal((n, d)) * scale
            variances = np.linalg.eigvalsh(np.cov(X, rowvar=False))[::-1]
            found[spikes].append(significant_components(variances, n - 1, d))
    for spikes, counts in found.items():
        wrong = np.mean(np.array(counts) != spikes)
        assert wrong < 0.01 + 4 * np.sqrt(0.01 * 0.99 / repeats) + 0.01


def test_more_features_than_samples_and_nothing_at_all():
    rng = np.random.default_rng(2)
    X = rng.standard_normal((60, 200))
    X[:, 0] *= 12
    variances = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)[:59] ** 2 / 59
    assert significant_components(variances, 59, 200) == 1
    assert significant_components(np.zeros(4), 10, 4) == 0
