"""The Wasserstein distance on a line: closed forms, the metric's axioms, the linear programme, SciPy's."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import linprog
from scipy.stats import norm, wasserstein_distance

from abinitio.information.wasserstein import (
    common_levels,
    monotone_plan,
    wasserstein_1d,
    wasserstein_equal_sizes,
)

seeds = st.integers(0, 10**6)
sizes = st.integers(1, 30)
powers = st.sampled_from([1, 1.5, 2, 3])


def samples(seed, n, m, ties=False):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal(n), 2 * rng.standard_normal(m) + 1
    if ties:
        x, y = np.round(x), np.round(y)
    return x, y, rng


def weights_for(rng, n):
    """Weights with zeros among them, but not all."""
    weights = rng.exponential(size=n) * (rng.uniform(size=n) > 0.3)
    weights[0] += 0.1
    return weights


@settings(max_examples=60, deadline=None)
@given(seeds, sizes, sizes, st.booleans())
def test_equal_to_scipy(seed, n, m, ties):
    x, y, rng = samples(seed, n, m, ties)
    a, b = weights_for(rng, n), weights_for(rng, m)
    assert wasserstein_1d(x, y) == pytest.approx(wasserstein_distance(x, y), rel=1e-12, abs=1e-14)
    assert wasserstein_1d(x, y, 1, a) == pytest.approx(wasserstein_distance(x, y, a), rel=1e-12, abs=1e-14)
    assert wasserstein_1d(x, y, 1, a, b) == pytest.approx(wasserstein_distance(x, y, a, b), rel=1e-12, abs=1e-14)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 6), powers)
def test_the_best_of_all_permutations(seed, n, p):
    x, y, _ = samples(seed, n, n)
    costs = [np.mean(np.abs(x - y[list(order)]) ** p) for order in itertools.permutations(range(n))]
    assert wasserstein_equal_sizes(x, y, p) == pytest.approx(min(costs) ** (1 / p), rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(seeds, st.integers(1, 8), st.integers(1, 8), powers)
def test_the_optimum_of_the_linear_programme(seed, n, m, p):
    x, y, rng = samples(seed, n, m)
    a, b = weights_for(rng, n), weights_for(rng, m)
    a, b, cost = a / a.sum(), b / b.sum(), np.abs(x[:, None] - y) ** p
    marginals = np.vstack([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    best = linprog(cost.ravel(), A_eq=marginals, b_eq=np.concatenate([a, b]), method="highs").fun
    assert wasserstein_1d(x, y, p, a, b) ** p == pytest.approx(best, rel=1e-9, abs=1e-12)
    rows, columns = np.argsort(x), np.argsort(y)
    plan = monotone_plan(a[rows], b[columns])
    assert np.sum(plan * cost[np.ix_(rows, columns)]) == pytest.approx(best, rel=1e-9, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(seeds, sizes, sizes)
def test_a_plan_has_its_marginals(seed, n, m):
    _, _, rng = samples(seed, n, m)
    a, b = weights_for(rng, n), weights_for(rng, m)
    b *= a.sum() / b.sum()
    plan = monotone_plan(a, b)
    assert_allclose(plan.sum(axis=1), a, atol=1e-14 * n)
    assert_allclose(plan.sum(axis=0), b, atol=1e-14 * m)
    assert plan.min() >= 0 and np.count_nonzero(plan) <= n + m - 1
    i, j, mass = common_levels(a, b)
    assert np.all(np.diff(i) >= 0) and np.all(np.diff(j) >= 0) and mass.sum() == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(seeds, sizes, sizes, powers, st.floats(-5, 5))
def test_translation_scale_symmetry_and_the_triangle(seed, n, m, p, c):
    x, y, rng = samples(seed, n, m)
    z = rng.exponential(size=n + 1)
    distance = wasserstein_1d(x, y, p)
    assert wasserstein_1d(x, x + c, p) == pytest.approx(abs(c), rel=1e-12, abs=1e-12)
    assert wasserstein_1d(y, x, p) == pytest.approx(distance, rel=1e-12)
    assert wasserstein_1d(c * x, c * y, p) == pytest.approx(abs(c) * distance, rel=1e-12, abs=1e-12)
    assert distance <= wasserstein_1d(x, z, p) + wasserstein_1d(z, y, p) + 1e-12
    assert distance <= wasserstein_1d(x, y, p + 1) + 1e-12  # Jensen
    assert abs(x.mean() - y.mean()) <= distance + 1e-12
    assert wasserstein_1d(rng.permutation(x), y, p) == pytest.approx(distance, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(1, 12), st.integers(1, 12), powers)
def test_weights_are_repetitions(seed, n, m, p):
    x, y, rng = samples(seed, n, m)
    a, b = rng.integers(1, 5, n), rng.integers(1, 5, m)
    repeated = wasserstein_1d(np.repeat(x, a), np.repeat(y, b), p)
    assert wasserstein_1d(x, y, p, a, b) == pytest.approx(repeated, rel=1e-12, abs=1e-12)
    assert wasserstein_1d(x, y, p, 7 * a, b / 3) == pytest.approx(repeated, rel=1e-12, abs=1e-12)


def test_gaussian_measures_by_their_quantiles():
    """W_2² is the sum of the squared differences of means and deviations; W_1 of N(0, s²), N(0, 1) |s-1| √(2/π)."""
    n = 200_000
    z = norm.ppf((np.arange(n) + 0.5) / n)  # the midpoint rule for the integral over the levels
    assert wasserstein_1d(1 + 2 * z, 4 + 0.5 * z, 2) == pytest.approx(np.hypot(3, 1.5), rel=1e-5)
    assert wasserstein_1d(3 * z, z, 1) == pytest.approx(2 * np.sqrt(2 / np.pi), rel=1e-5)


def test_uniform_measures_by_their_quantiles():
    """Between U(0, 1) and U(0, c) the distance is |c - 1| (p + 1)^(-1/p)."""
    t = (np.arange(100_000) + 0.5) / 100_000
    for p in (1, 2, 3):
        assert wasserstein_1d(t, 4 * t, p) == pytest.approx(3 * (p + 1) ** (-1 / p), rel=1e-6)


def test_the_mean_distance_of_two_samples_of_one_law():
    """Two samples of n from U(0, 1): E W_2² is twice the mean variance of the k-th smallest, 1/(3 (n + 1))."""
    rng, n, repeats = np.random.default_rng(0), 50, 4000
    squares = np.array([wasserstein_1d(rng.uniform(size=n), rng.uniform(size=n), 2) ** 2 for _ in range(repeats)])
    k = np.arange(1, n + 1)
    exact = np.mean(2 * k * (n + 1 - k) / ((n + 1) ** 2 * (n + 2)))  # twice the variance of the k-th smallest
    assert abs(squares.mean() - exact) < 4 * squares.std() / np.sqrt(repeats)
    assert exact == pytest.approx(1 / (3 * (n + 1)), rel=1e-12)


def test_inputs_stay_and_wrong_weights_are_refused():
    x, y = np.array([3.0, 1.0]), np.array([2.0, 0.0])
    wasserstein_1d(x, y), wasserstein_1d(x, y, 1, np.array([1.0, 2.0]))
    assert x.tolist() == [3, 1] and y.tolist() == [2, 0]
    with pytest.raises(ValueError, match="must be >= 0"):
        wasserstein_1d(x, y, 1, np.array([1.0, -0.5]))
    with pytest.raises(ValueError, match="positive, finite sum"):
        wasserstein_1d(x, y, 1, None, np.zeros(2))
