"""Standardised coordinates and the inverse curvature: maps that invert each other, the chain rule, the Hessian."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.linear_model import whitening as module
from abinitio.linear_model.logistic import logistic_hessian, sigmoid
from abinitio.linear_model.multinomial import cross_entropy_hessian, softmax
from abinitio.linear_model.whitening import (
    Frame,
    curvature_factors,
    solve_curvature,
    standardised,
    standardising,
    telling_samples,
)


def features(n=200, d=4):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) * np.geomspace(1e-3, 1e3, d) + np.arange(d)
    s = rng.random(n)
    return X, s / s.sum()


@pytest.mark.parametrize("block", [2**20, 100])
def test_standardised_features_have_weighted_mean_zero_and_variance_one(block, monkeypatch):
    monkeypatch.setattr(module, "BLOCK", block)
    X, s = features()
    frame = standardising(X, s)
    Z = standardised(X, frame, float)
    assert_allclose(s @ Z, 0, atol=1e-12)
    assert_allclose(s @ Z**2, 1, rtol=1e-10)
    single = standardised(X, frame, np.float32)
    assert single.dtype == np.float32
    assert_allclose(single, Z, rtol=1e-6, atol=1e-6)
    frame = standardising(X, s, fit_intercept=False)
    assert_array_equal(frame.mean, 0)
    assert_allclose(s @ standardised(X, frame, float) ** 2, 1, rtol=1e-10)


@pytest.mark.parametrize("shape", [(5,), (5, 3)])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_the_maps_invert_each_other_and_obey_the_chain_rule(shape, fit_intercept):
    frame = standardising(*features(), fit_intercept)
    rng = np.random.default_rng(1)
    theta, g = rng.standard_normal((2, *shape))
    if not fit_intercept:
        theta[-1] = g[-1] = 0
    t = frame.from_theta(theta)
    assert_allclose(frame.to_theta(t), theta, rtol=1e-9, atol=1e-9)
    assert_allclose(frame.push(frame.pull(g)), g, rtol=1e-9, atol=1e-9)
    u = rng.standard_normal(shape)  # f(theta) = g.theta has the gradient g; in t it must have that of f(theta(t))
    step = frame.to_theta(t + u) - frame.to_theta(t)
    assert_allclose(np.vdot(frame.pull(g), u), np.vdot(g, step), rtol=1e-9)


def test_scores_do_not_depend_on_the_coordinates():
    X, s = features()
    frame, t = standardising(X, s), np.random.default_rng(2).standard_normal(5)
    theta = frame.to_theta(t)
    assert_allclose(X @ theta[:-1] + theta[-1], standardised(X, frame, float) @ t[:-1] + t[-1], rtol=1e-9)


def test_the_inverse_of_the_hessian_for_two_classes():
    X = np.random.default_rng(0).standard_normal((300, 4))
    theta, alpha = np.array([0.1, -0.2, 0.3, 2.0, 0.5]), 0.1
    p = sigmoid(X @ theta[:-1] + theta[-1])
    factors = curvature_factors(X, p * (1 - p) / 300, np.array([alpha] * 4 + [0.0]))
    inverse = np.array([solve_curvature(factors, e) for e in np.eye(5)])
    assert_allclose(inverse @ logistic_hessian(theta, X, alpha), np.eye(5), atol=1e-4)


def test_the_blocks_on_the_diagonal_of_the_hessian_for_more():
    rng = np.random.default_rng(0)
    X, theta, g = rng.standard_normal((400, 3)), rng.standard_normal((4, 5)), rng.standard_normal((4, 5))
    P = softmax(X @ theta[:-1] + theta[-1])
    H = cross_entropy_hessian(theta, X, 0.2).reshape(4, 5, 4, 5)
    factors = curvature_factors(X, P * (1 - P) / 400, np.array([0.2] * 3 + [0.0]))
    assert len(factors) == 5
    solved = solve_curvature(factors, g)
    for k in range(5):
        assert_allclose(H[:, k, :, k] @ solved[:, k], g[:, k], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("name", "value"), [("MOST", 10), ("WIDEST", 2)])
def test_one_mean_factor_or_a_diagonal_where_more_is_too_dear(name, value, monkeypatch):
    rng = np.random.default_rng(0)
    X, h, g, penalty = rng.standard_normal((400, 3)), rng.random((400, 5)), rng.standard_normal((4, 5)), np.full(4, 0.1)
    monkeypatch.setattr(module, name, value)
    factors = curvature_factors(X, h, penalty)
    X1 = np.column_stack([X, np.ones(400)])
    P = (X1.T * h.mean(axis=1)) @ X1 + 0.1 * np.eye(4)
    assert [f.ndim for f in factors] == [2 if name == "MOST" else 1]
    if name == "WIDEST":
        P = np.diag(np.diag(P))
    assert_allclose(P @ solve_curvature(factors, g), g, rtol=1e-4, atol=1e-5)
    assert len(curvature_factors(X, np.ones((400, 5)), penalty)) == 1  # the same of every sample


def test_samples_drawn_in_proportion_carry_the_curvature():
    rng = np.random.default_rng(0)
    X, h = rng.standard_normal((100_000, 3)), rng.random(100_000) ** 8
    few, weight = telling_samples(h, 2000)
    assert_allclose(weight * len(few), h.sum())
    counts = np.bincount(few, minlength=len(h))
    assert np.all(np.abs(counts - h / weight) <= 1)  # as often as proportion says, to less than one
    exact, drawn = (X.T * h) @ X / h.sum(), X[few].T @ X[few] / 2000
    assert np.abs(drawn - exact).max() < 4 * np.sqrt(2 / 2000)  # the standard error of a variance
    few, weight = telling_samples(h[:100], 50)
    assert_array_equal(few, np.arange(100))
    assert_array_equal(weight, h[:100])


def test_the_sampled_inverse_is_near_the_exact_one(monkeypatch):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20_000, 5))
    h, penalty = rng.random(20_000), np.zeros(6)
    factors = curvature_factors(X, h, penalty)
    X1 = np.column_stack([X, np.ones(20_000)])
    L = np.linalg.cholesky((X1.T * h) @ X1)
    P = factors[0] @ factors[0].T
    eigenvalues = np.linalg.eigvalsh(np.linalg.solve(L, np.linalg.solve(L, P).T))
    edge = np.sqrt(6 / 250)  # Marchenko and Pastur, 250 samples: (1 ± edge)²
    assert (1 - 2 * edge) ** 2 < eigenvalues[0] and eigenvalues[-1] < (1 + 2 * edge) ** 2


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_constant_and_equal_features_keep_a_finite_unit(dtype):
    X = np.ones((50, 2)) * [0.0, 1e8]
    s = np.full(50, 0.02)
    frame = standardising(X, s)
    assert_allclose(frame.scale, 1)
    Z = np.repeat(np.random.default_rng(0).standard_normal((500, 1)), 8, axis=1).astype(dtype)
    Z = np.hstack([standardised(X, frame, dtype)[:1].repeat(500, axis=0), Z])
    solved = solve_curvature(curvature_factors(Z, np.full(500, 2e-3), np.zeros(11)), np.ones(11))
    assert np.all(np.isfinite(solved))


def test_a_matrix_that_rounding_spoils_gives_its_diagonal(monkeypatch):
    def fails(*_, **__):
        raise np.linalg.LinAlgError

    monkeypatch.setattr(module, "cholesky", fails)
    X, h = np.random.default_rng(0).standard_normal((50, 2)), np.full(50, 0.1)
    factor = curvature_factors(X, h, np.zeros(3))[0]
    assert_allclose(factor**2, [*(0.1 * np.sum(X**2, axis=0)), 5.0], rtol=1e-4)


def test_without_an_intercept_it_stays_zero():
    frame = Frame(np.zeros(2), np.ones(2), False)
    assert frame.to_theta(np.ones(3))[-1] == frame.pull(np.ones(3))[-1] == 0
