"""The two ways along a path agree, with weights, offsets, float32 and either kernel; starts, orders and warnings."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning

from abinitio.linear_model import working_set
from abinitio.linear_model.working_set import elastic_net_path, extrapolate, gram_path, working_set_path

OPTIONS = {"tol": 1e-11, "max_iter": 10**5, "start": None}


def problem(n, d, offset=0.0, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    y = X[:, :4].sum(axis=1) + rng.standard_normal(n)
    return X + offset, y + 3, rng.uniform(0, 2, n)


def penalties(X, y, rho, shares=(1.0, 0.5, 0.2, 0.05)):
    largest = np.abs((X - X.mean(axis=0)).T @ (y - y.mean())).max() / len(y)
    alphas = largest * np.array(shares)
    return alphas * rho, alphas * (1 - rho)


@pytest.mark.parametrize("rho", [1.0, 0.6])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
@pytest.mark.parametrize(("n", "d"), [(120, 20), (40, 90)])
def test_the_two_ways_agree(n, d, fit_intercept, weighted, rho):
    X, y, s = problem(n, d, offset=2.0)
    arguments = X, y, *penalties(X, y, rho), s if weighted else None, fit_intercept
    whole, few = gram_path(*arguments, **OPTIONS), working_set_path(*arguments, **OPTIONS)
    assert_allclose(few.coefficients, whole.coefficients, atol=1e-5)
    assert_allclose(few.gaps, whole.gaps, atol=1e-9)
    means = lambda path: path.y_mean - path.coefficients @ path.x_mean
    assert_allclose(means(few), means(whole), atol=1e-5)


def test_the_residual_kernel_gives_the_same(monkeypatch):
    X, y, s = problem(30, 90)
    arguments = X, y, *penalties(X, y, 0.3, shares=(1.0, 0.1, 0.02)), s, True
    expected = working_set_path(*arguments, **OPTIONS)
    assert np.count_nonzero(expected.coefficients[-1]) > 30  # more columns than samples in use
    monkeypatch.setattr(working_set, "WIDE", 0)
    assert_allclose(working_set_path(*arguments, **OPTIONS).coefficients, expected.coefficients, atol=1e-7)


@pytest.mark.parametrize("way", [gram_path, working_set_path])
def test_means_of_a_million_deviations_do_no_harm(way):
    X, y, s = problem(60, 15)
    l1s, l2s = penalties(X, y, 1.0, shares=(0.1,))
    plain, far = (way(A, y, l1s, l2s, s, True, **OPTIONS) for A in (X, X + 1e6))
    assert_allclose(far.coefficients, plain.coefficients, atol=1e-7)


def test_a_long_path_over_dependent_columns_reaches_its_goal():
    """Large coefficients of opposite signs turn rounding errors of the correlations into a gap that stays open."""
    X, y, _ = problem(100, 12)
    X[:, 6:] = X[:, :6] + 1e-2 * X[:, 6:]
    alphas = np.abs(X.T @ y).max() / 100 * np.geomspace(1, 1e-5, 100)
    path = elastic_net_path(X, y, alphas, tol=1e-11, max_iter=10**4)  # a ConvergenceWarning would be an error
    assert path.gaps.max() <= 1e-11 * (y @ y) / 100
    slopes = (y - path.coefficients @ X.T) @ X / 100
    assert np.all(np.abs(slopes) <= alphas[:, None] * (1 + 1e-6))


@pytest.mark.parametrize("way", [gram_path, working_set_path])
def test_float32_data(way):
    X, y, _ = problem(60, 100 if way is working_set_path else 15)
    X = X.astype(np.float32)
    l1s, l2s = penalties(X, y, 1.0, shares=(0.3, 0.1))
    arguments = l1s, l2s, None, True, 1e-4, 1000, None
    assert_allclose(way(X, y, *arguments).coefficients, way(X.astype(float), y, *arguments).coefficients, atol=1e-4)


@pytest.mark.parametrize(("n", "d"), [(60, 15), (30, 90)])
def test_alphas_in_any_order_and_a_start(n, d):
    X, y, _ = problem(n, d)
    alphas = np.array([0.1, 0.5, 0.2])
    path = elastic_net_path(X, y, alphas, tol=1e-11, max_iter=10**5)
    again = elastic_net_path(X, y, np.sort(alphas), tol=1e-11, max_iter=10**5)
    assert_allclose(path.coefficients, again.coefficients[[0, 2, 1]], atol=1e-8)
    start = path.coefficients[0]
    warm = elastic_net_path(X, y, [0.1], tol=1e-6, max_iter=10**5, start=start)
    cold = elastic_net_path(X, y, [0.1], tol=1e-6, max_iter=10**5)
    assert warm.sweeps[0] < cold.sweeps[0]
    assert_allclose(warm.coefficients[0], start, atol=1e-5)


def test_the_start_is_on_the_line_of_the_last_two():
    found, penalty = [np.array([1.0, -1.0, 0.0]), np.array([2.0, -0.5, 0.0])], np.array([4.0, 3.0, 1.0])
    assert_array_equal(extrapolate(found, penalty, None), [4.0, 0.0, 0.0])  # the second would change sign
    assert_array_equal(extrapolate(found[:1], penalty, None), found[0])
    assert_array_equal(extrapolate(found, np.array([3.0, 3.0, 1.0]), None), found[1])  # twice the same penalty
    assert_array_equal(found[1], [2.0, -0.5, 0.0])


@pytest.mark.parametrize(("n", "d"), [(60, 15), (30, 90)])
def test_one_warning_for_each_penalty_that_ran_out(n, d):
    X, y, _ = problem(n, d)
    with pytest.warns(ConvergenceWarning, match="max_iter = 1 sweeps") as caught:
        elastic_net_path(X, y, [1e-3, 1e-4], max_iter=1)
    assert len(caught) == 2


@pytest.mark.parametrize(("n", "d"), [(60, 15), (30, 90)])
def test_a_target_that_does_not_vary_needs_no_coefficients(n, d):
    X, _, _ = problem(n, d)
    path = elastic_net_path(X, np.full(n, 7.0), [0.1], fit_intercept=True)
    assert_array_equal(path.coefficients, np.zeros((1, d)))
    assert path.y_mean == pytest.approx(7.0)


def test_columns_in_memory_order_either_way():
    X, y, s = problem(30, 200)
    c, f = (elastic_net_path(A, y, [0.1], 1.0, s, True).coefficients for A in (X, np.asfortranarray(X)))
    assert_allclose(c, f, atol=1e-9)
