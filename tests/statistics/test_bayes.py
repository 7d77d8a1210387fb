"""Conjugate priors: quadrature, scipy's laws, the chain rule of evidence, and priors as penalties."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.integrate import quad

from abinitio.linear_model import Lasso, Ridge
from abinitio.statistics.bayes import (
    beta_binomial_log_evidence,
    beta_binomial_posterior,
    gamma_poisson_log_evidence,
    gamma_poisson_posterior,
    lasso_alpha_of_prior,
    normal_inverse_gamma_log_evidence,
    normal_inverse_gamma_posterior,
    normal_log_evidence,
    normal_posterior,
    ridge_alpha_of_prior,
)
from abinitio.statistics.likelihood import laplace_log_density, normal_log_density

X = np.array([1.2, -0.4, 2.3, 0.9])
SIGMA = np.array([0.5, 1.0, 0.8, 2.0])
COUNTS = np.array([3, 0, 2, 4])


def moments(joint, a, b):
    """Evidence, posterior mean and variance of a parameter in (a, b), by quadrature of likelihood times prior."""
    integral = lambda f: quad(lambda t: f(t) * joint(t), a, b, epsabs=1e-14, epsrel=1e-10, limit=200)[0]
    evidence = integral(lambda t: 1.0)
    mean = integral(lambda t: t) / evidence
    return evidence, mean, integral(lambda t: (t - mean) ** 2) / evidence


def test_a_probability():
    evidence, mean, variance = moments(lambda p: stats.binom.pmf(7, 9, p) * stats.beta.pdf(p, 2, 3.5), 0, 1)
    posterior = stats.beta(*beta_binomial_posterior(2, 3.5, 7, 9))
    assert_allclose((posterior.mean(), posterior.var()), (mean, variance), rtol=1e-9)
    assert_allclose(np.exp(beta_binomial_log_evidence(2, 3.5, 7, 9)), evidence, rtol=1e-9)
    k = np.arange(7)
    assert_allclose(np.exp(beta_binomial_log_evidence(2, 3.5, k, 6)), stats.betabinom(6, 2, 3.5).pmf(k), rtol=1e-9)


def test_counts():
    joint = lambda lam: np.prod(stats.poisson.pmf(COUNTS, lam)) * stats.gamma.pdf(lam, 1.5, scale=1 / 0.7)
    evidence, mean, variance = moments(joint, 0, 40)
    a, b = gamma_poisson_posterior(1.5, 0.7, COUNTS)
    assert_allclose((a / b, a / b**2), (mean, variance), rtol=1e-8)
    assert_allclose(np.exp(gamma_poisson_log_evidence(1.5, 0.7, COUNTS)), evidence, rtol=1e-8)
    predictive = [np.exp(gamma_poisson_log_evidence(a, b, np.array([k]))) for k in range(6)]
    assert_allclose(predictive, stats.nbinom(a, b / (b + 1)).pmf(range(6)), rtol=1e-10)


def test_a_mean_with_known_errors():
    joint = lambda mu: np.prod(stats.norm.pdf(X, mu, SIGMA)) * stats.norm.pdf(mu, 0.3, np.sqrt(1.7))
    evidence, mean, variance = moments(joint, -8, 8)
    assert_allclose(normal_posterior(0.3, 1.7, X, SIGMA), (mean, variance), rtol=1e-8)
    assert_allclose(np.exp(normal_log_evidence(0.3, 1.7, X, SIGMA)), evidence, rtol=1e-8)
    law = stats.multivariate_normal(np.full(4, 0.3), np.diag(SIGMA**2) + 1.7)
    assert normal_log_evidence(0.3, 1.7, X, SIGMA) == pytest.approx(law.logpdf(X), rel=1e-12)
    assert_allclose(normal_posterior(0.0, np.inf, X, 2.0), (X.mean(), 4 / 4))  # no prior: the mean and its error


def test_mean_and_variance():
    prior = (0.3, 0.8, 2.5, 1.5)
    m, kappa, a, b = prior

    def joint(mu, s):  # s = sigma²
        mean_given_variance = stats.norm.pdf(mu, m, np.sqrt(s / kappa))
        return np.prod(stats.norm.pdf(X, mu, np.sqrt(s))) * stats.invgamma.pdf(s, a, scale=b) * mean_given_variance

    grid_mu, grid_u = np.linspace(-6, 6, 241), np.linspace(-4, 5, 181)  # u = log s: smooth and fast at both ends
    values = np.array([[joint(mu, np.exp(u)) * np.exp(u) for mu in grid_mu[::4]] for u in grid_u[::4]])
    evidence = values.sum() * (grid_mu[4] - grid_mu[0]) * (grid_u[4] - grid_u[0])
    assert np.exp(normal_inverse_gamma_log_evidence(*prior, X)) == pytest.approx(evidence, rel=1e-3)
    m_n, kappa_n, a_n, b_n = normal_inverse_gamma_posterior(*prior, X)
    assert m_n == pytest.approx((values.sum(axis=0) @ grid_mu[::4]) / values.sum(), rel=1e-3)
    assert b_n / (a_n - 1) == pytest.approx((values.sum(axis=1) @ np.exp(grid_u[::4])) / values.sum(), rel=2e-2)
    student = stats.t(2 * a_n, m_n, np.sqrt(b_n * (kappa_n + 1) / (a_n * kappa_n)))
    predictive = [normal_inverse_gamma_log_evidence(m_n, kappa_n, a_n, b_n, np.array([x])) for x in (-1.0, 0.5, 4.0)]
    assert_allclose(predictive, student.logpdf([-1.0, 0.5, 4.0]), rtol=1e-10)


@pytest.mark.parametrize(
    "prior, posterior, log_evidence, x",
    [
        ((1.5, 0.7), gamma_poisson_posterior, gamma_poisson_log_evidence, COUNTS),
        (
            (0.3, 1.7),
            lambda m, v, x: normal_posterior(m, v, x, 0.9),
            lambda m, v, x: normal_log_evidence(m, v, x, 0.9),
            X,
        ),
        ((0.3, 0.8, 2.5, 1.5), normal_inverse_gamma_posterior, normal_inverse_gamma_log_evidence, X),
    ],
    ids=["counts", "mean", "mean and variance"],
)
def test_one_by_one_is_all_at_once(prior, posterior, log_evidence, x):
    """The posterior is the next prior, and the evidence is the product of the predictions."""
    now, total = prior, 0.0
    for value in x:
        total += log_evidence(*now, np.array([value]))
        now = posterior(*now, np.array([value]))
    assert_allclose(now, posterior(*prior, x), rtol=1e-12)
    assert total == pytest.approx(log_evidence(*prior, x), rel=1e-12)


def test_flips_one_by_one():
    total, (a, b) = 0.0, (2.0, 1.0)
    for flip in (1, 0, 1, 1):
        total += beta_binomial_log_evidence(a, b, flip, 1)
        a, b = beta_binomial_posterior(a, b, flip, 1)
    assert total + np.log(4) == pytest.approx(beta_binomial_log_evidence(2, 1, 3, 4))  # four orders


@pytest.mark.parametrize("penalty", ["ridge", "lasso"])
def test_the_maximum_of_the_posterior_is_a_penalised_fit(penalty):
    rng, sigma, width = np.random.default_rng(0), 0.7, 0.3
    X, n = rng.standard_normal((15, 4)), 15
    y = X @ np.array([0.5, -0.2, 0.0, 0.0]) + sigma * rng.standard_normal(n)
    if penalty == "ridge":
        prior, model = normal_log_density, Ridge(ridge_alpha_of_prior(sigma, width), fit_intercept=False)
    else:
        alpha = lasso_alpha_of_prior(sigma, width, n)
        prior, model = laplace_log_density, Lasso(alpha, fit_intercept=False, tol=1e-12)
    w = model.fit(X, y).coef_
    log_posterior = lambda w: normal_log_density(y, (X @ w, sigma)).sum() + prior(w, (0.0, width)).sum()
    for _ in range(300):
        step = rng.standard_normal(4) * 10 ** rng.uniform(-4, 0)
        assert log_posterior(w + step) < log_posterior(w)
    ends = [log_posterior(c * w) for c in (0.95, 1.05)]
    assert max(ends) < log_posterior(w)
