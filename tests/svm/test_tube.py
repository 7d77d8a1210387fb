"""The tube of support-vector regression: losses by hand, duality, the optimum of quadratic programming."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.optimize.quadratic_program import solve_quadratic_program
from abinitio.svm.tube import (
    epsilon_insensitive_loss,
    regression_dual_objective,
    regression_intercept,
    regression_primal_objective,
)


def optimum(K, y, C, epsilon):
    """The coefficients by quadratic programming in (α, α*), β = α - α*."""
    n = len(y)
    P, q = np.block([[K, -K], [-K, K]]), epsilon + np.append(-y, y)
    G, h = np.vstack([-np.eye(2 * n), np.eye(2 * n)]), np.append(np.zeros(2 * n), np.full(2 * n, C))
    x = solve_quadratic_program(P, q, G, h, np.append(np.ones(n), -np.ones(n))[None], np.zeros(1)).x
    return x[:n] - x[n:]


def test_losses():
    r = np.linspace(-3, 3, 61)
    loss = epsilon_insensitive_loss(r, 1.0)
    assert_allclose(loss, [max(-1 - x, 0, x - 1) for x in r], atol=1e-15)
    assert_allclose(epsilon_insensitive_loss(r, 0.0), np.abs(r))
    assert_allclose(np.diff(loss, 2)[loss[1:-1] > 0.05], 0, atol=1e-12)  # straight lines outside


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 10), C=st.floats(0.1, 10), epsilon=st.floats(0, 1))
def test_weak_duality(seed, n, C, epsilon):
    rng = np.random.default_rng(seed)
    Z, y = rng.normal(size=(n, 2)), rng.normal(size=n)
    K, beta = Z @ Z.T, rng.uniform(-1, 1, n)
    beta -= beta.mean()
    beta *= C / max(np.abs(beta).max(), 1e-9)
    other = rng.normal(size=n)
    primal = regression_primal_objective(other, rng.normal(), K, y, C, epsilon)
    assert primal >= regression_dual_objective(beta, K, y, epsilon) - 1e-9


@pytest.mark.parametrize(("C", "epsilon"), [(0.5, 0.0), (2.0, 0.1), (20.0, 0.3)])
def test_strong_duality_at_the_optimum_of_quadratic_programming(wavy, C, epsilon):
    _, y, K = wavy(0, n=25)
    beta = optimum(K, y, C, epsilon)
    beta = np.where(np.abs(beta) < 1e-6 * C, 0, np.where(np.abs(beta) > C * (1 - 1e-6), C * np.sign(beta), beta))
    b = regression_intercept(beta, K, y, C, epsilon)
    primal, dual = (
        regression_primal_objective(beta, b, K, y, C, epsilon),
        regression_dual_objective(beta, K, y, epsilon),
    )
    assert primal == pytest.approx(dual, rel=1e-4)
    outside = epsilon_insensitive_loss(y - K @ beta - b, epsilon)
    assert outside[np.abs(beta) < C].max(initial=0) < 1e-3  # only samples with |β| = C leave the tube


def test_where_no_sample_fixes_the_intercept_it_is_in_the_middle():
    K, y = np.eye(2), np.array([0.0, 2.0])
    beta = np.array([-0.25, 0.25])  # both at C = 1/4: b between 0 + 1/4 + 1/4 and 2 - 1/4 - 1/4
    assert regression_intercept(beta, K, y, 0.25, 0.25) == 1.0
    assert regression_intercept(np.zeros(2), K, y, 1.0, 3.0) == 1.0  # a wide tube: the middle of the data
    for b in (0.5, 1.0, 1.5):
        primal = regression_primal_objective(beta, b, K, y, 0.25, 0.25)
        assert primal == pytest.approx(regression_dual_objective(beta, K, y, 0.25))
