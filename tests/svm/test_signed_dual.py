"""The signed dual problem is that of classification and that of regression: objectives, gaps, intercepts, slopes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.svm.dual import dual_objective, duality_gap, intercept_from_multipliers, kkt_violation
from abinitio.svm.signed_dual import (
    classification_problem,
    gains_and_costs,
    regression_problem,
    signed_dual_objective,
    signed_duality_gap,
    signed_intercept,
)
from abinitio.svm.tube import regression_dual_objective, regression_intercept, regression_primal_objective
from tests.svm.test_dual import feasible


@pytest.mark.parametrize("C", [0.3, 5.0])
def test_classification(overlapping, C):
    _, y, K = overlapping(0, n=12)
    a = feasible(np.random.default_rng(0), y, C)
    a[:2] = 0  # one of each label
    a[2] = C
    problem, beta = classification_problem(y, C), a * y
    g = problem.targets - K @ beta
    assert signed_dual_objective(beta, g, problem) == pytest.approx(dual_objective(a, K, y))
    assert signed_duality_gap(beta, g, 0.3, problem) == pytest.approx(duality_gap(a, 0.3, K, y, C))
    assert signed_intercept(beta, g, problem) == pytest.approx(intercept_from_multipliers(a, K, y, C))
    gains, costs = gains_and_costs(beta, g, problem)
    assert gains.max() - costs.min() == pytest.approx(kkt_violation(a, K, y, C))


@pytest.mark.parametrize("epsilon", [0.0, 0.2])
def test_regression(wavy, epsilon):
    _, y, K = wavy(0, n=12)
    C, rng = 2.0, np.random.default_rng(1)
    beta = rng.choice([-C, -0.5, 0.0, 0.5, C], 12)
    problem, g = regression_problem(y, C, epsilon), y - K @ beta
    dual, b = regression_dual_objective(beta, K, y, epsilon), 0.2
    assert signed_dual_objective(beta, g, problem) == pytest.approx(dual)
    primal = regression_primal_objective(beta, b, K, y, C, epsilon)
    assert signed_duality_gap(beta, g, b, problem) == pytest.approx(primal - dual)
    if epsilon > 0:
        assert signed_intercept(beta, g, problem) == pytest.approx(regression_intercept(beta, K, y, C, epsilon))


def test_gains_and_costs_are_one_sided_derivatives(wavy):
    _, y, K = wavy(1, n=9)
    problem = regression_problem(y, 1.0, 0.3)
    beta = np.array([-1.0, -0.5, 0.0, 0.5, 1.0, 0.0, -0.2, 0.3, 0.0])
    objective = lambda beta: signed_dual_objective(beta, y - K @ beta, problem)
    gains, costs = gains_and_costs(beta, y - K @ beta, problem)
    h = 1e-7
    for i, e in enumerate(np.eye(9)):
        up, down = (objective(beta + h * e) - objective(beta)) / h, (objective(beta) - objective(beta - h * e)) / h
        assert gains[i] == (-np.inf if beta[i] == 1 else pytest.approx(up, abs=1e-6))
        assert costs[i] == (np.inf if beta[i] == -1 else pytest.approx(down, abs=1e-6))


def test_the_middle_of_bounds_and_samples_that_can_move_nowhere():
    problem = classification_problem(np.array([1, -1]), np.array([0.25, 0.25]))
    beta = np.array([0.25, -0.25])
    assert signed_intercept(beta, np.array([0.75, -0.25]), problem) == 0.25
    nothing = classification_problem(np.array([1, -1]), np.array([0.0, 0.0]))
    assert signed_intercept(np.zeros(2), np.array([1.0, -1.0]), nothing) == 0.0
    assert_allclose(nothing.lower, 0)
