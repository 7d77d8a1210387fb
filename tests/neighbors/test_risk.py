"""The nearest neighbour's risk: the inequality of Cover and Hart, its equalities, and what is measured."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from abinitio.neighbors import KNeighborsClassifier
from abinitio.neighbors.risk import bayes_risk, cover_hart_bound, nearest_neighbour_risk


def two_gaussians(shift, points=20_001):
    """Posteriors and weights of two classes N(0, 1) and N(shift, 1) of equal probability, on a fine grid."""
    x = np.linspace(-9, 9 + shift, points)
    densities = np.stack([norm.pdf(x), norm.pdf(x - shift)], axis=1)
    total = densities.sum(axis=1)
    return densities / total[:, None], total / total.sum()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 6), st.floats(0.01, 20))
def test_the_inequality_of_cover_and_hart(seed, n_classes, concentration):
    rng = np.random.default_rng(seed)
    posteriors = rng.dirichlet(np.full(n_classes, concentration), 12)
    weights = rng.dirichlet(np.ones(12))
    best, nearest = bayes_risk(posteriors, weights), nearest_neighbour_risk(posteriors, weights)
    assert best - 1e-12 <= nearest <= cover_hart_bound(best, n_classes) + 1e-12
    assert cover_hart_bound(best, n_classes) <= 2 * best


@pytest.mark.parametrize("n_classes", [2, 5])
def test_both_bounds_are_reached(n_classes):
    sure, ones = np.eye(n_classes), np.ones(n_classes) / n_classes
    assert bayes_risk(sure, ones) == nearest_neighbour_risk(sure, ones) == 0
    alike = np.full((1, n_classes), 1 / n_classes)
    assert bayes_risk(alike, np.ones(1)) == pytest.approx(nearest_neighbour_risk(alike, np.ones(1)))
    rest = 0.3 / (n_classes - 1)  # the upper bound: the same posteriors everywhere, the other classes alike
    posteriors = np.array([[0.7] + [rest] * (n_classes - 1)])
    assert nearest_neighbour_risk(posteriors, np.ones(1)) == pytest.approx(cover_hart_bound(0.3, n_classes))


@pytest.mark.parametrize("shift", [0.5, 2.0, 4.0])
def test_the_bayes_risk_of_two_gaussians(shift):
    assert bayes_risk(*two_gaussians(shift)) == pytest.approx(norm.cdf(-shift / 2), rel=1e-6)


@pytest.mark.parametrize("shift", [1.0, 2.0])
def test_the_measured_risk_of_the_nearest_neighbour(shift):
    rng = np.random.default_rng(int(10 * shift))
    sets, n, m = 60, 2000, 1000
    risks = []
    for _ in range(sets):
        y, truth = rng.integers(0, 2, n), rng.integers(0, 2, m)
        X, Q = (shift * y + rng.standard_normal(n))[:, None], (shift * truth + rng.standard_normal(m))[:, None]
        risks.append(np.mean(KNeighborsClassifier(1).fit(X, y).predict(Q) != truth))
    error = np.std(risks, ddof=1) / np.sqrt(sets)
    posteriors, weights = two_gaussians(shift)
    expected, best = nearest_neighbour_risk(posteriors, weights), norm.cdf(-shift / 2)
    assert abs(np.mean(risks) - expected) < 4 * error + 1 / n  # n is finite: a bias below 1/n in one dimension
    assert best < np.mean(risks) < cover_hart_bound(best, 2)
    assert expected - best > 20 * error  # the measurement can tell them apart
