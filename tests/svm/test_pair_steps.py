"""Pair steps in memory: the compiled loop is the readable walk, and with epsilon = 0 both are `smo`."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.svm.pair_steps import compiled_pair_steps, next_stop, pair_walk
from abinitio.svm.signed_dual import classification_problem, regression_problem, signed_dual_objective
from abinitio.svm.smo import smo
from tests.svm.test_tube import optimum


def compiled(K, problem, tol, most, beta):
    """The coefficients after `most` compiled steps at the most, g, and the steps taken."""
    beta, g = beta.copy(), (problem.targets - K @ beta).astype(K.dtype)
    bounds = problem.lower, problem.upper, problem.epsilon
    steps = compiled_pair_steps(K, np.diag(K).copy(), g, beta, *bounds, tol, most)
    return beta, g, steps


def test_for_a_classifier_the_walk_is_smo(overlapping):
    _, y, K = overlapping(0, n=30)
    walks = smo(K, y, 2.0, 1e-6), pair_walk(K, classification_problem(y, 2.0), 1e-6, np.zeros(30))
    for a, beta in islice(zip(*walks, strict=True), 60):
        assert_allclose(beta, a * y, atol=1e-11)


@pytest.mark.parametrize("n", [3, 63, 64, 65, 150])  # around the number of lanes
@pytest.mark.parametrize("task", ["classify", "fit"])
def test_the_compiled_steps_are_the_readable_ones(overlapping, wavy, n, task):
    if task == "classify":
        _, y, K = overlapping(1, n=n)
        problem = classification_problem(y, np.linspace(0.5, 3, n))
    else:
        _, y, K = wavy(1, n=n)
        problem = regression_problem(y, 4.0, 0.15)
    rng = np.random.default_rng(n)
    for _ in range(20):  # one step from anywhere: later steps start from ties, which rounding decides
        start = rng.choice([0.0, 0.3, 1.0], n) * np.where(rng.random(n) < 0.5, problem.lower, problem.upper)
        reached = list(islice(pair_walk(K, problem, 1e-9, start), 2))
        after, (ours, g, taken) = reached[-1], compiled(K, problem, 1e-9, 1, start)
        assert taken == len(reached) - 1
        assert_allclose(ours, after, atol=1e-9)
        assert_allclose(g, problem.targets - K @ after, atol=1e-9)
    beta, g, _ = compiled(K, problem, 1e-9, 50, np.zeros(n))
    assert_allclose(g, problem.targets - K @ beta, atol=1e-9)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_they_end_at_the_optimum_of_quadratic_programming(wavy, kind):
    _, y, K = wavy(2, n=40)
    problem = regression_problem(y, 3.0, 0.1)
    beta, _, steps = compiled(K.astype(kind), problem, 1e-5, 10**6, np.zeros(40))
    objective = lambda beta: signed_dual_objective(beta, y - K @ beta, problem)
    assert 20 < steps < 10**5
    assert objective(beta) == pytest.approx(objective(optimum(K, y, 3.0, 0.1)), rel=1e-6)
    assert abs(beta.sum()) < 1e-10 and np.abs(beta).max() <= 3


def test_a_coefficient_stops_at_zero_only_where_the_slope_jumps():
    assert next_stop(-1.0, 2.0, regression_problem([0.0], 2.0, 0.1)) == 0.0
    assert next_stop(1.0, 2.0, regression_problem([0.0], 2.0, 0.1)) == 2.0
    assert next_stop(-1.0, 2.0, regression_problem([0.0], 2.0, 0.0)) == 2.0
