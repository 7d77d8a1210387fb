"""James-Stein: the exact risk by two other integrals, dominance, simulation, and who pays for the gain."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.stats import ncx2

from abinitio.statistics.empirical import mean_with_error
from abinitio.statistics.shrinkage import (
    james_stein,
    james_stein_risk,
    positive_james_stein,
    positive_james_stein_risk,
    shrink_to_mean,
    shrink_to_mean_risk,
)


@pytest.mark.parametrize("d", [3, 4, 11])
@pytest.mark.parametrize("distance", [0.0, 0.5, 3.0, 40.0])
def test_the_risk_in_its_integral_form(d, distance):
    """E 1/(d-2+2N) = ∫₀¹ t^(d-3) E t^(2N) dt = ∫₀¹ t^(d-3) exp(-λ(1 - t²)) dt."""
    mean = distance**2 / 2
    inverse = quad(lambda t: t ** (d - 3) * np.exp(-mean * (1 - t**2)), 0, 1, epsabs=0, epsrel=1e-11, points=[0.99])[0]
    assert james_stein_risk(d, distance) == pytest.approx(d - (d - 2) ** 2 * inverse, rel=1e-10)


@pytest.mark.parametrize("d", [3, 4, 11])
@pytest.mark.parametrize("distance", [0.5, 3.0, 8.0])
def test_the_risk_of_the_positive_part_by_quadrature(d, distance):
    """Stein's unbiased estimate of the risk, averaged over the non-central chi-square law of |x|²."""
    c, law = d - 2, ncx2(d, distance**2)
    inside = quad(lambda s: (s - 2 * d) * law.pdf(s), 0, c, epsabs=1e-11)[0]
    far = law.ppf(1 - 1e-13)
    outside = quad(lambda s: -(c**2) / s * law.pdf(s), c, far, epsabs=1e-11, limit=200)[0]
    assert positive_james_stein_risk(d, distance) == pytest.approx(d + inside + outside, rel=1e-8)


def test_risks_at_the_target_and_far_away():
    for d in (3, 4, 100):
        assert james_stein_risk(d, 0.0) == pytest.approx(2.0, rel=1e-12)
        assert james_stein_risk(d, 1e4) == pytest.approx(d, rel=1e-6)
        assert positive_james_stein_risk(d, 1e4) == pytest.approx(d, rel=1e-6)


def test_dominance():
    """x loses to James-Stein, and this to its positive part, for every θ."""
    for d in (3, 5, 30):
        for distance in np.linspace(0, 12, 25):
            plain, positive = james_stein_risk(d, distance), positive_james_stein_risk(d, distance)
            assert positive < plain < d or (distance > 5 and positive <= plain + 1e-12 < d)


@pytest.mark.parametrize("distance", [0.0, 2.0, 6.0])
def test_simulated_risks(distance):
    rng, d, sigma, centre = np.random.default_rng(0), 5, 0.7, np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    theta = centre + sigma * distance * np.array([0.6, 0.8, 0.0, 0.0, 0.0])
    x = theta + sigma * rng.standard_normal((60_000, d))
    exact = {
        james_stein: james_stein_risk(d, sigma * distance, sigma),
        positive_james_stein: positive_james_stein_risk(d, sigma * distance, sigma),
    }
    for estimator, risk in exact.items():
        mean, error = mean_with_error(np.sum((estimator(x, sigma, centre) - theta) ** 2, axis=1))
        assert abs(mean - risk) < 4 * error
    mean, error = mean_with_error(np.sum((shrink_to_mean(x, sigma) - theta) ** 2, axis=1))
    assert abs(mean - shrink_to_mean_risk(theta, sigma)) < 4 * error


def test_one_mean_can_lose():
    """An outlier among means that are alike is pulled in: its own error is larger than 1."""
    rng, theta = np.random.default_rng(1), np.array([4.0, *np.zeros(15)])
    errors = (james_stein(theta + rng.standard_normal((40_000, 16))) - theta) ** 2
    outlier, spread = mean_with_error(errors[:, 0])
    assert outlier > 1 + 10 * spread
    assert errors.sum(axis=1).mean() < 16


def test_units_places_and_directions():
    rng = np.random.default_rng(2)
    x, Q = rng.standard_normal((4, 6)), np.linalg.qr(rng.standard_normal((6, 6)))[0]
    for estimator in (james_stein, positive_james_stein):
        plain = estimator(x)
        assert_allclose(estimator(3 * x + 7, 3.0, 7.0), 3 * plain + 7, rtol=1e-12)
        assert_allclose(estimator(x @ Q), plain @ Q, atol=1e-12)
    assert_allclose(shrink_to_mean(3 * x + 7, 3.0), 3 * shrink_to_mean(x) + 7, rtol=1e-12)
    assert_allclose(shrink_to_mean(x).mean(axis=1), x.mean(axis=1), atol=1e-14)
    near = 1e-3 * x
    assert np.all(positive_james_stein(near) == 0) and np.abs(james_stein(near)).max() > 1
    assert james_stein_risk(5, 6.0, 2.0) == pytest.approx(4 * james_stein_risk(5, 3.0))
