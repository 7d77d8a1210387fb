"""Laplace's approximation: exact for normal laws, Stirling's formula, quadrature, and its error in n."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.special import gammaln

from abinitio.linear_model.logistic import sigmoid
from abinitio.optimize.gradient_check import central_difference, gradient_error
from abinitio.statistics.bayesian_regression import linear_log_evidence, linear_posterior
from abinitio.statistics.laplace_approximation import averaged_probability, laplace_approximation, logistic_joint


def labelled(n, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    return x[:, None], (rng.random(n) < sigmoid(1.5 * x)).astype(int)


def test_linear_regression_is_exact():
    rng, noise, prior = np.random.default_rng(0), 0.6, 1.7
    X, y = rng.standard_normal((12, 3)), rng.standard_normal(12)
    constant = 6 * np.log(2 * np.pi * noise) + 1.5 * np.log(2 * np.pi * prior)
    energy = lambda w: np.sum((y - X @ w) ** 2) / (2 * noise) + w @ w / (2 * prior) + constant
    gradient = lambda w: -X.T @ (y - X @ w) / noise + w / prior
    found = laplace_approximation(
        lambda w: (energy(w), gradient(w)), lambda w: X.T @ X / noise + np.eye(3) / prior, np.full(3, 5.0)
    )
    mean, covariance = linear_posterior(X, y, noise, prior)
    assert_allclose(found.mean, mean, atol=1e-8)
    assert_allclose(found.covariance, covariance, rtol=1e-10)
    assert found.log_evidence == pytest.approx(linear_log_evidence(X, y, noise, prior), rel=1e-10)


@pytest.mark.parametrize("n", [5, 50, 500])
def test_stirlings_formula(n):
    """n! = ∫ exp((n + 1) u - e^u) du, u = log t: the relative error of the approximation is 1/12(n + 1)."""
    value_and_gradient = lambda u: (float(np.exp(u[0]) - (n + 1) * u[0]), np.exp(u) - (n + 1))
    found = laplace_approximation(value_and_gradient, lambda u: np.diag(np.exp(u)), np.array([1.0]))
    assert found.mean[0] == pytest.approx(np.log(n + 1), abs=1e-7)
    assert gammaln(n + 1) - found.log_evidence == pytest.approx(1 / (12 * (n + 1)), rel=2e-2)


def test_the_joint_of_logistic_regression():
    X, y = labelled(30)
    X = np.column_stack([X, np.ones(30)])
    value_and_gradient, hessian = logistic_joint(X, y, 2.0)
    theta = np.array([0.4, -0.7])
    assert gradient_error(lambda t: value_and_gradient(t)[0], lambda t: value_and_gradient(t)[1], theta) < 1e-8
    rows = [central_difference(lambda t, i=i: value_and_gradient(t)[1][i], theta) for i in range(2)]
    assert_allclose(hessian(theta), rows, rtol=1e-7)
    p = sigmoid(X @ theta)
    likelihood = np.sum(np.log(np.where(y == 1, p, 1 - p)))
    log_prior = -theta @ theta / 4 - np.log(2 * np.pi * 2.0)
    assert value_and_gradient(theta)[0] == pytest.approx(-likelihood - log_prior, rel=1e-12)


def test_evidence_and_moments_of_logistic_regression_by_quadrature():
    errors = []
    for n in (20, 200):
        value_and_gradient, hessian = logistic_joint(*labelled(n), 4.0)
        found = laplace_approximation(value_and_gradient, hessian, np.zeros(1))
        least = value_and_gradient(found.mean)[0]
        weight = lambda t, f=value_and_gradient, least=least: np.exp(least - f(np.array([t]))[0])
        width = 12 * np.sqrt(found.covariance[0, 0])
        ends = found.mean[0] - width, found.mean[0] + width
        exact = np.log(quad(weight, *ends, epsabs=1e-12, limit=200)[0]) - least
        errors.append(abs(found.log_evidence - exact))
    assert errors[1] < errors[0] / 4 and errors[1] < 0.01


def test_the_averaged_probability():
    for mu, s in [(0.0, 3.0), (1.0, 0.5), (3.0, 3.0), (-2.0, 1.0)]:
        density = lambda z, mu=mu, s=s: np.exp(-(((z - mu) / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi))
        exact = quad(lambda z, f=density: sigmoid(z) * f(z), mu - 10 * s, mu + 10 * s, epsabs=1e-10)[0]
        found = averaged_probability(np.array([[1.0]]), np.array([mu]), np.array([[s**2]]))[0]
        assert found == pytest.approx(exact, abs=0.02)
    two = averaged_probability(np.eye(2), np.array([1.0, -1.0]), np.array([[1.0, 0.9], [0.9, 4.0]]))
    assert_allclose(two, sigmoid(np.array([1, -1]) / np.sqrt(1 + np.pi * np.array([1, 4]) / 8)))


def test_it_refuses_a_flat_posterior():
    flat = lambda theta: (float(theta[0] ** 2), np.array([2 * theta[0], 0.0]))
    with pytest.raises(np.linalg.LinAlgError):
        laplace_approximation(flat, lambda theta: np.diag([2.0, 0.0]), np.ones(2))
