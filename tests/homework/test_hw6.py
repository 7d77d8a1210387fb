"""Homework 6: the answers to its pen-and-paper problems are what the library computes."""

import numpy as np
import pytest
from scipy.integrate import quad

from abinitio.homework.hw6_estimators.problems import value
from abinitio.linear_model.logistic import sigmoid
from abinitio.linear_model.ridge import ridge_coefficients
from abinitio.statistics import (
    bias_with_error,
    bootstrap_samples,
    cramer_rao_bound,
    double_descent_sweep,
    exponential_log_density,
    exponential_mle,
    james_stein,
    james_stein_risk,
    linear_log_evidence,
    linear_posterior,
    mean_with_error,
    normal_log_evidence,
    repeated_estimates,
    ridge_alpha_of_prior,
    ridgeless_risk,
    squared_probability_gradient,
    sum_of_squares_moments,
    sum_of_squares_over,
    variance_with_error,
)


@pytest.mark.parametrize("n", [2, 5, 40])
def test_the_ml_variance_is_too_small_and_n_plus_1_divides_best(n):
    sigma, best = 1.7, value("best divisor", n=n)
    bias = value("bias of the ML variance", sigma=sigma, n=n)
    assert bias == pytest.approx(sum_of_squares_moments(sigma, n, divisor=n)[0], rel=1e-12)
    draws = np.random.default_rng(0).normal(3.0, sigma, (20_000, n))
    found, error = bias_with_error(sum_of_squares_over(draws, n), sigma**2)
    assert abs(found - bias) < 4 * error < abs(bias)

    def mse(divisor):
        bias, variance = sum_of_squares_moments(sigma, n, divisor)
        return bias**2 + variance

    assert all(mse(best) < mse(best + change) for change in (-1, -1e-3, 1e-3, 1))


def test_the_bound_is_reached_for_the_mean_lifetime_and_not_for_the_rate():
    m, n = 2.5, 6
    r = 1 / m
    for_m, for_r = value("bound for a mean lifetime", m=m, n=n), value("bound for a decay rate", r=r, n=n)
    score = lambda x, h=1e-5: (exponential_log_density(x, (r + h,)) - exponential_log_density(x, (r - h,))) / (2 * h)
    information, _ = quad(lambda x: score(x) ** 2 * np.exp(exponential_log_density(x, (r,))), 0, 40 * m)
    assert for_r == pytest.approx(cramer_rao_bound(information, n), rel=1e-6)
    assert for_m == pytest.approx(cramer_rao_bound(information, n, gradient=-1 / r**2), rel=1e-6)  # m = 1/r

    draw = lambda shape, rng: rng.exponential(m, shape)
    mean = lambda x: x.mean(axis=-1)
    rate = lambda x: (n - 1) / n * np.array([exponential_mle(row)[0] for row in x])
    means = repeated_estimates(mean, draw, n, 40_000, np.random.default_rng(1))
    rates = repeated_estimates(rate, draw, n, 40_000, np.random.default_rng(2))
    by_hand = value("variance of the unbiased rate", r=r, n=n)
    for estimates, truth, wanted in ((means, m, for_m), (rates, r, by_hand)):
        bias, bias_error = bias_with_error(estimates, truth)
        variance, error = variance_with_error(estimates)
        assert abs(bias) < 4 * bias_error
        assert abs(variance - wanted) < 4 * error
    assert by_hand - for_r > 8 * variance_with_error(rates)[1]


@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("z", [-4.0, 0.3, 2.0])
def test_the_slope_is_half_that_of_the_library(y, z):
    slope = squared_probability_gradient(np.array([z]), np.ones((1, 1)), np.array([y]))[0]  # of (y - p)², not its half
    assert value("slope of the squared probability", p=sigmoid(z), y=y) == pytest.approx(slope / 2, rel=1e-12)


