"""Bias and variance: exact for linear smoothers, measured for any model, together the error of new targets."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.linear_model import LinearRegression, Ridge
from abinitio.neighbors import KNeighborsRegressor
from abinitio.statistics.bias_variance import (
    bias_variance,
    optimism,
    repeated_predictions,
    ridge_smoother,
    smoother_bias_variance,
)
from abinitio.statistics.empirical import mean_with_error

RNG = np.random.default_rng(0)
X, QUERIES, SIGMA = RNG.standard_normal((20, 4)), RNG.standard_normal((6, 4)), 0.8
F = lambda X: np.sin(X[:, 0]) + X[:, 1]
AT_FIXED_PLACES = lambda rng: (X, F(X) + SIGMA * rng.standard_normal(len(X)))


def knn_smoother(k):
    nearest = np.argsort(((QUERIES[:, None] - X) ** 2).sum(axis=2), axis=1)[:, :k]
    return np.array([np.isin(np.arange(len(X)), row) / k for row in nearest])


@pytest.mark.parametrize(
    "model, S",
    [
        (Ridge(3.0, fit_intercept=False), ridge_smoother(X, QUERIES, 3.0)),
        (LinearRegression(fit_intercept=False), ridge_smoother(X, QUERIES, 0.0)),
        (KNeighborsRegressor(3), knn_smoother(3)),
    ],
    ids=["ridge", "least squares", "neighbours"],
)
def test_measured_parts_of_linear_smoothers_are_the_exact_ones(model, S):
    predictions = repeated_predictions(model, AT_FIXED_PLACES, QUERIES, 800, np.random.default_rng(1))
    assert_allclose(model.fit(X, y := F(X)).predict(QUERIES), S @ y, rtol=1e-9)
    parts = bias_variance(predictions, F(QUERIES))
    bias_square, variance = smoother_bias_variance(S, F(X), F(QUERIES), SIGMA**2)
    assert abs(parts.bias_square - bias_square) < 4 * parts.bias_square_error
    assert abs(parts.variance - variance) < 4 * parts.variance_error


def test_the_parts_and_the_noise_make_the_error_of_new_targets():
    rng = np.random.default_rng(2)
    draw = lambda rng: (x := rng.uniform(-2, 2, (15, 2)), F(x) + SIGMA * rng.standard_normal(15))
    queries = rng.uniform(-2, 2, (25, 2))
    predictions = repeated_predictions(KNeighborsRegressor(4), draw, queries, 1500, rng)
    targets = F(queries) + SIGMA * rng.standard_normal(predictions.shape)
    error, spread = mean_with_error(np.mean((targets - predictions) ** 2, axis=1))
    parts = bias_variance(predictions, F(queries))
    assert parts.bias_square > 20 * parts.bias_square_error
    assert abs(parts.bias_square + parts.variance + SIGMA**2 - error) < 4 * spread


def test_the_errors_are_the_scatter_of_repeated_measurements():
    """With a bias and without: there the error comes from pairs alone."""
    rng = np.random.default_rng(3)
    for f in (np.zeros(5), np.full(5, 0.7)):
        found = np.array([bias_variance(rng.standard_normal((40, 5)), f) for _ in range(1500)])
        ratios = [np.sqrt(np.mean(found[:, i + 1] ** 2)) / found[:, i].std() for i in (0, 2)]
        assert 0.9 < ratios[0] < (1.1 if f.any() else 1.34)
        assert 0.9 < ratios[1] < 1.1
        assert abs(found[:, 0].mean() - np.mean(f**2)) < 4 * found[:, 0].std() / np.sqrt(1500)


def test_the_squared_bias_is_the_mean_product_of_pairs():
    predictions, f = np.random.default_rng(4).standard_normal((6, 3)), np.array([1.0, 2.0, 0.0])
    errors = predictions - f
    pairs = [np.mean(errors[r] * errors[s]) for r in range(6) for s in range(6) if r != s]
    assert bias_variance(predictions, f).bias_square == pytest.approx(np.mean(pairs), rel=1e-12)


def test_a_stronger_penalty_trades_variance_for_bias():
    parts = [
        smoother_bias_variance(ridge_smoother(X, X, alpha), X @ np.ones(4), X @ np.ones(4), SIGMA**2)
        for alpha in (0.0, 1.0, 10.0, 100.0)
    ]
    bias_square, variance = np.transpose(parts)
    assert bias_square[0] == pytest.approx(0, abs=1e-20) and np.all(np.diff(bias_square) > 0)
    assert variance[0] == pytest.approx(SIGMA**2 * 4 / 20) and np.all(np.diff(variance) < 0)


def test_the_optimism_of_the_training_error():
    rng, S = np.random.default_rng(5), ridge_smoother(X, X, 2.0)
    y, new = F(X) + SIGMA * rng.standard_normal((2, 20_000, 20))
    gap, error = mean_with_error(np.mean((new - y @ S.T) ** 2 - (y - y @ S.T) ** 2, axis=1))
    assert abs(gap - optimism(S, SIGMA**2)) < 4 * error


def test_noise_of_every_sample():
    S, noise = ridge_smoother(X, QUERIES, 1.0), np.linspace(0.1, 2, 20)
    variance = smoother_bias_variance(S, F(X), F(QUERIES), noise)[1]
    assert variance == pytest.approx(np.trace(S @ np.diag(noise) @ S.T) / 6, rel=1e-12)
