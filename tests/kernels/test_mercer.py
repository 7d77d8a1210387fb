"""Mercer's condition on matrices, and the eigenvalues of the Gaussian kernel under a Gaussian density."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.kernels.functions import gaussian_kernel
from abinitio.kernels.mercer import gaussian_mercer_eigenvalues, is_mercer, kernel_features, negative_part


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 12), lowest=st.floats(-1, 1))
def test_the_negative_part_is_that_of_the_eigenvalues(seed, n, lowest):
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
    K = (Q * np.append(lowest, rng.uniform(1, 2, n - 1))) @ Q.T
    K = (K + K.T) / 2
    largest = np.abs(np.linalg.eigvalsh(K)).max()
    assert negative_part(K) == pytest.approx(max(0, -lowest) / largest, abs=1e-12)
    assert abs(lowest) < 1e-9 or is_mercer(K) == (lowest > 0)


def test_a_matrix_that_is_not_symmetric_is_none():
    assert is_mercer(np.eye(2)) and not is_mercer(np.array([[1.0, 0.2], [0.1, 1.0]]))
    assert is_mercer(np.zeros((3, 3))) and negative_part(np.zeros((3, 3))) == 0
    assert not is_mercer(np.array([[-1.0]]))


def test_features_of_a_kernel_matrix_give_it_back():
    X = np.random.default_rng(0).standard_normal((40, 3))
    for K in (gaussian_kernel(X, X, 0.5), X @ X.T):
        Z = kernel_features(K)
        assert_allclose(Z @ Z.T, K, atol=1e-12)
    assert np.all(np.diff((kernel_features(X @ X.T) ** 2).sum(axis=0)) <= 1e-12)
    assert_allclose(kernel_features(X @ X.T)[:, 3:], 0, atol=1e-6)  # three features have rank three


@settings(max_examples=40, deadline=None)
@given(log_gamma=st.floats(-4, 3), log_sigma=st.floats(-2, 2))
def test_sums_of_the_mercer_eigenvalues(log_gamma, log_sigma):
    """The trace is E k(x, x) = 1, the sum of squares E k(x, x')² = 1 / sqrt(1 + 8 gamma sigma²)."""
    gamma, sigma = 10.0**log_gamma, 10.0**log_sigma
    eigenvalues = gaussian_mercer_eigenvalues(2, gamma, sigma)
    ratio = eigenvalues[1] / eigenvalues[0]
    assert eigenvalues[0] / (1 - ratio) == pytest.approx(1, rel=1e-6)
    assert eigenvalues[0] ** 2 / (1 - ratio**2) == pytest.approx(1 / np.sqrt(1 + 8 * gamma * sigma**2), rel=1e-6)


def test_the_eigenvalues_by_quadrature():
    x, weights = np.polynomial.hermite_e.hermegauss(80)
    root = np.sqrt(weights / weights.sum())
    K = gaussian_kernel(1.5 * x[:, None], 1.5 * x[:, None], 0.4)
    eigenvalues = np.linalg.eigvalsh(root[:, None] * K * root)[::-1]
    assert_allclose(eigenvalues[:12], gaussian_mercer_eigenvalues(12, 0.4, 1.5), rtol=1e-8)


def test_the_eigenvalues_of_samples_approach_them():
    """Relative spread over draws: of the leading eigenvalues about sqrt(2 / n) at most, here 3 %."""
    rng, n, repeats = np.random.default_rng(1), 400, 30
    spectra = []
    for _ in range(repeats):
        x = 2.0 + 0.7 * rng.standard_normal((n, 1))  # where the mean lies does not matter
        spectra.append(np.linalg.eigvalsh(gaussian_kernel(x, x, 1.0) / n)[:-5:-1])
    mean, error = np.mean(spectra, axis=0), np.std(spectra, axis=0) / np.sqrt(repeats)
    assert np.all(np.abs(mean - gaussian_mercer_eigenvalues(4, 1.0, 0.7)) < 4 * error + 2 / n * mean)
