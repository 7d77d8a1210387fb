"""Gradient descent on a quadratic: its exact iterates, its rate from the condition number, its largest rate."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.optimize.descent import gradient_descent


def walk(A, b, w, rate, steps):
    return np.array(list(itertools.islice(gradient_descent(lambda w: A @ w - b, w, rate), steps)))


def quadratic(rng, eigenvalues):
    Q = np.linalg.qr(rng.standard_normal((len(eigenvalues),) * 2))[0]
    return Q @ np.diag(eigenvalues) @ Q.T, Q


@pytest.mark.parametrize("kappa", [2.0, 10.0, 100.0])
def test_the_error_contracts_with_kappa_minus_one_over_kappa_plus_one(kappa):
    rng = np.random.default_rng(0)
    A, Q = quadratic(rng, np.linspace(1.0, kappa, 5))
    optimum = rng.standard_normal(5)
    start = optimum + Q[:, 0] + Q[:, -1]  # the slowest start: along the smallest and the largest eigenvalue
    errors = np.linalg.norm(walk(A, A @ optimum, start, 2 / (1 + kappa), 30) - optimum, axis=1)
    factor = (kappa - 1) / (kappa + 1)
    assert_allclose(errors, np.sqrt(2) * factor ** np.arange(1, 31), rtol=1e-9, atol=1e-14)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), rate=st.floats(0.01, 0.3))
def test_iterates_are_the_matrix_power(seed, rate):
    rng = np.random.default_rng(seed)
    eigenvalues = rng.uniform(0.5, 5.0, 3)
    A, Q = quadratic(rng, eigenvalues)
    optimum, start = rng.standard_normal((2, 3))
    end = walk(A, A @ optimum, start, rate, 7)[-1]
    assert_allclose(end, optimum + Q @ np.diag((1 - rate * eigenvalues) ** 7) @ Q.T @ (start - optimum), atol=1e-12)


def test_rates_up_to_two_over_the_largest_eigenvalue_converge():
    A, b = np.diag([1.0, 10.0]), np.zeros(2)
    assert np.abs(walk(A, b, np.ones(2), 0.199, 2000)[-1]).max() < 1e-8
    assert np.abs(walk(A, b, np.ones(2), 0.201, 2000)[-1]).max() > 1e8


def test_yields_after_the_first_step_new_arrays_and_leaves_the_start_alone():
    start = np.ones(2)
    first, second = walk(np.eye(2), np.zeros(2), start, 0.5, 2)
    assert_array_equal(first, 0.5)
    assert_array_equal(second, 0.25)
    assert_array_equal(start, 1.0)
    states = list(itertools.islice(gradient_descent(lambda w: w, start, 0.5), 3))
    assert len({id(w) for w in states}) == 3 and states[0][0] == 0.5
