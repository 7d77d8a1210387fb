"""The evidence: the density of a Gaussian, its gradient by the complex step, and that it finds the truth on average."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.stats import multivariate_normal

from abinitio.gaussian_process.evidence import log_determinant, log_evidence, log_evidence_gradient
from abinitio.kernels.functions import gaussian_kernel


def covariance(seed, n):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-2, 2, (n, 2))
    return gaussian_kernel(X, X, gamma=0.5), rng


@settings(max_examples=50)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 12), per_point=st.booleans())
def test_it_is_the_density_of_a_gaussian(seed, n, per_point):
    K, rng = covariance(seed, n)
    noise, y = (rng.uniform(0.1, 1, n) if per_point else 0.3), 3 * rng.standard_normal(n)
    expected = multivariate_normal(np.zeros(n), K + noise * np.eye(n)).logpdf(y)
    assert_allclose(log_evidence(K, y, noise), expected, rtol=1e-11)


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 12))
def test_the_chain_rule_of_probability(seed, n):
    """log p(y) is the sum of the log densities of each value given those before it."""
    K, rng = covariance(seed, n)
    y, A, total = rng.standard_normal(n), K + 0.2 * np.eye(n), 0.0
    for i in range(n):
        weights = np.linalg.solve(A[:i, :i], A[:i, i])
        mean, variance = weights @ y[:i], A[i, i] - weights @ A[:i, i]
        total -= (y[i] - mean) ** 2 / (2 * variance) + np.log(2 * np.pi * variance) / 2
    assert_allclose(log_evidence(K, y, 0.2), total, rtol=1e-9, atol=1e-9)


def test_independent_values_in_closed_form():
    y = np.array([1.0, -2.0, 0.5])
    expected = -(y @ y) / (2 * 1.7) - 1.5 * np.log(2 * np.pi * 1.7)
    assert_allclose(log_evidence(np.eye(3), y, 0.7), expected, rtol=1e-14)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_the_logarithm_of_a_determinant_that_no_float_holds(scale):
    K, _ = covariance(5, 400)
    A = scale * (K + 0.01 * np.eye(400))
    with np.errstate(over="ignore", under="ignore"):
        assert np.linalg.det(A) in (0.0, np.inf)
    assert_allclose(log_determinant(A), np.linalg.slogdet(A)[1], rtol=1e-10)
    assert_allclose(log_determinant(A), 400 * np.log(scale) + log_determinant(A / scale), rtol=1e-11)


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 10), p=st.integers(1, 3))
def test_the_gradient_by_the_complex_step(seed, n, p):
    K, rng = covariance(seed, n)
    y, B = rng.standard_normal(n), rng.standard_normal((p, n, n))
    dK, A = B + B.transpose(0, 2, 1), K + 0.5 * np.eye(n)

    def analytic(t):
        moved = A + np.tensordot(t, dK, axes=1)
        sign, log = np.linalg.slogdet(moved)
        return -y @ np.linalg.solve(moved, y) / 2 - (log + np.log(sign)) / 2

    expected = [analytic(1e-30j * np.eye(p)[k]).imag / 1e-30 for k in range(p)]
    assert_allclose(log_evidence_gradient(K, y, 0.5, dK), expected, rtol=1e-8, atol=1e-8)


def test_the_gradient_vanishes_on_average_at_the_truth():
    """E[d log p / d theta] = 0 and its covariance is Fisher's information, tr(A^-1 dA A^-1 dA) / 2."""
    K, rng = covariance(6, 15)
    noise, draws = 0.4, 2000
    A = K + noise * np.eye(15)
    dK, L = np.stack([K, noise * np.eye(15)]), np.linalg.cholesky(A)
    scores = np.array([log_evidence_gradient(K, L @ rng.standard_normal(15), noise, dK) for _ in range(draws)])
    B = np.linalg.solve(A, dK)
    fisher = np.einsum("aij,bji->ab", B, B) / 2
    assert np.all(np.abs(scores.mean(axis=0)) < 4 * np.sqrt(np.diag(fisher) / draws))
    products = np.einsum("ta,tb->tab", scores, scores)
    assert np.all(np.abs(products.mean(axis=0) - fisher) < 5 * products.std(axis=0) / np.sqrt(draws))


def test_a_matrix_that_is_no_covariance_is_refused():
    with pytest.raises(np.linalg.LinAlgError):
        log_evidence(np.array([[1.0, 2.0], [2.0, 1.0]]), np.zeros(2), 0.0)
    with pytest.raises(np.linalg.LinAlgError):
        log_determinant(-np.eye(2))
