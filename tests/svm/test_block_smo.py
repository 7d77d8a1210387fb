"""Working sets: the optimum is that of the walk in memory, whatever the size of the set and the precision inside."""

from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.svm import SVC, SVR

from abinitio.kernels.functions import gaussian_kernel
from abinitio.svm import block_smo
from abinitio.svm.block_smo import solve_signed_dual
from abinitio.svm.kernel_blocks import KernelBlocks
from abinitio.svm.pair_steps import pair_walk
from abinitio.svm.signed_dual import (
    classification_problem,
    regression_problem,
    signed_dual_objective,
    signed_duality_gap,
    signed_intercept,
)


def blocks_of(X, gamma):
    return partial(KernelBlocks, X, "rbf", gamma, 3, 0.0)


def objective(beta, X, gamma, problem):
    return signed_dual_objective(beta, problem.targets - gaussian_kernel(X, X, gamma) @ beta, problem)


@pytest.mark.parametrize("largest", [4, 30, 6000])
@pytest.mark.parametrize("task", ["classify", "fit"])
def test_the_optimum_is_that_of_the_walk(overlapping, wavy, task, largest):
    if task == "classify":
        X, y, K = overlapping(0, n=120)
        problem, gamma = classification_problem(y, 2.0), 0.5
    else:
        X, y, K = wavy(0, n=120)
        problem, gamma = regression_problem(y, 2.0, 0.2), 2.0
    *_, walked = pair_walk(K, problem, 1e-5, np.zeros(120))
    found = solve_signed_dual(blocks_of(X, gamma), problem, 1e-5, largest=largest)
    assert found.violation <= 1e-5
    assert objective(found.beta, X, gamma, problem) == pytest.approx(objective(walked, X, gamma, problem), rel=1e-8)
    assert_allclose(found.g, problem.targets - K @ found.beta, atol=1e-6)
    assert signed_duality_gap(found.beta, found.g, signed_intercept(found.beta, found.g, problem), problem) < 5e-3


def test_libsvms_objective_with_more_samples_than_a_working_set():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(3000, 5))
    y = np.where(np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.3 * rng.normal(size=3000) > 0, 1, -1)
    problem = classification_problem(y, 1.0)
    found = solve_signed_dual(blocks_of(X, 0.2), problem, 1e-4)
    model, theirs = SVC(C=1.0, gamma=0.2, tol=1e-4).fit(X, y), np.zeros(3000)
    theirs[model.support_] = model.dual_coef_[0]
    assert objective(found.beta, X, 0.2, problem) == pytest.approx(objective(theirs, X, 0.2, problem), rel=1e-6)


def test_libsvms_curve_with_many_free_coefficients():
    rng = np.random.default_rng(2)
    X = rng.uniform(-3, 3, size=(2500, 4))
    y = np.sin(X[:, 0]) * X[:, 1] + 0.1 * rng.normal(size=2500)
    problem = regression_problem(y, 5.0, 0.1)
    found = solve_signed_dual(blocks_of(X, 0.2), problem, 1e-3)
    model, theirs = SVR(C=5.0, gamma=0.2, epsilon=0.1).fit(X, y), np.zeros(2500)
    theirs[model.support_] = model.dual_coef_[0]
    assert objective(found.beta, X, 0.2, problem) == pytest.approx(objective(theirs, X, 0.2, problem), rel=1e-5)
    assert abs(found.beta.sum()) < 1e-8


def test_it_goes_on_in_float64_where_float32_is_not_accurate_enough(wavy, monkeypatch):
    X, y, K = wavy(3, n=100)
    y, kinds = 1e3 * y, []
    blocks = lambda dtype: kinds.append(dtype) or KernelBlocks(X, "rbf", 2.0, 3, 0.0, dtype)
    problem = regression_problem(y, 1e3, 100.0)
    found = solve_signed_dual(blocks, problem, 1e-3)
    assert kinds == [np.float32, np.float64] and found.violation <= 1e-3
    assert_allclose(found.g, y - K @ found.beta, atol=1e-6)
    kinds.clear()
    solve_signed_dual(blocks, regression_problem(y / 1e3, 10.0, 0.1), 1e-2)
    assert kinds == [np.float32]
    monkeypatch.setattr(block_smo, "_is_accurate", lambda *a: False)
    solve_signed_dual(blocks, regression_problem(y / 1e3, 10.0, 0.1), 1e-2)
    assert kinds == [np.float32, np.float32, np.float64]


def test_steps_are_counted_and_limited_and_a_start_is_taken_up(overlapping):
    X, y, _ = overlapping(4, n=200)
    problem = classification_problem(y, 10.0)
    whole = solve_signed_dual(blocks_of(X, 0.5), problem, 1e-6)
    short = solve_signed_dual(blocks_of(X, 0.5), problem, 1e-6, most=10)
    assert short.steps == 10 and short.violation > 1e-6 and whole.steps > 100
    again = solve_signed_dual(blocks_of(X, 0.5), problem, 1e-5, beta=whole.beta)
    assert again.steps < whole.steps / 10
    assert_allclose(again.beta, whole.beta, atol=1e-2)
