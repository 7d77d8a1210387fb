"""Standard families: scores are gradients of SciPy's log densities, divergences are means over draws; the bound."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.special import log_softmax, softmax

from abinitio.information.divergence import gaussian_kl
from abinitio.information.fisher_families import (
    FAMILIES,
    bernoulli_fisher,
    categorical_fisher,
    exponential_fisher,
    normal_divergence,
    normal_fisher,
    poisson_fisher,
)
from abinitio.optimize.gradient_check import central_difference

LOG_DENSITY = {
    "normal": lambda x, theta: stats.norm(theta[0], theta[1]).logpdf(x),
    "Bernoulli": lambda x, theta: stats.bernoulli(theta[0]).logpmf(x),
    "Poisson": lambda x, theta: stats.poisson(theta[0]).logpmf(x),
    "exponential": lambda x, theta: stats.expon(scale=1 / theta[0]).logpdf(x),
    "categorical": lambda x, theta: log_softmax(theta)[x],
}
PAIRS = {
    "normal": ([0.7, 1.8], [-0.2, 2.5]),
    "Bernoulli": ([0.3], [0.6]),
    "Poisson": ([2.5], [4.0]),
    "exponential": ([0.6], [1.1]),
    "categorical": ([0.2, -1.0, 0.5], [0.0, 0.3, 0.1]),
}
PAIRS = {name: (np.array(a), np.array(b)) for name, (a, b) in PAIRS.items()}
each = pytest.mark.parametrize("name", FAMILIES)


def test_every_family_is_tested():
    assert set(FAMILIES) == set(LOG_DENSITY) == set(PAIRS)


@each
def test_the_score_is_the_gradient_of_the_log_density(name):
    theta = PAIRS[name][0]
    x = FAMILIES[name].draw(theta, 5, np.random.default_rng(0))
    numerical = [central_difference(lambda t, xi=xi: LOG_DENSITY[name](xi, t), theta) for xi in x]
    assert_allclose(FAMILIES[name].score(x, theta), numerical, rtol=1e-6, atol=1e-8)


@each
def test_the_information_is_minus_the_mean_derivative_of_the_score(name):
    family, theta = FAMILIES[name], PAIRS[name][0]
    x = family.draw(theta, 20_000, np.random.default_rng(1))
    h = 1e-5
    slopes = np.stack(
        [(family.score(x, theta + h * e) - family.score(x, theta - h * e)) / (2 * h) for e in np.eye(len(theta))]
    )
    mean, error = -slopes.mean(axis=1), slopes.std(axis=1) / np.sqrt(len(x))
    assert np.all(np.abs(mean - family.fisher(theta)) < 4 * error + 1e-6)


@each
def test_the_divergence_is_the_mean_difference_of_log_densities(name):
    theta, other = PAIRS[name]
    x = FAMILIES[name].draw(theta, 20_000, np.random.default_rng(2))
    terms = LOG_DENSITY[name](x, theta) - LOG_DENSITY[name](x, other)
    assert abs(FAMILIES[name].divergence(theta, other) - terms.mean()) < 4 * terms.std() / np.sqrt(len(x))
    assert FAMILIES[name].divergence(theta, theta) == pytest.approx(0, abs=1e-15)


@each
def test_draws_are_reproducible_and_of_one_number_each(name):
    draw = lambda: FAMILIES[name].draw(PAIRS[name][0], 7, np.random.default_rng(3))
    assert draw().shape == (7,) and np.array_equal(draw(), draw())


def test_normal_against_the_general_gaussian():
    exact = gaussian_kl([1.0], np.eye(1) * 4.0, [-2.0], np.eye(1) * 9.0)
    assert normal_divergence((1.0, 2.0), (-2.0, 3.0)) == pytest.approx(exact, rel=1e-13)
    assert_allclose(normal_fisher((5.0, 0.5)), np.diag([4.0, 8.0]))


def test_the_bound_of_each_parameter_is_reached_by_a_mean():
    """The sample mean estimates p, the Poisson mean and the inverse rate without bias; its variance is 1/nI."""
    assert 1 / bernoulli_fisher([0.3])[0, 0] == pytest.approx(stats.bernoulli(0.3).var(), rel=1e-13)
    assert 1 / poisson_fisher([2.5])[0, 0] == pytest.approx(stats.poisson(2.5).var(), rel=1e-13)
    on_the_mean = exponential_fisher([0.6])[0, 0] * 0.6**4  # |d rate / d mean| = rate²
    assert 1 / on_the_mean == pytest.approx(stats.expon(scale=1 / 0.6).var(), rel=1e-13)


def test_a_common_constant_of_the_logits_cannot_be_learned():
    theta = np.array([0.2, -1.0, 0.5, 3.0])
    information = categorical_fisher(theta)
    assert_allclose(information @ np.ones(4), 0, atol=1e-15)
    assert np.linalg.matrix_rank(information) == 3
    assert_allclose(categorical_fisher(theta + 1000), information, rtol=1e-12)
    p = softmax(theta)
    one_hot = stats.multinomial(1, p).cov()
    assert_allclose(information, one_hot, atol=1e-15)
