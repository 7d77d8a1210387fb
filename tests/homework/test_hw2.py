"""Homework 2: the answers to its pen-and-paper problems are what the library computes."""

from itertools import product

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import solve_ivp

from abinitio.homework.hw2_linear_classification.problems import value
from abinitio.linear_model import logistic_loss, mistake_bound, sigmoid, softmax


def test_the_bound_of_the_perceptron_is_the_librarys():
    rng = np.random.default_rng(0)
    X, u = rng.normal(size=(20, 3)), rng.normal(size=3)
    y, R, gamma = np.sign(X @ u), np.linalg.norm(X, axis=1).max(), np.abs(X @ u).min() / np.linalg.norm(u)
    assert value("most mistakes", eta=0.3, R=R, gamma=gamma) == pytest.approx(mistake_bound(X, y, u))


def test_log_odds_are_those_of_two_normal_densities():
    x, m, sigma, r = -0.7, 1.3, 0.8, 2.5
    odds = r * stats.norm.pdf(x, m, sigma) / stats.norm.pdf(x, -m, sigma)
    assert value("log odds", x=x, m=m, sigma=sigma, r=r) == pytest.approx(np.log(odds))


def test_slopes_of_the_loss_and_of_the_softmax_are_the_librarys():
    Z, step = np.array([0.3, -1.2, 0.8]), 1e-6
    p = softmax(Z)
    slopes = [(softmax(Z + step * e) - softmax(Z - step * e)) / (2 * step) for e in np.eye(3)]
    assert value("response of the softmax", p=p[0], q=p[2]) == pytest.approx(slopes[2][0], rel=1e-8)
    assert value("slope of the surprise", p=p[1]) == pytest.approx(-slopes[1][1] / p[1], rel=1e-8)
    z, X = 0.4, np.ones((1, 1))
    for y in (0, 1):
        up, down = (logistic_loss(np.array([z + h, 0.0]), X, np.array([y]), 0.0) for h in (step, -step))
        assert value("slope of the loss", p=sigmoid(z), y=y) == pytest.approx((up - down) / (2 * step), rel=1e-8)
    assert value("slope of the sigmoid", s=sigmoid(z)) == pytest.approx(
        (sigmoid(z + step) - sigmoid(z - step)) / (2 * step), rel=1e-8
    )


def test_weights_grow_along_the_flow_of_the_gradient():
    gamma, times = 0.7, np.array([0.0, 3.0, 40.0])
    flow = solve_ivp(lambda t, s: gamma * np.exp(-gamma * s), (0, 40), [0.0], t_eval=times, rtol=1e-10, atol=1e-12)
    found = [value("growth of the weights", t=t, gamma=gamma) for t in times]
    np.testing.assert_allclose(found, flow.y[0], rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize(("name", "allowed"), [("linear rule, b <= 0", (0, 1)), ("linear rule, b > 0", (1, 2))])
def test_no_linear_rule_on_mirror_images_is_better_and_one_is_as_good(name, allowed):
    """Every rule w . s + b on all lattices of three spins, from a fine set of w and b, for every way to label pairs."""
    states = np.array([s for s in product((-1, 1), repeat=3) if s[0] > 0])  # one of each pair (s, -s)
    rng = np.random.default_rng(1)
    b = np.abs(rng.normal(size=20_000)) * (1 if name.endswith("> 0") else -1)
    scores = rng.normal(size=(len(b), 3)) @ states.T
    calls = (scores + b[:, None] > 0).astype(int) + (-scores + b[:, None] > 0)  # of each pair: 0, 1 or 2
    assert set(np.unique(calls)) == set(allowed)
    for n_o in range(1, 4):
        ordered = np.arange(4) < n_o
        right = np.where(ordered, calls, 2 - calls).sum(axis=1) / 8
        assert right.max() == pytest.approx(value(name, n_o=n_o, n_d=4 - n_o))


def test_the_nearest_of_n_points_in_the_ball_is_farther_than_its_median_half_of_the_time():
    n, d = 7, 5
    r = value("median of the nearest", n=n, d=d)
    assert (1 - r**d) ** n == pytest.approx(0.5)


def test_a_neighbours_error_is_between_the_best_and_twice_the_best():
    eta = np.linspace(0.01, 0.99, 99)
    error, best = np.array([value("error of a neighbour", eta=e) for e in eta]), np.minimum(eta, 1 - eta)
    assert ((error >= best) & (error <= 2 * best)).all()
    assert error == pytest.approx(2 * best * (1 - best))
