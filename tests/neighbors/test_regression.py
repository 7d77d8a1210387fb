"""kNN regression: scikit-learn's answers, its limits, its bias and variance, the estimator's contract."""

import numpy as np
import pytest
import sklearn.neighbors
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.neighbors import KNeighborsRegressor, regression


def wave(n, rng, d=2, targets=None):
    X = rng.uniform(0, 3, (n, d))
    y = np.sin(X).sum(axis=1) + 0.1 * rng.standard_normal(n)
    return X, y if targets is None else np.column_stack([y * (t + 1) for t in range(targets)])


@pytest.mark.parametrize("targets", [None, 1, 3])
@pytest.mark.parametrize("weights", ["uniform", "distance", np.exp])
@pytest.mark.parametrize("d", [2, 20])
def test_predictions_are_those_of_scikit_learn(d, weights, targets):
    rng = np.random.default_rng(0)
    X, y = wave(300, rng, d, targets)
    Q = np.vstack([wave(50, rng, d)[0], X[:10]])
    ours = KNeighborsRegressor(6, weights=weights).fit(X, y).predict(Q)
    theirs = sklearn.neighbors.KNeighborsRegressor(6, weights=weights, algorithm="kd_tree").fit(X, y).predict(Q)
    assert ours.shape == theirs.shape
    assert_allclose(ours, theirs, rtol=1e-9)


def test_limits_of_few_and_of_all_neighbours():
    X, y = wave(100, np.random.default_rng(1))
    assert_array_equal(KNeighborsRegressor(1).fit(X, y).predict(X), y)
    assert_array_equal(KNeighborsRegressor(9, weights="distance").fit(X, y).predict(X), y)
    assert_allclose(KNeighborsRegressor(100).fit(X, y).predict(X), y.mean())


def test_the_variance_of_a_mean_of_k_is_that_of_one_over_k():
    rng = np.random.default_rng(2)
    X, Q, k, sets = rng.uniform(0, 1, (200, 2)), rng.uniform(0, 1, (1, 2)), 8, 2000
    noise = rng.standard_normal((200, sets))  # a flat curve: only the noise is left, one data set a column
    errors = KNeighborsRegressor(k).fit(X, noise).predict(Q)[0]
    assert abs(errors.var() - 1 / k) < 4 * np.sqrt(2 / sets) / k  # standard error of a variance
    assert abs(errors.mean()) < 4 / np.sqrt(k * sets)


def test_another_mean_is_what_the_estimator_runs(monkeypatch):
    X, y = wave(30, np.random.default_rng(0))
    monkeypatch.setattr(regression, "neighbour_mean", lambda targets, weights: targets[:, 0] + 10)
    assert_allclose(KNeighborsRegressor(3).fit(X, y).predict(X), y + 10)


@parametrize_with_checks([KNeighborsRegressor(), KNeighborsRegressor(2, weights="distance", p=1)])
def test_scikit_learns_contract(estimator, check):
    check(estimator)
