"""The blocked sums of a mixture against the readable ones."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.streaming.blocked_sums import blocked_mixture_sums
from abinitio.streaming.streamed_mixture import mixture_sums_of


@pytest.mark.parametrize("shape", [(2, 1, 1), (3000, 5, 3), (500, 2, 6)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sums_are_the_readable_ones(shape, dtype):
    n, d, k = shape
    rng = np.random.default_rng(0)
    X, means = rng.normal(size=(n, d)).astype(dtype), rng.normal(size=(k, d))
    covariances = np.array([np.cov(rng.normal(size=(d, d + 5)), ddof=0).reshape(d, d) for _ in range(k)])
    weights = rng.dirichlet(np.ones(k))
    value, N, m, S = blocked_mixture_sums(X, weights, means, covariances)
    expected = mixture_sums_of(X, weights, means, covariances)
    assert value == pytest.approx(expected.log_likelihood, rel=1e-11)
    assert_allclose(N, expected.moments.n, rtol=1e-10)
    assert_allclose(m, expected.moments.mean, rtol=1e-9, atol=1e-12)
    assert_allclose(S, expected.moments.scatter, rtol=1e-8, atol=1e-9)


def test_where_moments_would_cancel_it_says_so():
    X = np.random.default_rng(1).normal(size=(100, 2)) + 1e5
    assert blocked_mixture_sums(X, np.ones(1), np.zeros((1, 2)), np.eye(2)[None]) is None
    assert blocked_mixture_sums(np.ones((5, 40)), np.ones(1), np.zeros((1, 40)), np.eye(40)[None]) is None


def test_a_component_without_weight_has_no_samples():
    X = np.random.default_rng(2).normal(size=(50, 1))
    _, N, _, scatter = blocked_mixture_sums(X, np.array([1.0, 0.0]), np.zeros((2, 1)), np.ones((2, 1, 1)))
    assert N[1] == 0 and scatter[1] == 0
