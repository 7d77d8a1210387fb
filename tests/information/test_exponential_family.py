"""Exponential families: derivatives of the log-partition function, moments, the two coordinates, other coordinates."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import softmax

from abinitio.information.exponential_family import (
    EXPONENTIAL_FAMILIES,
    bregman_divergence,
    categorical_family,
    normal_natural,
    normal_standard,
)
from abinitio.information.fisher import transform_fisher
from abinitio.information.fisher_families import FAMILIES
from abinitio.optimize.gradient_check import central_difference, complex_step

NATURAL = {  # the natural parameters by those of fisher_families
    "normal": normal_natural,
    "Bernoulli": lambda theta: np.log(theta / (1 - theta)),
    "Poisson": np.log,
    "exponential": lambda theta: -theta,
    "categorical": lambda theta: theta[:-1] - theta[-1],
}
PAIRS = {
    "normal": ([0.7, 1.8], [-0.2, 2.5]),
    "Bernoulli": ([0.3], [0.6]),
    "Poisson": ([2.5], [4.0]),
    "exponential": ([0.6], [1.1]),
    "categorical": ([0.2, -1.0, 0.5], [0.0, 0.3, 0.1]),
}
PAIRS = {name: (np.array(a), np.array(b)) for name, (a, b) in PAIRS.items()}
each = pytest.mark.parametrize("name", EXPONENTIAL_FAMILIES)


def jacobian(function, theta):
    theta = np.asarray(theta, dtype=float)
    rows = len(function(theta))
    return np.array([central_difference(lambda t, i=i: function(t)[i], theta) for i in range(rows)])


def test_every_family_is_tested():
    assert set(EXPONENTIAL_FAMILIES) == set(NATURAL) == set(PAIRS) == set(FAMILIES)


@each
def test_gradient_and_hessian_of_the_log_partition_function(name):
    family, theta = EXPONENTIAL_FAMILIES[name], NATURAL[name](PAIRS[name][0])
    assert_allclose(complex_step(family.log_partition, theta), family.mean(theta), rtol=1e-13)
    hessian = jacobian(lambda t: complex_step(family.log_partition, t), theta)
    assert_allclose(hessian, family.fisher(theta), rtol=1e-8, atol=1e-9)
    assert np.all(np.linalg.eigvalsh(family.fisher(theta)) > 0)


@each
def test_mean_and_covariance_of_the_statistics_by_draws(name):
    family, standard = EXPONENTIAL_FAMILIES[name], PAIRS[name][0]
    theta, n = NATURAL[name](standard), 20_000
    T = family.statistics(FAMILIES[name].draw(standard, n, np.random.default_rng(0)))
    assert np.all(np.abs(T.mean(axis=0) - family.mean(theta)) < 4 * T.std(axis=0) / np.sqrt(n))
    centred = T - family.mean(theta)
    products = centred[:, :, None] * centred[:, None, :]
    assert np.all(np.abs(products.mean(axis=0) - family.fisher(theta)) < 4 * products.std(axis=0) / np.sqrt(n))


@each
def test_natural_parameters_and_means_determine_each_other(name):
    family, theta = EXPONENTIAL_FAMILIES[name], NATURAL[name](PAIRS[name][0])
    assert_allclose(family.natural(family.mean(theta)), theta, rtol=1e-12)
    on_means = jacobian(family.natural, family.mean(theta))  # d theta / d eta = 1 / I
    assert_allclose(on_means, np.linalg.inv(family.fisher(theta)), rtol=1e-6, atol=1e-8)
    information = transform_fisher(family.fisher(theta), np.linalg.inv(family.fisher(theta)))
    assert_allclose(information, on_means, rtol=1e-6, atol=1e-8)


@each
def test_the_information_of_the_usual_parameters_by_the_transformation_law(name):
    standard = PAIRS[name][0]
    J = jacobian(NATURAL[name], standard)
    transformed = transform_fisher(EXPONENTIAL_FAMILIES[name].fisher(NATURAL[name](standard)), J)
    assert_allclose(transformed, FAMILIES[name].fisher(standard), rtol=1e-7, atol=1e-8)


@each
def test_the_bregman_divergence_is_that_of_kullback_and_leibler(name):
    family, pair = EXPONENTIAL_FAMILIES[name], PAIRS[name]
    theta, other = (NATURAL[name](standard) for standard in pair)
    assert bregman_divergence(family, theta, other) == pytest.approx(FAMILIES[name].divergence(*pair), rel=1e-12)
    assert bregman_divergence(family, theta, theta) == 0


@each
def test_pythagoras(name):
    """D(0|2) - D(0|1) - D(1|2) = (theta1 - theta2) . (eta0 - eta1), without a triangle inequality."""
    family, (a, b) = EXPONENTIAL_FAMILIES[name], PAIRS[name]
    points = [NATURAL[name](t) for t in (a, b, (a + b) / 2)]
    D = lambda i, j: bregman_divergence(family, points[i], points[j])
    crossed = (points[1] - points[2]) @ (family.mean(points[0]) - family.mean(points[1]))
    assert D(0, 2) - D(0, 1) - D(1, 2) == pytest.approx(crossed, rel=1e-10, abs=1e-14)


def test_far_out_nothing_overflows():
    family = categorical_family(3)
    assert family.log_partition(np.array([1000.0, 0.0])) == 1000
    assert_allclose(family.mean(np.array([1000.0, -1000.0])), [1, 0], atol=0)
    coin = EXPONENTIAL_FAMILIES["Bernoulli"]
    assert coin.log_partition(np.array([-1000.0])) == 0 and coin.mean(np.array([1000.0])) == 1
    assert coin.fisher(np.array([-800.0]))[0, 0] >= 0


def test_two_ways_to_write_the_normal_and_the_categorical():
    assert_allclose(normal_standard(normal_natural((-3.0, 0.2))), [-3.0, 0.2], rtol=1e-14)
    theta = np.array([0.3, -0.4, 0.9])
    assert_allclose(categorical_family(4).mean(theta), softmax([*theta, 0.0])[:-1], rtol=1e-13)
    assert categorical_family(4).statistics(np.array([3, 0])).tolist() == [[0, 0, 0], [1, 0, 0]]
