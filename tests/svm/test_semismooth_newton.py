"""Newton's method with jumping curvature: an exact end, the mended Gram matrix, steps along convex functions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from abinitio.svm.semismooth_newton import ActiveGram, Walk, combination, descend, newton_direction, step_length


def rounded_hinges(seed, n, d):
    """Hinges with the price u, rounded off over random widths: (X, pull, curved, curvatures, psi)."""
    rng = np.random.default_rng(seed)
    X, y, sigma, u = (
        rng.standard_normal((n, d)),
        rng.choice([-1, 1], n),
        rng.uniform(0.5, 20, n),
        rng.uniform(0.1, 3, n),
    )
    excess = lambda f, rows: sigma[rows] * (1 - y[rows] * f)
    pull = lambda f, rows: y[rows] * np.clip(excess(f, rows), 0, u[rows])
    curved = lambda f, rows: (excess(f, rows) > 0) & (excess(f, rows) < u[rows])

    def value(w):
        p = np.clip(sigma * (1 - y * (X @ w)), 0, u)
        return w @ w / 2 + np.sum(p * (1 - y * (X @ w)) - p**2 / (2 * sigma))

    return X, pull, curved, sigma, value


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 60), d=st.integers(1, 8))
def test_the_walk_ends_at_the_minimum(seed, n, d):
    X, pull, curved, sigma, value = rounded_hinges(seed, n, d)
    walk = Walk(X, pull, np.ones(d))
    steps = descend(walk, curved, ActiveGram(X, sigma), 1.0, 0.0, 200)
    assert steps < 60
    assert_allclose(walk.w, X.T @ pull(X @ walk.w, slice(None)), atol=1e-11 * n)  # the gradient is 0
    best = minimize(value, walk.w, tol=1e-12)
    assert value(walk.w) <= best.fun + 1e-12 * n


def test_the_state_stays_what_it_says():
    X, pull, curved, sigma, value = rounded_hinges(1, 500, 4)
    walk, gram, values = Walk(X, pull, np.zeros(4)), ActiveGram(X, sigma), [value(np.zeros(4))]
    for _ in range(8):
        descend(walk, curved, gram, 1.0, 0.0, 1)
        assert_allclose(walk.f, X @ walk.w, atol=1e-12)
        assert_allclose(walk.p, pull(walk.f, slice(None)))
        assert_allclose(walk.Xp, X.T @ walk.p, atol=1e-10)
        values.append(value(walk.w))
    assert np.all(np.diff(values) <= 1e-10 * values[0]) and len(walk.near()) < 100
    h = 1e-6
    differences = [(value(walk.w + h * e) - value(walk.w - h * e)) / (2 * h) for e in np.eye(4)]
    assert_allclose(walk.gradient, differences, atol=1e-5)


def test_a_parabola_takes_one_step():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((30, 5)), rng.standard_normal(30)
    walk = Walk(X, lambda f, rows: 3.0 * (y[rows] - f), np.zeros(5))
    assert descend(walk, lambda f, rows: np.ones(len(f), dtype=bool), ActiveGram(X, np.full(30, 1.5)), 2.0, 0.0, 9) == 1
    assert_allclose(walk.w, np.linalg.solve(np.eye(5) + 3 * X.T @ X, 3 * X.T @ y), rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_mended_gram_matrix_is_that_of_its_samples(seed):
    rng = np.random.default_rng(seed)
    X, rates = rng.standard_normal((40, 3)), rng.uniform(0.1, 2, 40)
    gram, members = ActiveGram(X, rates), np.zeros(40, dtype=bool)
    for _ in range(6):
        flipped = rng.uniform(size=40) < rng.choice([0.0, 0.05, 0.9])
        members = members ^ flipped
        expected = (X[members].T * rates[members]) @ X[members]
        assert_allclose(np.tril(gram(members)), np.tril(expected), atol=1e-12)


def test_the_direction_solves_newton_s_equations_even_where_rounding_hides_the_penalty():
    rng = np.random.default_rng(0)
    Z, g = rng.standard_normal((4, 6)), rng.standard_normal(6)
    S = Z.T @ Z
    assert_allclose((np.eye(6) + 7 * S) @ newton_direction(np.tril(S), 7.0, g), -g, atol=1e-10)
    S = np.full((3, 3), 1e20)
    assert newton_direction(S, 1.0, np.ones(3)) @ np.ones(3) < 0


@pytest.mark.parametrize("root", [1e-3, 0.7, 1.0, 30.0])
def test_a_step_goes_nearly_to_the_lowest_point(root):
    for curve in (lambda t: t, lambda t: t**3, lambda t: np.sign(t) * np.sqrt(np.abs(t))):
        slope = lambda t, curve=curve: float(curve(t) - curve(root))
        assert abs(slope(step_length(slope, 0.01))) <= 0.01 * abs(slope(0))
    assert step_length(lambda t: t + 1) == 0


def test_a_combination_is_the_product():
    rng = np.random.default_rng(0)
    X, p = rng.standard_normal((20, 3)), rng.standard_normal(20)
    few = np.where(np.arange(20) < 3, p, 0)
    assert_allclose(combination(p, X), X.T @ p)
    assert_allclose(combination(few, X), X.T @ few)
