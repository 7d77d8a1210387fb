"""The L1 minimum: closed form, conditions of optimality, FISTA on the readable gradient, scikit-learn."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.linear_model.logistic import logistic_gradient, logistic_loss
from abinitio.linear_model.multinomial import cross_entropy, cross_entropy_gradient
from abinitio.linear_model.smooth_logistic import smooth_minimum
from abinitio.linear_model.sparse_logistic import Columns, optimality_violation, sparse_minimum
from abinitio.optimize.proximal import accelerated_proximal_gradient, soft_threshold


def problem(K, n=200, d=12, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) + 1
    Z = X[:, :3] @ rng.standard_normal((3, K))
    return X, (Z + rng.gumbel(size=Z.shape)).argmax(axis=1)


def gradient(theta, X, y, alpha):
    return (logistic_gradient if theta.ndim == 1 else cross_entropy_gradient)(theta, X, y, alpha)


@pytest.mark.parametrize("K", [2, 4])
@pytest.mark.parametrize(("l1", "l2"), [(0.003, 0.0), (0.03, 0.0), (0.01, 0.02)])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_conditions_of_optimality(K, l1, l2, fit_intercept):
    X, y = problem(K)
    best = sparse_minimum(X, y, np.full(200, 1 / 200), l1, l2, 1e-8, 200, fit_intercept)
    g = -gradient(best.theta, X, y, l2)
    assert optimality_violation(best.theta[:-1], g[:-1], l1) < 2e-8
    if fit_intercept:
        assert np.abs(g[-1]).max() < 2e-8
    else:
        assert np.all(best.theta[-1] == 0)
    assert best.slope <= 1e-8
    if l1 > 0.005:
        assert 0 < np.count_nonzero(best.theta[:-1]) < best.theta[:-1].size


@pytest.mark.parametrize("K", [2, 3])
def test_fista_on_the_readable_gradient_ends_there_too(K):
    X, y = problem(K)
    l1 = 0.02
    best = sparse_minimum(X, y, np.full(200, 1 / 200), l1, 0.0, 1e-9, 300)

    def proximal(z, rate):  # the intercept, last, is free
        return np.concatenate([soft_threshold(z[:-1], rate * l1), z[-1:]])

    rate = 1 / (0.5 * np.linalg.norm(np.column_stack([X, np.ones(200)]), 2) ** 2 / 200)
    steps = accelerated_proximal_gradient(lambda t: gradient(t, X, y, 0.0), proximal, 0 * best.theta, rate)
    *_, theta = islice(steps, 3000)
    loss = logistic_loss if K == 2 else cross_entropy
    objective = lambda t: loss(t, X, y, 0.0) + l1 * np.abs(t[:-1]).sum()
    assert 0 <= objective(theta) - objective(best.theta) < 1e-8
    assert_array_equal(theta[:-1] != 0, best.theta[:-1] != 0)
    assert_allclose(theta[:-1], best.theta[:-1], atol=1e-3)


@pytest.mark.parametrize("K", [2, 3])
def test_above_the_largest_slope_everything_is_zero_and_just_below_one_coefficient_is_not(K):
    X, y = problem(K)
    s = np.full(200, 1 / 200)
    start = np.log(np.bincount(y) / 200)
    theta = np.zeros((13, K))
    theta[-1] = start
    theta = theta if K > 2 else theta[:, 1] - theta[:, 0]
    most = np.abs(gradient(theta, X, y, 0.0)[:-1]).max()
    assert_array_equal(sparse_minimum(X, y, s, 1.001 * most, 0.0, 1e-9).theta[:-1], 0)
    assert np.count_nonzero(sparse_minimum(X, y, s, 0.995 * most, 0.0, 1e-9).theta[:-1]) == 1


def test_a_small_penalty_is_the_smooth_problem():
    X, y = problem(3)
    s = np.full(200, 1 / 200)
    sparse = sparse_minimum(X, y, s, 1e-9, 0.01, 1e-8, 500).theta
    assert_allclose(sparse, smooth_minimum(X, y, s, 0.01, 1e-9).theta, atol=1e-5)


def test_more_features_than_samples_weights_and_start():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 300))
    y, s = (X[:, 0] + 0.1 * rng.standard_normal(40) > 0).astype(int), rng.integers(1, 4, 40)
    best = sparse_minimum(X, y, s / s.sum(), 0.05, 0.0, 1e-8)
    repeated = sparse_minimum(np.repeat(X, s, axis=0), np.repeat(y, s), np.full(s.sum(), 1 / s.sum()), 0.05, 0.0, 1e-8)
    assert_allclose(best.theta, repeated.theta, atol=1e-6)
    assert np.count_nonzero(best.theta) < 40
    again = sparse_minimum(X, y, s / s.sum(), 0.05, 0.0, 1.1e-8, start=best.theta)
    assert again.steps == 0
    few = sparse_minimum(X, y, s / s.sum(), 0.05, 0.0, 1e-8, max_iter=1)
    assert few.steps == 1 and few.slope > 1e-8


def test_columns_in_use():
    X = np.arange(12.0).reshape(3, 4)
    used = Columns(X)
    used.extend(np.array([2]))
    used.extend(np.array([0, 2]))
    assert_array_equal(used.index, [2, 0])
    assert_array_equal(used.times(np.array([1.0, 0, 10, 0])), X @ [1, 0, 10, 0])
