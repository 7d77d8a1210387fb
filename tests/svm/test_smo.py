"""Sequential minimal optimisation: every step raises the dual objective, and the end is libsvm's optimum."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.svm.dual import dual_objective, duality_gap, intercept_from_multipliers, kkt_violation
from abinitio.svm.smo import smo, smo_pair, smo_step
from tests.svm.test_dual import libsvm


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 12), C=st.floats(0.05, 20))
def test_every_step_is_feasible_and_raises_the_objective_to_the_top_along_its_pair(seed, n, C):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, 2)), np.where(np.arange(n) % 2 == 0, 1, -1)
    K = X @ X.T + 0.1 * np.eye(n)
    for a in islice(smo(K, y, C, tol=1e-6), 6):
        assert a.min() >= 0 and a.max() <= C and abs(a @ y) < 1e-12 * C * n
        if kkt_violation(a, K, y, C) <= 1e-6:
            break
        i, j = smo_pair(a, K, y, C)
        after = smo_step(a, K, y, C, i, j)
        along = (after - a) / max(np.abs(after - a).max(), 1e-300)
        best = dual_objective(after, K, y)
        assert best > dual_objective(a, K, y)
        for t in (-1e-3, 1e-3):  # no other point of the segment in the box is higher
            other = after + t * C * along
            if other.min() >= 0 and other.max() <= C:
                assert dual_objective(other, K, y) <= best + 1e-12


@pytest.mark.parametrize("C", [0.1, 1.0, 30.0])
def test_the_walk_ends_at_libsvms_optimum(overlapping, C):
    _, y, K = overlapping(0)
    *_, a = smo(K, y, C, tol=1e-8)
    theirs, _ = libsvm(K, y, C)
    assert dual_objective(a, K, y) == pytest.approx(dual_objective(theirs, K, y), rel=1e-9)
    assert duality_gap(a, intercept_from_multipliers(a, K, y, C), K, y, C) < 1e-6 * C


def test_the_partner_of_second_order_takes_fewer_steps(overlapping):
    _, y, K = overlapping(1, n=80)

    def steps(pair):
        a, count = np.zeros(len(y)), 0
        while kkt_violation(a, K, y, 10.0) > 1e-3:
            a, count = smo_step(a, K, y, 10.0, *pair(a, K, y, 10.0)), count + 1
        return count

    def first_order(a, K, y, C):
        wanted = y - K @ (a * y)
        return int(np.argmax(np.where(np.where(y > 0, a < C, a > 0), wanted, -np.inf))), int(
            np.argmin(np.where(np.where(y > 0, a > 0, a < C), wanted, np.inf))
        )

    assert steps(smo_pair) < 0.8 * steps(first_order)


def test_it_starts_where_it_is_told_and_two_equal_samples_end_at_a_bound(overlapping):
    _, y, K = overlapping(2)
    *_, a = smo(K, y, 1.0, tol=1e-6)
    assert len(list(smo(K, y, 1.0, tol=1e-5, a=a))) == 1
    same = np.ones((2, 2))
    assert_allclose(smo_step(np.zeros(2), same, np.array([1, -1]), 3.0, 0, 1), [3.0, 3.0])
