"""The step in one pass over the samples equals the readable one, also where its sums would cancel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.density import blocked_mixture
from abinitio.density.blocked_mixture import AXES, BlockedStep
from abinitio.density.mixture import mixture_step


def start(seed, n, d, k):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) + rng.integers(0, 3, (n, 1))
    A = rng.standard_normal((k, d, d))
    return X, np.full(k, 1 / k), rng.standard_normal((k, d)), A @ A.transpose(0, 2, 1) + 0.1 * np.eye(d)


def assert_same_step(X, *parameters, rtol=1e-9):
    for fast, readable in zip(BlockedStep(X)(*parameters, 1e-3), mixture_step(X, *parameters, 1e-3)):
        assert_allclose(fast, readable, rtol=rtol, atol=rtol * np.abs(readable).max())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 700), d=st.integers(1, 11), k=st.integers(1, 5))
def test_the_step_is_the_readable_one(seed, n, d, k):
    assert_same_step(*start(seed, n, d, k))


@pytest.mark.parametrize("d", [1, 3, AXES])
def test_more_samples_than_a_block(d):
    assert_same_step(*start(0, 2 * blocked_mixture.BLOCK + 5, d, 3))


def test_a_mean_that_moves_far_and_samples_far_from_the_origin():
    X, weights, means, covariances = start(1, 500, 3, 2)
    assert_same_step(X * 1e-7, weights, means * 1e-7 + [1e3, 0, 0], covariances)
    assert_same_step(X + 1e6, weights, means + 1e6, covariances, rtol=1e-8)
    D = np.diag([1e-8, 1.0, 1e8])
    assert_same_step(X @ D, weights, means @ D, D @ covariances @ D)


def test_a_component_of_weight_zero():
    X, _, means, covariances = start(2, 300, 2, 2)
    weights, *_ = BlockedStep(X)(np.array([1.0, 0.0]), means, covariances, 0.0)
    assert weights.tolist() == [1.0, 0.0]
    assert_same_step(X, np.array([1.0, 0.0]), means, covariances)