def test_the_bias_of_one_over_a_parallax_is_the_leading_term():
    p = 8.0
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    rest = []
    for s in (0.8, 0.4):
        bias = weights / weights.sum() @ (1 / (p + s * nodes)) - 1 / p
        rest.append(bias - value("bias of one over a parallax", p=p, s=s))
    assert rest[0] / rest[1] == pytest.approx(16, rel=0.2)  # the next term is 3 s⁴/p⁵
    found, error = bias_with_error(1 / np.random.default_rng(3).normal(p, s, 400_000), 1 / p)
    leading = value("bias of one over a parallax", p=p, s=s)
    assert abs(found - leading - rest[1]) < 4 * error < leading / 5


def test_the_best_factor_is_that_of_draws_and_james_and_stein_come_near_it():
    sigma, theta = 0.7, np.array([1.0, -0.5, 0.2, 0.8, 0.0])
    t, d = theta @ theta, len(theta)
    c = value("best factor", t=t, d=d, sigma=sigma)
    x = np.random.default_rng(4).normal(theta, sigma, (100_000, d))
    slope = np.sum((c * x - theta) * x, axis=1)  # half the derivative of |c x - theta|² in c: zero on average
    mean, error = mean_with_error(slope)
    assert abs(mean) < 4 * error < 0.01 * t
    least = c * d * sigma**2  # the risk with the best factor, which nobody knows
    assert least < james_stein_risk(d, np.sqrt(t), sigma) < least + 2 * sigma**2


@pytest.mark.parametrize("d", [3, 8, 50])
def test_the_risk_at_the_centre_is_that_of_the_library_and_of_draws(d):
    sigma, centre = 0.7, 2.0
    by_hand = value("risk of James and Stein at the centre", d=d, sigma=sigma)
    assert by_hand == pytest.approx(james_stein_risk(d, 0.0, sigma), rel=1e-12)
    if d > 4:  # for fewer means the squared error has no variance
        x = np.random.default_rng(5).normal(centre, sigma, (20_000, d))
        risk, error = mean_with_error(np.sum((james_stein(x, sigma, centre) - centre) ** 2, axis=1))
        assert abs(risk - by_hand) < 4 * error < 0.2 * by_hand


def test_the_excess_risk_is_that_of_the_library_and_of_fits():
    n, d, v = 20, 8, 0.6
    by_hand = value("excess risk of least squares", n=n, d=d, v=v)
    assert by_hand == pytest.approx(ridgeless_risk(n, d, beta_square=3.0, noise=v), rel=1e-12)
    sweep = double_descent_sweep([n], np.ones(d), v, alpha=0.0, repeats=2000, rng=np.random.default_rng(6))
    mean, error = mean_with_error(np.concatenate(list(sweep)))
    assert abs(mean - by_hand) < 4 * error < 0.2 * by_hand


def test_a_prior_is_a_penalty():
    sigma, tau, rng = 1.4, 0.5, np.random.default_rng(7)
    alpha = value("penalty of a prior", sigma=sigma, tau=tau)
    assert alpha == pytest.approx(ridge_alpha_of_prior(sigma, tau), rel=1e-12)
    X, y = rng.standard_normal((12, 4)), rng.standard_normal(12)
    mean, _ = linear_posterior(X, y, sigma**2, tau**2)
    assert mean == pytest.approx(ridge_coefficients(X, y, alpha), rel=1e-10)


@pytest.mark.parametrize("y", [-1.5, 0.0, 4.0])
def test_the_evidence_of_one_measurement_is_that_of_the_library(y):
    sigma, tau = 0.8, 1.9
    by_hand = value("evidence of one measurement", y=y, sigma=sigma, tau=tau)
    assert by_hand == pytest.approx(linear_log_evidence(np.ones((1, 1)), np.array([y]), sigma**2, tau**2), rel=1e-12)
    assert by_hand == pytest.approx(normal_log_evidence(0.0, tau**2, np.array([y]), sigma), rel=1e-12)


@pytest.mark.parametrize("n", [1, 4, 30])
def test_the_share_of_bootstrap_samples_without_a_value(n):
    by_hand, repeats = value("a value left out", n=n), 20_000
    without = (bootstrap_samples(np.arange(n), repeats, np.random.default_rng(8)) != 0).all(axis=1)
    assert abs(without.mean() - by_hand) <= 4 * np.sqrt(by_hand * (1 - by_hand) / repeats)
