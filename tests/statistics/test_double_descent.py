"""Double descent: exact risks of Gaussian least squares against simulation, limits, and the optimal penalty."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad

from abinitio.decomposition.marchenko_pastur import marchenko_pastur_density, marchenko_pastur_edges
from abinitio.statistics.double_descent import (
    double_descent_sweep,
    optimal_ridge,
    ridge_risk_limit,
    ridge_risk_of_design,
    ridgeless_risk,
    ridgeless_risk_limit,
)
from abinitio.statistics.empirical import mean_with_error
from abinitio.statistics.nested_least_squares import nested_least_squares

D, NOISE = 20, 0.5
BETA = np.random.default_rng(99).standard_normal(D)
SQUARE = BETA @ BETA


def test_simulated_risks_away_from_the_peak():
    sizes = np.array([1, 5, 10, 14, 26, 30, 60])  # |n - d| > 5: the variance of the error is finite
    errors = np.array(list(double_descent_sweep(sizes, BETA, NOISE, 0.0, 3000, np.random.default_rng(0))))
    for n, values in zip(sizes, errors.T):
        mean, error = mean_with_error(values)
        assert abs(mean - ridgeless_risk(n, D, SQUARE, NOISE)) < 4 * error


def test_the_peak_is_at_as_many_samples_as_features_and_more_data_hurt():
    sizes = np.arange(2, 61, 2)
    errors = list(double_descent_sweep(sizes, BETA, NOISE, 0.0, 400, np.random.default_rng(1)))
    median = np.median(errors, axis=0)
    assert sizes[median.argmax()] == D
    assert median[sizes == D] > 1.5 * median[sizes == 8] and median[sizes == D] > 20 * median[-1]


def test_the_exact_risk_is_infinite_where_it_is_and_tends_to_the_limit():
    n = np.arange(17, 24)
    risk = ridgeless_risk(n, D, SQUARE, NOISE)
    assert np.isinf(risk).tolist() == [False, False, True, True, True, False, False]
    assert ridgeless_risk(0, D, SQUARE, NOISE) == SQUARE
    for ratio in (0.25, 0.8, 1.25, 4.0):
        d = 10**6
        assert ridgeless_risk(d / ratio, d, 2.0, 0.3) == pytest.approx(ridgeless_risk_limit(ratio, 2.0, 0.3), rel=1e-4)
    assert ridgeless_risk_limit(1.0, 2.0, 0.3) == np.inf


@pytest.mark.parametrize("ratio", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("alpha", [0.05, 1.0])
def test_the_limit_for_ridge_is_an_integral_over_the_marchenko_pastur_law(ratio, alpha):
    lower, upper = marchenko_pastur_edges(ratio)
    middle, half = (lower + upper) / 2, (upper - lower) / 2
    at_zero = max(0.0, 1 - 1 / ratio)

    def mean(f):  # x = middle + half sin t takes the roots out of both edges
        density = lambda x: marchenko_pastur_density(np.array([x]), ratio)[0]
        term = lambda t: f(x := middle + half * np.sin(t)) * density(x) * half * np.cos(t)
        return at_zero * f(0.0) + quad(term, -np.pi / 2, np.pi / 2, epsabs=1e-11, limit=200)[0]

    bias, variance = mean(lambda s: (alpha / (s + alpha)) ** 2), mean(lambda s: s / (s + alpha) ** 2)
    exact = 2.0 * bias + 0.3 * ratio * variance
    assert ridge_risk_limit(ratio, alpha, 2.0, 0.3) == pytest.approx(exact, rel=1e-7)


def test_a_vanishing_penalty_is_ridgeless_and_the_optimal_one_has_no_peak():
    for ratio in (0.4, 2.5):
        assert ridge_risk_limit(ratio, 1e-7, 1.0, 0.3) == pytest.approx(ridgeless_risk_limit(ratio, 1.0, 0.3), rel=1e-5)
    ratios = np.linspace(4, 0.1, 200)  # more and more data
    best = np.array([ridge_risk_limit(r, optimal_ridge(r, 1.0, 0.3), 1.0, 0.3) for r in ratios])  # per sample: d -> d/n
    assert np.all(np.diff(best) < 0)
    for r, least in zip(ratios[::40], best[::40]):
        assert least < min(
            ridge_risk_limit(r, f * optimal_ridge(r, 1.0, 0.3), 1.0, 0.3) for f in (0.8, 0.99, 1.01, 1.2)
        )


def test_the_risk_of_a_given_design_is_the_average_over_noise_and_directions():
    rng, alpha = np.random.default_rng(2), 3.0
    X = rng.standard_normal((12, 6))
    errors = []
    for _ in range(4000):
        beta = rng.standard_normal(6)
        beta *= 2 / np.linalg.norm(beta)
        y = X @ beta + np.sqrt(NOISE) * rng.standard_normal(12)
        errors.append(np.sum((np.linalg.solve(X.T @ X + alpha * np.eye(6), X.T @ y) - beta) ** 2))
    mean, error = mean_with_error(np.array(errors))
    assert abs(mean - ridge_risk_of_design(X, alpha, 4.0, NOISE)) < 4 * error


def test_the_optimal_penalty_is_optimal_for_every_design_and_size():
    rng = np.random.default_rng(3)
    for n in (5, 20, 40):
        X, best = rng.standard_normal((n, D)), optimal_ridge(D, SQUARE, NOISE)
        risk = lambda alpha, X=X: ridge_risk_of_design(X, alpha, SQUARE, NOISE)
        assert risk(best) < min(risk(0.9 * best), risk(1.1 * best))
    errors = double_descent_sweep(np.arange(2, 61, 2), BETA, NOISE, best, 300, rng)
    mean = np.mean(list(errors), axis=0)
    assert np.all(np.diff(mean) < 0)  # nested samples: every step down shows through the noise


def test_large_designs_are_near_the_limit():
    X = np.random.default_rng(4).standard_normal((300, 600))
    found = ridge_risk_of_design(X, 300 * 0.2, 2.0, 0.3)
    assert found == pytest.approx(ridge_risk_limit(2.0, 0.2, 2.0, 0.3), rel=0.01)


def test_the_sweep_is_the_same_with_the_readable_function(monkeypatch):
    sweep = lambda: np.array(list(double_descent_sweep([3, 20, 30], BETA, NOISE, 0.0, 5, np.random.default_rng(5))))
    fast = sweep()
    monkeypatch.delattr(nested_least_squares, "fast")
    assert_allclose(fast, sweep(), rtol=1e-8)
