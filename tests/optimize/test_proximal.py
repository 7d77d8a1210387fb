"""Proximal gradient: the soft threshold minimises what it should; both iterations keep their theorems' bounds."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from abinitio.linear_model.lasso import lasso_coefficients, lasso_objective
from abinitio.optimize.proximal import accelerated_proximal_gradient, proximal_gradient, soft_threshold

NUMBERS = st.floats(-1e6, 1e6)


@given(arrays(float, 5, elements=NUMBERS), st.floats(0, 1e6))
def test_soft_threshold_satisfies_the_condition_of_optimality(z, t):
    u = soft_threshold(z, t)
    # 0 is in u - z + t d|u|: for u != 0 the slope is exactly sign(u), at the kink it is anything up to 1 in size
    np.testing.assert_allclose((u - z)[u != 0], -t * np.sign(u[u != 0]), atol=1e-9)
    assert np.all(np.abs(z[u == 0]) <= t)


@given(arrays(float, 5, elements=NUMBERS), arrays(float, 5, elements=NUMBERS), st.floats(0, 1e6))
def test_soft_threshold_is_a_contraction(a, b, t):
    assert np.all(np.abs(soft_threshold(a, t) - soft_threshold(b, t)) <= np.abs(a - b) * (1 + 1e-12) + 1e-9)


def test_soft_threshold_broadcasts_and_keeps_nan_and_infinity():
    np.testing.assert_array_equal(soft_threshold(np.array([[3.0], [-3.0]]), np.array([1.0, 4.0])), [[2, 0], [-2, 0]])
    np.testing.assert_array_equal(soft_threshold(np.array([np.nan, np.inf, -np.inf]), 1.0), [np.nan, np.inf, -np.inf])
    assert soft_threshold(-2.0, 0.5) == -1.5


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 40)) @ np.diag(np.geomspace(1, 0.02, 40))  # ill-conditioned, so that it takes long
    y = X @ rng.standard_normal(40) + 0.1 * rng.standard_normal(60)
    alpha, n = 0.003, len(y)
    w_best = lasso_coefficients(X, y, alpha, tol=1e-13, max_iter=10**5)
    L = np.linalg.norm(X, 2) ** 2 / n
    return {
        "gradient": lambda w: X.T @ (X @ w - y) / n,
        "proximal": lambda z, rate: soft_threshold(z, rate * alpha),
        "excess": lambda w: lasso_objective(w, X, y, alpha) - lasso_objective(w_best, X, y, alpha),
        "rate": 1 / L,
        "distance2": np.sum(w_best**2),
    }


@pytest.mark.parametrize(
    ("method", "bound"),
    [
        (proximal_gradient, lambda k, rate, distance2: distance2 / (2 * rate * k)),
        (accelerated_proximal_gradient, lambda k, rate, distance2: 2 * distance2 / (rate * (k + 1) ** 2)),
    ],
)
def test_every_iterate_is_below_the_bound_of_the_theorem(problem, method, bound):
    steps = method(problem["gradient"], problem["proximal"], np.zeros(40), problem["rate"])
    excess = np.array([problem["excess"](w) for w in islice(steps, 400)])
    k = np.arange(1, 401)
    assert np.all(excess <= bound(k, problem["rate"], problem["distance2"]))
    assert np.all(excess >= -1e-10)


def test_plain_iteration_never_rises_and_acceleration_is_much_faster(problem):
    run = lambda method: [
        problem["excess"](w)
        for w in islice(method(problem["gradient"], problem["proximal"], np.zeros(40), problem["rate"]), 300)
    ]
    plain, accelerated = run(proximal_gradient), run(accelerated_proximal_gradient)
    assert np.all(np.diff(plain) <= 1e-12)
    assert accelerated[-1] < 0.01 * plain[-1]


def test_the_fixed_point_is_the_minimum(problem):
    steps = accelerated_proximal_gradient(problem["gradient"], problem["proximal"], np.zeros(40), problem["rate"])
    *_, w = islice(steps, 20_000)
    assert abs(problem["excess"](w)) < 1e-10
    step = next(proximal_gradient(problem["gradient"], problem["proximal"], w, problem["rate"]))
    np.testing.assert_allclose(step, w, atol=1e-5)


@pytest.mark.parametrize("method", [proximal_gradient, accelerated_proximal_gradient])
def test_the_start_is_not_changed_and_iterates_are_new_arrays(method):
    start = np.zeros(2)
    first, second = islice(method(lambda w: w - 3, lambda z, rate: soft_threshold(z, rate), start, 0.5), 2)
    np.testing.assert_array_equal(start, 0)
    np.testing.assert_array_equal(first, 1.0)
    assert first is not second


def test_without_a_kink_it_is_gradient_descent():
    A, b = np.diag([1.0, 3.0]), np.array([1.0, 2.0])
    w, steps = np.zeros(2), proximal_gradient(lambda w: A @ w - b, lambda z, rate: z, np.zeros(2), 0.3)
    for iterate in islice(steps, 10):
        w = w - 0.3 * (A @ w - b)
        np.testing.assert_allclose(iterate, w, rtol=1e-14)


def test_the_accelerated_iterates_are_those_of_the_paper():
    """Beck and Teboulle (2009), eq. 4.1-4.3, written out for f = w²/2, g = 0, rate 1/2: a step halves v."""
    t2 = (1 + np.sqrt(5)) / 2
    t3 = (1 + np.sqrt(1 + 4 * t2**2)) / 2
    t4 = (1 + np.sqrt(1 + 4 * t3**2)) / 2
    w1 = 1 / 2
    w2 = w1 / 2  # t1 = 1: no momentum in the second step
    w3 = (w2 + (t2 - 1) / t3 * (w2 - w1)) / 2
    w4 = (w3 + (t3 - 1) / t4 * (w3 - w2)) / 2
    steps = accelerated_proximal_gradient(lambda w: w, lambda z, rate: z, np.ones(1), rate=0.5)
    np.testing.assert_allclose(np.concatenate(list(islice(steps, 4))), [w1, w2, w3, w4], rtol=1e-14)
