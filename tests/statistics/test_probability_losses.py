"""Squared error against cross entropy: derivatives, where it is flat or bent down, and what it costs in data."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.information.fisher_families import FAMILIES
from abinitio.linear_model.logistic import logistic_gradient, logistic_hessian, sigmoid
from abinitio.metrics import brier_score_loss
from abinitio.optimize.gradient_check import central_difference, gradient_error
from abinitio.statistics.probability_losses import (
    cross_entropy_covariance,
    squared_probability_covariance,
    squared_probability_gradient,
    squared_probability_hessian,
    squared_probability_loss,
)

RNG = np.random.default_rng(0)
X = np.column_stack([2 * RNG.standard_normal((400, 1)), np.ones(400)])
THETA = np.array([1.5, -0.5])
P = sigmoid(X @ THETA)
Y = (RNG.random(400) < P).astype(int)


@pytest.mark.parametrize("theta", [THETA, np.zeros(2), np.array([-3.0, 1.0])])
def test_derivatives(theta):
    assert (
        gradient_error(
            lambda t: squared_probability_loss(t, X, Y), lambda t: squared_probability_gradient(t, X, Y), theta
        )
        < 1e-8
    )
    rows = [central_difference(lambda t, i=i: squared_probability_gradient(t, X, Y)[i], theta) for i in range(2)]
    assert_allclose(squared_probability_hessian(theta, X, Y), rows, atol=1e-8)
    assert squared_probability_loss(theta, X, Y) == pytest.approx(brier_score_loss(Y, sigmoid(X @ theta)))


def test_it_is_proper_the_truth_is_its_minimum():
    """With the labels' expectation in place of the labels the gradient vanishes, and the Hessian is 2 E v² x xᵀ > 0."""
    assert_allclose(squared_probability_gradient(THETA, X, P), 0, atol=1e-15)
    v = P * (1 - P)
    assert_allclose(squared_probability_hessian(THETA, X, P), 2 / 400 * (X.T * v**2) @ X, rtol=1e-12)


def test_where_the_model_is_sure_and_wrong_the_gradient_vanishes_and_the_curvature_is_negative():
    one, wrong = np.ones((1, 1)), np.array([1])
    for z in (-5.0, -20.0):
        theta = np.array([z])
        assert abs(squared_probability_gradient(theta, one, wrong)[0]) < 2.1 * np.exp(z)
        assert squared_probability_hessian(theta, one, wrong)[0, 0] < 0
        assert logistic_gradient(np.array([0.0, z]), one, wrong, 0.0)[1] == pytest.approx(-1, abs=0.01)
    assert np.linalg.eigvalsh(logistic_hessian(np.array([1.0, -5.0]), X[:, :1], 0.0))[0] > 0


def test_cross_entropy_reaches_the_bound_and_the_sandwich_is_above_it():
    coin = FAMILIES["Bernoulli"].fisher
    information = sum(coin([p])[0, 0] * (p * (1 - p)) ** 2 * np.outer(x, x) for p, x in zip(P, X))  # dp/dθ = v x
    bound = cross_entropy_covariance(THETA, X)
    assert_allclose(bound, np.linalg.inv(information), rtol=1e-10)
    assert np.linalg.eigvalsh(squared_probability_covariance(THETA, X) - bound)[0] > 0


def fitted(step):
    """Estimates from the truth on, by eight of Newton's or Gauss-Newton's steps."""
    rng, found = np.random.default_rng(1), []
    for _ in range(1500):
        y, theta = rng.random(400) < P, THETA
        for _ in range(8):
            theta = theta - step(theta, y.astype(int))
        found.append(theta)
    return np.array(found)


def newton_cross_entropy(theta, y):
    p = sigmoid(X @ theta)
    return np.linalg.solve((X.T * (p * (1 - p))) @ X, X.T @ (p - y))


def gauss_newton_squares(theta, y):
    p = sigmoid(X @ theta)
    v = p * (1 - p)
    return np.linalg.solve((X.T * v**2) @ X, 200 * squared_probability_gradient(theta, X, y))


@pytest.mark.parametrize(
    "step, covariance",
    [(newton_cross_entropy, cross_entropy_covariance), (gauss_newton_squares, squared_probability_covariance)],
    ids=["cross entropy", "squared error"],
)
def test_repeated_fits_scatter_as_predicted(step, covariance):
    """Within four errors of a variance and the next order of large samples, 1/n times a few."""
    found, exact = fitted(step), covariance(THETA, X)
    assert_allclose(np.var(found, axis=0), np.diag(exact), rtol=4 * np.sqrt(2 / 1500) + 20 / 400)
