"""Fisher information: of families by scores, by the divergence, in other coordinates; the bound of Cramér and Rao."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.information.fisher import (
    fisher_from_divergence,
    gaussian_fisher,
    sampled_fisher_information,
    sampled_fisher_with_error,
    transform_fisher,
)
from abinitio.information.fisher_families import FAMILIES, normal_fisher, normal_score
from abinitio.optimize.gradient_check import central_difference

THETA = {
    "normal": np.array([0.7, 1.8]),
    "Bernoulli": np.array([0.3]),
    "Poisson": np.array([2.5]),
    "exponential": np.array([0.6]),
    "categorical": np.array([0.2, -1.0, 0.5]),
}
each = pytest.mark.parametrize("name", FAMILIES)


@each
def test_the_mean_of_the_squared_scores_is_the_information(name):
    family, theta = FAMILIES[name], THETA[name]
    scores = family.score(family.draw(theta, 50_000, np.random.default_rng(0)), theta)
    information, error = sampled_fisher_with_error(scores)
    assert np.all(np.abs(information - family.fisher(theta)) < 4 * error + 1e-12)
    assert np.all(np.abs(scores.mean(axis=0)) < 4 * scores.std(axis=0) / np.sqrt(50_000))  # the mean score is 0
    assert_allclose(information, sampled_fisher_information(scores), rtol=1e-12)


@each
def test_the_hessian_of_the_divergence_is_the_information(name):
    family, theta = FAMILIES[name], THETA[name]
    assert_allclose(fisher_from_divergence(family.divergence, theta), family.fisher(theta), rtol=2e-5, atol=2e-6)
    exchanged = lambda a, b: family.divergence(b, a)  # differs from third order on
    assert_allclose(fisher_from_divergence(exchanged, theta), family.fisher(theta), rtol=2e-5, atol=2e-6)


@each
def test_the_error_of_the_differences_falls_as_the_step_squared(name):
    family, theta = FAMILIES[name], THETA[name]
    errors = [
        np.abs(fisher_from_divergence(family.divergence, theta, step) - family.fisher(theta)).max()
        for step in (0.04, 0.02)
    ]
    assert errors[0] / errors[1] == pytest.approx(4, abs=0.4)


def test_the_errors_of_a_sampled_information_are_its_scatter():
    theta, rng = THETA["normal"], np.random.default_rng(1)
    sets = [sampled_fisher_with_error(normal_score(rng.normal(*theta, 300), theta)) for _ in range(1000)]
    information, error = np.array(sets).swapaxes(0, 1)
    assert_allclose(np.sqrt((error**2).mean(axis=0)) / information.std(axis=0), 1, atol=0.15)
    assert np.all(np.abs(information.mean(axis=0) - normal_fisher(theta)) < 4 * information.std(axis=0) / np.sqrt(1000))


def test_information_on_the_variance_is_not_that_on_the_standard_deviation():
    mu, sigma = 1.0, 3.0
    jacobian = np.diag([1.0, 1 / (2 * sigma)])  # d sigma / d v with v = sigma²
    on_variance = transform_fisher(normal_fisher((mu, sigma)), jacobian)
    assert_allclose(on_variance, np.diag([1 / sigma**2, 1 / (2 * sigma**4)]), rtol=1e-12)
    rng = np.random.default_rng(2)
    x = rng.normal(mu, sigma, 50_000)
    score = np.column_stack([(x - mu) / sigma**2, ((x - mu) ** 2 - sigma**2) / (2 * sigma**4)])  # by d/dv directly
    information, error = sampled_fisher_with_error(score)
    assert np.all(np.abs(information - on_variance) < 4 * error)
    assert abs(information[1, 1] - normal_fisher((mu, sigma))[1, 1]) > 50 * error[1, 1]


def test_changes_of_parameters_compose_and_leave_lengths_alone():
    rng = np.random.default_rng(3)
    A, J1, J2, step = (
        rng.standard_normal((3, 3)),
        rng.standard_normal((3, 3)),
        rng.standard_normal((3, 3)),
        rng.random(3),
    )
    information = A @ A.T
    once = transform_fisher(transform_fisher(information, J1), J2)
    assert_allclose(once, transform_fisher(information, J1 @ J2), rtol=1e-10)
    assert step @ once @ step == pytest.approx((J1 @ J2 @ step) @ information @ (J1 @ J2 @ step), rel=1e-10)
    slope = J1[:, :1]  # along a curve: one parameter in place of three
    assert transform_fisher(information, slope).shape == (1, 1)


def test_the_mean_of_normal_draws_reaches_the_bound_and_the_median_does_not():
    rng, n, sets = np.random.default_rng(4), 25, 20_000
    x = rng.normal(1.0, 2.0, (sets, n))
    bound = np.linalg.inv(n * normal_fisher((1.0, 2.0)))[0, 0]
    error = bound * np.sqrt(2 / sets)
    assert abs(x.mean(axis=1).var() - bound) < 4 * error
    assert np.median(x, axis=1).var() > 1.3 * bound  # π/2 for many draws


def test_a_forecast_is_the_scatter_of_the_fits():
    rng, t = np.random.default_rng(5), np.linspace(0, 1, 12)
    J, variance = np.column_stack([np.ones(12), t, t**2]), 0.01 * (1 + t)
    forecast = np.linalg.inv(gaussian_fisher(J, variance))
    data = J @ [1.0, 2.0, -1.0] + np.sqrt(variance) * rng.standard_normal((20_000, 12))
    fits = np.linalg.lstsq(J / np.sqrt(variance)[:, None], (data / np.sqrt(variance)).T, rcond=None)[0]
    assert_allclose(np.cov(fits), forecast, atol=4 * np.abs(forecast).max() * np.sqrt(2 / 20_000))
    assert_allclose(gaussian_fisher(J, np.diag(variance)), gaussian_fisher(J, variance), rtol=1e-12)


def test_a_forecast_with_correlated_values_is_the_hessian_of_half_chi2():
    rng = np.random.default_rng(6)
    A, J = rng.standard_normal((6, 6)), rng.standard_normal((6, 2))
    C = A @ A.T + np.eye(6)
    half_chi2 = lambda theta: 0.5 * (J @ theta) @ np.linalg.solve(C, J @ theta)
    hessian = [central_difference(lambda w, i=i: central_difference(half_chi2, w)[i], np.zeros(2)) for i in range(2)]
    assert_allclose(gaussian_fisher(J, C), hessian, rtol=1e-4)
