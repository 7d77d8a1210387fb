"""Whitened coordinates: maps that invert each other, the chain rule, and a Hessian that becomes the unit matrix."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.linear_model import whitening as module
from abinitio.linear_model.logistic import logistic_hessian, sigmoid
from abinitio.linear_model.whitening import some_rows, standardised, standardising, whitened


def frame_for(fit_intercept=True, alpha=0.1, n=200, d=4):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) * np.geomspace(1e-3, 1e3, d) + np.arange(d)
    s = rng.random(n)
    s /= s.sum()
    frame = standardising(X, s, fit_intercept)
    return X, s, whitened(frame, standardised(X, frame, float), s * 0.2, alpha)


def test_standardised_features_have_weighted_mean_zero_and_variance_one():
    X, s, frame = frame_for()
    Z = standardised(X, frame, float)
    assert_allclose(s @ Z, 0, atol=1e-12)
    assert_allclose(s @ Z**2, 1, rtol=1e-10)
    assert standardised(X, frame, np.float32).dtype == np.float32


@pytest.mark.parametrize("shape", [(5,), (5, 3)])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("widest", [0, 3000])
def test_the_maps_invert_each_other_and_obey_the_chain_rule(shape, fit_intercept, widest, monkeypatch):
    monkeypatch.setattr(module, "WIDEST", widest)
    _, _, frame = frame_for(fit_intercept)
    rng = np.random.default_rng(1)
    theta, g = rng.standard_normal((2, *shape))
    if not fit_intercept:
        theta[-1] = g[-1] = 0
    v = frame.from_theta(theta)
    assert_allclose(frame.to_theta(v), theta, rtol=1e-9, atol=1e-9)
    assert_allclose(frame.push(frame.pull(g)), g, rtol=1e-9, atol=1e-9)
    u = rng.standard_normal(shape)  # f(theta) = g.theta has the gradient g; in v it must have that of f(theta(v))
    step = frame.to_theta(v + u) - frame.to_theta(v)
    assert_allclose(np.vdot(frame.pull(g), u), np.vdot(g, step), rtol=1e-9)


def test_scores_do_not_depend_on_the_coordinates():
    X, _, frame = frame_for()
    v = np.random.default_rng(2).standard_normal(5)
    theta, other = frame.to_theta(v), frame.to_standardised(v)
    assert_allclose(X @ theta[:-1] + theta[-1], standardised(X, frame, float) @ other[:-1] + other[-1], rtol=1e-9)


def test_the_hessian_becomes_the_unit_matrix():
    X, _, frame = frame_for()
    s, alpha, theta = np.full(200, 1 / 200), 0.1, np.array([0.1, -0.2, 0.3, 1e-4, 0.5])
    p = sigmoid(X @ theta[:-1] + theta[-1])
    frame = whitened(standardising(X, s), standardised(X, standardising(X, s), float), s * p * (1 - p), alpha)
    T = np.array([frame.to_theta(v) for v in np.eye(5)]).T
    assert_allclose(T.T @ logistic_hessian(theta, X, alpha) @ T, np.eye(5), atol=1e-4)


def test_constant_features_keep_a_finite_unit():
    X = np.ones((50, 2)) * [0.0, 1e8]
    s = np.full(50, 0.02)
    frame = whitened(standardising(X, s), standardised(X, standardising(X, s), float), s, 0.0)
    assert_allclose(frame.scale, 1)
    assert np.all(np.isfinite(frame.to_theta(np.ones(3))))


def test_rows_are_enough_and_spread():
    for n, d in [(10, 5), (1000, 10), (10**6, 20)]:
        rows = np.arange(n)[some_rows(n, d)]
        assert min(n, 6 * d) <= len(rows) <= n
        assert rows[-1] >= n * 0.9 - 1
