"""Maximum likelihood: densities of scipy, closed forms against the numerical maximum, efficiency, losses."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.metrics import log_loss, mean_poisson_deviance

from abinitio.information.fisher_families import FAMILIES
from abinitio.statistics.likelihood import (
    LOG_DENSITIES,
    MAXIMUM_LIKELIHOOD,
    cross_entropy_loss,
    fisher_errors,
    laplace_log_density,
    laplace_mle,
    maximise_likelihood,
    normal_log_density,
    poisson_deviance,
    poisson_log_density,
)

THETAS = {"normal": [1.0, 2.5], "Bernoulli": [0.3], "Poisson": [2.5], "exponential": [0.6]}
LAWS = {
    "normal": lambda mu, sigma: stats.norm(mu, sigma).logpdf,
    "Laplace": lambda mu, b: stats.laplace(mu, b).logpdf,
    "Bernoulli": lambda p: stats.bernoulli(p).logpmf,
    "Poisson": lambda lam: stats.poisson(lam).logpmf,
    "exponential": lambda lam: stats.expon(scale=1 / lam).logpdf,
}


@pytest.mark.parametrize("name", LAWS)
def test_densities_are_scipys(name):
    theta = (THETAS | {"Laplace": [0.4, 1.7]})[name]
    x = np.array([0, 1]) if name == "Bernoulli" else np.arange(6)
    assert_allclose(LOG_DENSITIES[name](x, theta), LAWS[name](*theta)(x), rtol=1e-12)


@pytest.mark.parametrize("name", THETAS)
def test_the_closed_forms_are_the_numerical_maximum(name):
    family, theta = FAMILIES[name], np.array(THETAS[name])
    x = family.draw(theta, 50, np.random.default_rng(0))
    closed = MAXIMUM_LIKELIHOOD[name](x)
    assert_allclose(np.mean(family.score(x, closed), axis=0), 0, atol=1e-12)
    start = theta * 0.7
    assert_allclose(maximise_likelihood(LOG_DENSITIES[name], family.score, x, start), closed, rtol=1e-6)


@pytest.mark.filterwarnings("error")
def test_a_start_from_which_the_first_steps_leave_the_family():
    x = np.random.default_rng(1).normal(0.0, 0.01, 40)
    found = maximise_likelihood(normal_log_density, FAMILIES["normal"].score, x, np.array([3.0, 0.5]))
    assert_allclose(found, MAXIMUM_LIKELIHOOD["normal"](x), rtol=1e-5, atol=1e-7)


def test_laplaces_maximum_is_not_beaten():
    rng = np.random.default_rng(2)
    for n in (5, 6):
        x = rng.laplace(1.0, 2.0, n)
        best = laplace_mle(x)
        for _ in range(300):
            other = best + rng.standard_normal(2) * 10 ** rng.uniform(-3, 0)
            if other[1] > 0:
                assert laplace_log_density(x, best).sum() >= laplace_log_density(x, other).sum() - 1e-12


@pytest.mark.parametrize("name", THETAS)
def test_large_samples_are_efficient(name):
    """n Var -> 1/I within the error of a variance, and the bias is of order 1/n."""
    family, theta, n, repeats = FAMILIES[name], np.array(THETAS[name]), 400, 3000
    rng = np.random.default_rng(3)
    found = np.array([MAXIMUM_LIKELIHOOD[name](family.draw(theta, n, rng)) for _ in range(repeats)])
    errors = fisher_errors(family.fisher(theta), n)
    assert_allclose(found.std(axis=0), errors, rtol=4 / np.sqrt(2 * repeats) + 1 / n)
    assert np.all(np.abs(found.mean(axis=0) - theta) < 4 * errors / np.sqrt(repeats) + 3 * theta / n)


def test_errors_of_correlated_parameters_come_from_the_inverse():
    information = np.array([[2.0, 1.0], [1.0, 1.0]])
    assert_allclose(fisher_errors(information, 4), [0.5, np.sqrt(2) / 2])


def test_losses_are_minus_log_likelihoods():
    """The loss of f minus that of g is the log-likelihood of g minus that of f."""
    rng = np.random.default_rng(4)
    y, f, g = rng.poisson(3.0, (3, 20)) + np.array([[0], [1], [2]])
    less = lambda log_density, scale: np.sum(log_density(y, (g, scale)) - log_density(y, (f, scale)))
    assert_allclose(less(normal_log_density, 0.7), np.sum((y - f) ** 2 - (y - g) ** 2) / (2 * 0.7**2), rtol=1e-10)
    assert_allclose(less(laplace_log_density, 0.7), np.sum(np.abs(y - f) - np.abs(y - g)) / 0.7, rtol=1e-10)
    counts = np.sum(poisson_log_density(y, (g,)) - poisson_log_density(y, (f,)))
    assert_allclose(counts, 20 / 2 * (poisson_deviance(y, f) - poisson_deviance(y, g)), rtol=1e-10)


def test_losses_are_scikit_learns():
    rng = np.random.default_rng(5)
    y, p, counts, mean = rng.integers(0, 2, 30), rng.random(30), rng.poisson(1.0, 30), rng.gamma(2.0, size=30)
    assert cross_entropy_loss(y, p) == pytest.approx(log_loss(y, p), rel=1e-12)
    assert poisson_deviance(counts, mean) == pytest.approx(mean_poisson_deviance(counts, mean), rel=1e-12)
    assert poisson_deviance(mean, mean) == pytest.approx(0, abs=1e-15)
    assert cross_entropy_loss(np.array([0, 1]), np.array([0.0, 1.0])) == 0
